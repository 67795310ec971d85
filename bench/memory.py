"""What the processes take: the most that each ever held, after real work as real processes.

The floor of a process is Python with the libraries that it cannot do without, and nothing done.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.cases import submissions
from bench.ground import Ground, Place, superuser
from bench.measure import Aim, Figure
from bench.programs import Browser, children_of, running, until
from bench.visitors import token
from casework.services import review
from casework.services.intake import submit_prior_auth

REQUESTS: Final = 500
LETTERS: Final = 50
OPEN: Final = 2_000
MEGA: Final = 1024
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
            for (ref,) in connection.execute(
                "select ref from cases order by id limit 50"
            ).fetchall()
        ]
    tokens = [token(place, who) for who in READERS]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("gunicorn", "wsgi:app", f"--bind=127.0.0.1:{port}", "--workers=1")
    options = ("--worker-class=gthread", "--threads=4", "--log-level=warning")
    with running(place, *command, *options) as master:
        browser = Browser(f"http://127.0.0.1:{port}")
        until(lambda: browser.answers("/healthz"), "the web server answers", by=master)
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
        return max(peak(pid) for pid in children_of(master.pid))


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
        running(place, "casework", "watch", "--every", "600") as worker,
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

        until(all_sent, f"{LETTERS} letters are sent", by=worker)
        [renderer] = children_of(worker.pid)
        return peak(worker.pid), peak(renderer)
