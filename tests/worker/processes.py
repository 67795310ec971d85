"""Real processes of the service for tests: started by the console, killed as a machine kills."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from casework.config import Settings

CONSOLE = str(Path(sys.executable).with_name("casework"))


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process on these settings, with the same keys."""
    folder = settings.data_dir
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CASEWORK_DATA_DIR": str(folder),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        **more,
    }


def start(settings: Settings, *command: str, **more: str) -> subprocess.Popen[bytes]:
    """One process of the console in a group of its own; what it says goes to a file."""
    log = settings.data_dir / f"{command[0]}.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            [CONSOLE, *command],
            env=environment(settings, **more),
            cwd=settings.data_dir,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and all its children at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


@contextmanager
def running(settings: Settings, *command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process while the block runs, and not after it."""
    process = start(settings, *command, **more)
    try:
        yield process
    finally:
        kill(process)


def eventually(met: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until it is so; fails saying what never came."""
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() > until:
            raise AssertionError(f"After {seconds:.0f} seconds still not: {what}")
        time.sleep(0.1)
