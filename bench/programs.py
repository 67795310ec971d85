"""Our programs as real processes on a place of the bench, and a browser over the wire."""

import http.cookiejar
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.ground import Place
from bench.measure import Stopped
from tests.reader import Page

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 120


class Browser:
    """A browser without scripts, over the wire."""

    def __init__(self, base: str) -> None:
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str, *, bearer: str = "") -> str:
        """The answer to a GET. Raises HTTPError for anything but success."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        asked = urllib.request.Request(self.base + path, headers=headers)
        with self._opener.open(asked, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, body: bytes, content_type: str, *, bearer: str) -> None:
        """Send this body. Raises HTTPError for anything but success."""
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": content_type}
        asked = urllib.request.Request(self.base + path, data=body, headers=headers)
        with self._opener.open(asked, timeout=30) as answer:
            answer.read()

    def answers(self, path: str) -> bool:
        """Whether somebody answers at all."""
        try:
            self.get(path)
        except (OSError, urllib.error.URLError):
            return False
        return True

    def sign_in(self, user_id: int) -> None:
        """Sign in with one click, as the demo offers."""
        form = Page(self.get("/"), 200).form("/demo-sign-in") | {"person": str(user_id)}
        origin = {"Origin": self.base, "Referer": f"{self.base}/"}
        asked = urllib.request.Request(
            f"{self.base}/demo-sign-in", data=urlencode(form).encode(), headers=origin
        )
        with self._opener.open(asked, timeout=30) as answer:
            answer.read()


@contextmanager
def running(place: Place, program: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our programs on this place while the block runs, with all that it starts."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name(program), *options],
        cwd=ROOT,
        env=_environment(place),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        started = _descendants(process.pid)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in started:
            _end(pid)


def _end(pid: int) -> None:
    """A child ends by itself when its parent has gone; this waits for it, then sees to it."""
    end = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > end:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.05)


def _environment(place: Place) -> Mapping[str, str]:
    folder = str(place.settings.data_dir)
    return {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "TMPDIR": folder,
        "CASEWORK_DATA_DIR": folder,
        "CASEWORK_DEMO": "1",
        "DATABASE_URL": place.settings.database_url,
        "DATABASE_OWNER_URL": place.settings.database_owner_url,
    }


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == str(pid):
            found.append(int(folder.name))
    return found


def _descendants(pid: int) -> list[int]:
    found = children_of(pid)
    return [*found, *(each for child in found for each in _descendants(child))]


def is_renderer(pid: int) -> bool:
    """Whether this process prints letters."""
    return b"letters.render" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def peak(pid: int) -> float:
    """The most memory that this process ever held, in MB. Raises Stopped when it is gone."""
    with suppress(OSError):
        return most_held(Path(f"/proc/{pid}/status").read_text())
    raise Stopped(f"Process {pid} is gone.")


def most_held(status: str) -> float:
    """The highest water mark (MB) in what a process tells of itself. Raises Stopped without one."""
    for line in status.splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise Stopped("A process that is ending tells no memory.")


def until(met: Callable[[], bool], what: str, *, by: subprocess.Popen[bytes]) -> None:
    """Wait until it is so. Raises Stopped when the process ends first, or patience does."""
    end = time.monotonic() + PATIENCE
    while not met():
        if by.poll() is not None:
            raise Stopped(f"The process ended (code {by.returncode}) before {what}.")
        if time.monotonic() > end:
            raise Stopped(f"After {PATIENCE} seconds still not: {what}.")
        time.sleep(0.1)
