"""Who keeps a worker and a beat alive as a supervisor does, and kills them as a machine does.

A thread looks twenty times a second, starts again whoever died, and writes down, in case time, when
the sweeper could not run: no worker with a child, no beat, or no broker.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from casework.config import Settings
from tests.worker.processes import start

BELL: Final = "0.2"
LOOK_EVERY: Final = 0.05
PARTS: Final = ("worker", "beat")


@dataclass
class Supervisor:
    """A worker and a beat on these settings; `case_time` says what time it is for the cases."""

    settings: Settings
    case_time: Callable[[], datetime]
    worker: tuple[str, ...] = ("worker",)
    kills: Counter[str] = field(default_factory=Counter)
    losses: int = 0
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _groups: list[int] = field(default_factory=list)
    _down_since: datetime | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Supervisor":
        self._down_since = self.case_time()
        self._thread = threading.Thread(target=self._keep, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for process in self._running.values():
            process.wait(timeout=20)

    def strike(self, victim: str) -> None:
        """SIGKILL now to the worker with its child, to its parent or its child alone, or to the
        beat; who is not there at the moment cannot be hit."""
        with self._lock:
            if self._hit(victim):
                self.kills[victim] += 1
                self._note()

    def lose_broker(self, seconds: float) -> None:
        """The folder of the broker is gone for so long, with every bell in it."""
        folder = self.settings.broker_dir
        with self._lock:
            away = folder.with_name(f"{folder.name}.lost")
            shutil.rmtree(away, ignore_errors=True)
            with suppress(FileNotFoundError):
                folder.rename(away)
            shutil.rmtree(away, ignore_errors=True)
            self.losses += 1
            self._note()
        time.sleep(seconds)
        for name in ("bells", "rung", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def _hit(self, victim: str) -> bool:
        name = "beat" if victim == "beat" else "worker"
        process = self._running.get(name)
        if process is None or process.poll() is not None:
            return False
        if victim == "child":
            there = children(process.pid)
            for child in there:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            return bool(there)
        if victim == "parent":
            os.kill(process.pid, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
        return True

    def _keep(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            with self._lock:
                for name in PARTS:
                    process = self._running.get(name)
                    if process is None or process.poll() is not None:
                        self._running[name] = self._start(name)
                        self._groups.append(self._running[name].pid)
                self._note()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        command = self.worker if name == "worker" else ("beat", "--every", BELL)
        return start(self.settings, *command)

    def _note(self) -> None:
        able = self._able()
        if not able and self._down_since is None:
            self._down_since = self.case_time()
        if able and self._down_since is not None:
            self.outages.append((self._down_since, self.case_time()))
            self._down_since = None

    def _able(self) -> bool:
        worker, beat = (self._running.get(name) for name in PARTS)
        return (
            worker is not None
            and beat is not None
            and worker.poll() is None
            and beat.poll() is None
            and bool(children(worker.pid))
            and (self.settings.broker_dir / "bells").exists()
        )


def children(pid: int) -> list[int]:
    """The children of a process that are there now, whichever of its threads forked them."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in listed.read_text().split() if _lives(int(child))]
    return found


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
