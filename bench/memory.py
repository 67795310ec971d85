"""What the processes take: the most that each ever held, after real work as real processes.

The floor of a process is Python with the libraries that it cannot do without, and nothing done.
"""

import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.cases import submissions
from bench.ground import Ground, Place, superuser
from bench.measure import Aim, Figure
from bench.pages import token
from casework.services import review
from casework.services.intake import submit_prior_auth
from tests.reader import Page

ROOT: Final = Path(__file__).parent.parent
REQUESTS: Final = 500
LETTERS: Final = 50
OPEN: Final = 2_000
MEGA: Final = 1024
PATIENCE: Final = 120
WEB: Final = "import flask, psycopg, sqlalchemy"
PRINTER: Final = "import weasyprint"
# Three people share the requests of programs: none may send more than 300 a minute.
READERS: Final = ("nurse", "physician", "supervisor")


def figures(ground: Ground) -> Iterator[Figure]:
    """A web process after 500 requests; a worker and its renderer after 50 letters."""
    if not Path("/proc/self/status").exists():
        print("memory: skipped, this system has no /proc", file=sys.stderr)
        return
    with ground.place("memory") as place:
        yield _figure("web process, 500 requests", REQUESTS, _served(place), WEB)
        worker, renderer = _worked(place)
        yield _figure("worker, 50 letters", LETTERS, worker, WEB)
        yield _figure("renderer, 50 letters", LETTERS, renderer, PRINTER)


def _figure(name: str, n: int, most: float, imports: str) -> Figure:
    return Figure(
        name=f"memory at most: {name}",
        unit="MB",
        n=n,
        ours=most,
        floor=_only(imports),
        statements=(f'python -c "{imports}"',),
        aim=Aim(at_most=250),
    )


def peak(pid: int) -> float:
    """The most memory that this process ever held, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / MEGA
    raise RuntimeError(f"Process {pid} is gone.")


def _only(imports: str) -> float:
    code = f"{imports}\nprint(open('/proc/self/status').read())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    held = next(line for line in told.stdout.splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) / MEGA


def _served(place: Place) -> float:
    """One process of the web server, as `casework serve` starts several."""
    place.fill(OPEN, in_review=True)
    with superuser(place.addresses) as connection:
        refs = [
            ref
            for (ref,) in connection.execute("select ref from cases order by id limit 50").fetchall()
        ]
    tokens = [token(place, who) for who in READERS]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("-m", "gunicorn", "wsgi:app", f"--bind=127.0.0.1:{port}", "--workers=1")
    options = ("--worker-class=gthread", "--threads=4", "--log-level=warning")
    with _running(place, *command, *options) as master:
        browser = Browser(f"http://127.0.0.1:{port}")
        _until(lambda: browser.answers("/healthz"), "the web server answers")
        browser.sign_in(place.town.users["nurse"])
        for number in range(REQUESTS):
            ref = refs[number % len(refs)]
            path = (
                "/staff/",
                f"/staff/cases/{ref}",
                "/api/v1/worklist",
                f"/api/v1/cases/{ref}",
            )[number % 4]
            browser.get(path, bearer=tokens[number % len(tokens)] if "/api/" in path else "")
        return max(peak(pid) for pid in _children(master.pid))


def _worked(place: Place) -> tuple[float, float]:
    """`casework watch` with letters of several kinds to send."""
    sent = submissions(place.town, place.members)
    for number in range(LETTERS // 2):
        ref = submit_prior_auth(place.cx("Maple"), next(sent)).ref
        if number % 5 == 0:
            review.start_review(place.cx("nurse"), ref, None)
            ask = review.Ask(wanted=("Notes of the neurological exam",))
            review.request_information(place.cx("nurse"), ref, None, ask)
    with (
        superuser(place.addresses) as connection,
        _running(place, "-m", "casework", "watch", "--every", "600") as worker,
    ):

        def all_sent() -> bool:
            rows = connection.execute(
                "select count(*) filter (where state = 'sent'),"
                " count(*) filter (where state not in ('due', 'deposited', 'sent')) from letter"
            ).fetchone()
            assert rows is not None
            if rows[1]:
                raise RuntimeError(f"{rows[1]} letters were refused or parked.")
            return bool(rows[0] >= LETTERS)

        _until(all_sent, f"{LETTERS} letters are sent")
        [renderer] = _children(worker.pid)
        return peak(worker.pid), peak(renderer)


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
def _running(place: Place, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process on this place while the block runs, with all that it starts."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=_environment(place),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # The children of its session first: a renderer has a session of its own.
        for pid in [*_children(process.pid), process.pid]:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(place: Place) -> Mapping[str, str]:
    folder = str(place.settings.data_dir)
    return {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "CASEWORK_DATA_DIR": folder,
        "CASEWORK_DEMO": "1",
        "DATABASE_URL": place.settings.database_url,
        "DATABASE_OWNER_URL": place.settings.database_owner_url,
    }


def _children(pid: int) -> list[int]:
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


def _until(met: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        if time.monotonic() > end:
            raise RuntimeError(f"After {PATIENCE} seconds still not: {what}.")
        time.sleep(0.1)
