"""Two workers and a beat, kept alive and killed: a house that loses a post room every few seconds.

It starts again whoever died and counts what each kill hit; what the letters came to is judged
elsewhere.
"""

import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import create_engine, text

from casework.config import Settings
from tests.worker.processes import kill, start

WORKERS: Final = 2
BELL: Final = "0.3"
LOOK_EVERY: Final = 0.05
PATIENCE: Final = "4"


@dataclass
class Crew:
    """The processes on these settings; `amid` says what a kill hit (empty: nothing)."""

    settings: Settings
    amid: Callable[[], str]
    kills: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Crew":
        self._thread = threading.Thread(target=self._keep, name="crew", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for process in self._running.values():
            kill(process)

    def strike(self) -> None:
        """SIGKILL to one of the workers with all its children, in turn."""
        with self._lock:
            victim = self._running.get(f"worker{self.kills % WORKERS}")
            if victim is None:
                return
            kill(victim)
            self.kills += 1
            hit = self.amid()
            if hit:
                self.hits[hit] += 1

    def _keep(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            with self._lock:
                for name in ("beat", *(f"worker{number}" for number in range(WORKERS))):
                    process = self._running.get(name)
                    if process is None or process.poll() is not None:
                        self._running[name] = self._start(name)

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        if name == "beat":
            return start(self.settings, "beat", "--every", BELL)
        return start(self.settings, "worker", "--deaf-after", PATIENCE)


def leases_run_out(settings: Settings) -> int:
    """Two minutes go by while nobody lives: what the killed had claimed is free. Answers how much
    that was."""
    engine = create_engine(settings.database_owner_url)
    try:
        with engine.begin() as connection:
            free = text(
                "update outbox set lease_until = lease_until - interval '3 minutes'"
                " where state = 'claimed'"
            )
            return int(connection.execute(free).rowcount)
    finally:
        engine.dispose()
