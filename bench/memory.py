"""What the processes take: the most that each ever held, after real work as real processes.

The floor of a process is Python with the libraries that it cannot do without, and nothing done.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.cases import submissions
from bench.ground import Ground, Place, superuser
from bench.measure import Aim, Figure
from bench.programs import Browser, children_of, is_renderer, most_held, peak, running, until
from bench.transmissions import DOOR, a_bundle
from bench.visitors import token
from casework.interop.fhir import wire
from casework.services import operations
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, add_joe_smith

REQUESTS: Final = 500
# Every twentieth request submits; each submission owes two letters.
SUBMITS: Final = 20
LETTERS: Final = 2 * REQUESTS // SUBMITS
MARKS: Final = 2_000
HALF: Final = MONDAY + timedelta(days=8)
THREE_QUARTERS: Final = MONDAY + timedelta(days=11)
AIM: Final = Aim(at_most=250)
WEB: Final = "import flask, psycopg, sqlalchemy"
BELLS: Final = "import celery.beat"
WORKER: Final = "import celery.apps.worker, psycopg, sqlalchemy"
WATCH: Final = "import psycopg, sqlalchemy"
RENDERER: Final = "import weasyprint"
# Three people share the requests of programs: none may send more than 300 a minute.
READERS: Final = ("nurse", "physician", "supervisor")


def figures(ground: Ground) -> Iterator[Figure]:
    """A web process after 500 requests; the background after 2,000 marks and 50 letters."""
    if not Path("/proc/self/status").exists():
        print("memory: skipped, this system has no /proc", file=sys.stderr)
        return
    with ground.place("memory") as place:
        add_joe_smith(place.settings, place.town)
        place.fill(MARKS, contract="OH-MCD", span=timedelta(hours=1))
        yield _figure(f"web, {REQUESTS} requests", REQUESTS, _served(place), WEB)
        work = f"{MARKS:,} marks, {LETTERS} letters"
        held = _rung(place)
        yield _figure(f"worker, {work}", LETTERS, held["child"], WORKER)
        yield _figure("worker, the parent of that one", LETTERS, held["worker"], WORKER)
        yield _figure("beat, meanwhile", LETTERS, held["beat"], BELLS)
        seen = _watched(place)
        yield _figure(f"watch, {work}", LETTERS, seen["watch"], WATCH)
        renderer = max(held["renderer"], seen["renderer"])
        yield _figure(f"renderer, {LETTERS} letters", LETTERS, renderer, RENDERER)


def _figure(name: str, n: int, most: float, imports: str) -> Figure:
    return Figure(
        name=f"peak memory: {name}",
        unit="MB",
        n=n,
        ours=most,
        floor=_only(imports),
        statements=(f'python -c "{imports}"',),
        aim=AIM,
    )


def _only(imports: str) -> float:
    # It tells its own state at the end: an import of ours would weigh with it.
    code = f"{imports}\nprint(open('/proc/self/status').read())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return most_held(told.stdout)


def _served(place: Place) -> float:
    """One process of the web server, as `casework serve` starts several."""
    refs = [
        ref for (ref,) in _asked(place, "select ref from cases where open order by id limit 50")
    ]
    tokens = [token(place, who) for who in READERS]
    office = token(place, "Maple")
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
            if number % SUBMITS == 0:
                browser.post(DOOR, a_bundle(), wire.MEDIA_TYPE, bearer=office)
                continue
            ref = refs[number % len(refs)]
            path = (
                "/staff/",
                f"/staff/cases/{ref}",
                "/api/v1/worklist",
                f"/api/v1/cases/{ref}",
            )[number % 4]
            browser.get(path, bearer=tokens[number % len(tokens)] if "/api/" in path else "")
        return max(peak(pid) for pid in children_of(master.pid))


def _rung(place: Place) -> dict[str, float]:
    """Celery's beat and worker, as production runs them, with what the web server left to do."""
    _move_to(place, HALF)
    with (
        running(place, "casework", "beat", "--every", "1") as beat,
        running(place, "casework", "worker") as worker,
    ):
        until(lambda: _done(place, MARKS, LETTERS), "all was swept and sent", by=worker)
        [child] = children_of(worker.pid)
        [renderer] = filter(is_renderer, children_of(child))
        return {
            "beat": peak(beat.pid),
            "worker": peak(worker.pid),
            "child": peak(child),
            "renderer": peak(renderer),
        }


def _watched(place: Place) -> dict[str, float]:
    """The loop without a broker, with the next step of the ladder and as many letters again."""
    sent = submissions(place.town, place.members)
    for _ in range(LETTERS // 2):
        submit_prior_auth(place.cx("Maple"), next(sent))
    _move_to(place, THREE_QUARTERS)
    with running(place, "casework", "watch", "--every", "1") as watch:
        until(lambda: _done(place, 2 * MARKS, 2 * LETTERS), "all was swept and sent", by=watch)
        [renderer] = filter(is_renderer, children_of(watch.pid))
        return {"watch": peak(watch.pid), "renderer": peak(renderer)}


def _done(place: Place, marks: int, letters: int) -> bool:
    fired = "select count(*) from clock_mark where state = 'done'"
    sent = "select count(*) from letter where state = 'sent'"
    return bool(_asked(place, fired)[0][0] >= marks and _asked(place, sent)[0][0] >= letters)


def _move_to(place: Place, instant: datetime) -> None:
    operations.move_time(place.database.context(), instant)


def _asked(place: Place, query: str) -> list[tuple[Any, ...]]:
    with superuser(place.addresses) as connection:
        return connection.execute(query).fetchall()
