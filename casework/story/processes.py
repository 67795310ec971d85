"""The processes of one machine: started each in a group of its own, watched, stopped together.

One SIGTERM each, SIGKILL for the whole group after 15 seconds. A child that dies is started again,
three times a minute at most. It knows no case.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

import casework
from casework import now
from casework.errors import NotReady

CONSOLE: Final = (sys.executable, "-c", "from casework.cli import main; main()")
HERE: Final = Path(casework.__file__).parent.parent  # where wsgi.py stands
PATIENCE: Final = 15.0
MOST_STARTS: Final = 3
WITHIN: Final = 60.0
_POLL: Final = 0.05
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)
_STATE_LISTENING: Final = "0A"


@dataclass
class _Child:
    name: str
    arguments: tuple[str, ...]
    running: subprocess.Popen[bytes]
    started: list[float] = field(default_factory=list)
    given_up: bool = False


@dataclass
class Household:
    """Children of this process. `environ` is what they find; each writes to a log of its own."""

    environ: Mapping[str, str]
    logs: Path
    note: Callable[[str], None]
    children: list[_Child] = field(default_factory=list)

    def start(self, name: str, *arguments: str) -> None:
        """Start `casework <arguments>` under this name."""
        running = self._spawn(name, arguments)
        self.children.append(_Child(name, arguments, running, [now.monotonic()]))

    def look(self) -> None:
        """Start again whoever died, unless it dies again and again."""
        for child in self.children:
            code = child.running.poll()
            if code is None or not self._may_start(child):
                continue
            self.note(
                f"{child.name} ended (code {code}) and is started again: {self.log(child.name)}"
            )
            child.running = self._spawn(child.name, child.arguments)
            child.started.append(now.monotonic())

    def stop(self) -> None:
        """End all of them: asked once, and made to when they do not within 15 seconds."""
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                child.running.send_signal(signal.SIGTERM)
        until = now.monotonic() + PATIENCE
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.running.wait(timeout=max(0.0, until - now.monotonic()))
        for child in self.children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.running.pid, signal.SIGKILL)
            child.running.wait()
        self.children.clear()

    def log(self, name: str) -> Path:
        """The log of the child with this name."""
        return self.logs / f"{name}.log"

    def _spawn(self, name: str, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and console
                [*CONSOLE, *arguments],
                cwd=HERE,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _may_start(self, child: _Child) -> bool:
        instant = now.monotonic()
        child.started = [at for at in child.started if at > instant - WITHIN]
        if len(child.started) <= MOST_STARTS:
            child.given_up = False
            return True
        if not child.given_up:
            child.given_up = True
            self.note(f"{child.name} dies again and again: read {self.log(child.name)}")
        return False


@contextlib.contextmanager
def asked_to_end() -> Iterator[None]:
    """Inside the block SIGTERM interrupts like Ctrl-C: whoever holds children lets go of them."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with ears():
        for number in _ENDINGS:
            signal.signal(number, ask)
        yield


def deaf() -> None:
    """From now on a second Ctrl-C does not interrupt the ending."""
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def ears() -> Iterator[None]:
    """After the block this process hears again what it heard before (`deaf` was called inside)."""
    before = {number: signal.getsignal(number) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int) -> None:
    """Raises NotReady, naming the process that listens on this port where that can be seen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            who = listener(port)
            held = f" (process {who})" if who else ""
            raise NotReady(
                f"Port {port} is in use{held}: stop that program, or choose another --port."
            ) from None


def listener(port: int) -> str:
    """The id of the process that listens on this port; empty where this machine does not tell."""
    sockets = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
            sockets |= {
                row[9]
                for row in rows
                if row[3] == _STATE_LISTENING and int(row[1].rpartition(":")[2], 16) == port
            }
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(handle.readlink()).removeprefix("socket:[").rstrip("]") in sockets:
                        return process.name
    return ""


def wait_until_served(url: str, *, seconds: float, alive: Callable[[], None]) -> None:
    """Wait until this address answers; `alive` is asked meanwhile. Raises NotReady after that."""
    until = now.monotonic() + seconds
    while now.monotonic() < until:
        if _answers(url):
            return
        alive()
        time.sleep(_POLL)
    raise NotReady(f"The web server did not answer at {url} within {seconds:g} seconds.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
