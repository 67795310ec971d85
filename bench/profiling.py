"""`python -m bench.profiling [SUBJECT …] [COUNT]`: where the time of one goes.

The processor of ours and of the database, the SQL statements with their time, the functions by
processor, per operation. A profile is no measurement: it tells where to look.
"""

import cProfile
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, text

from bench.cases import submissions
from bench.changes import Pool
from bench.ground import Place, standing
from bench.pages import OPEN, Nurse
from bench.visitors import quietly
from bench.witness import Witness
from casework.services import review
from casework.services.intake import submit_prior_auth

TOP: Final = 15
COUNT: Final = 150
ROOT: Final = f"{Path(__file__).parent.parent}/"
OWN: Final = ("casework/", "sla/", "statemachines/", "letters/")


def _submit(place: Place) -> Callable[[], Any]:
    sent, office = submissions(place.town, place.members), place.cx("Maple")
    return lambda: submit_prior_auth(office, next(sent))


def _change(place: Place) -> Callable[[], Any]:
    pool, nurse = Pool(place, Witness(place)), place.cx("nurse")
    return lambda: review.start_review(nurse, pool.ref(), None)


def _list(place: Place) -> Callable[[], Any]:
    nurse = Nurse(place)
    place.fill(OPEN)
    return lambda: nurse.read("/api/v1/worklist")


def _case(place: Place) -> Callable[[], Any]:
    nurse = Nurse(place)
    place.fill(OPEN)
    return lambda: nurse.read(f"/api/v1/cases/{nurse.ref}")


def _desk(place: Place) -> Callable[[], Any]:
    nurse = Nurse(place)
    place.fill(OPEN)
    return lambda: nurse.browse("/staff/")


def _page(place: Place) -> Callable[[], Any]:
    nurse = Nurse(place)
    place.fill(OPEN)
    return lambda: nurse.browse(f"/staff/cases/{nurse.ref}")


SUBJECTS: Final = {
    "submit": _submit,
    "change": _change,
    "list": _list,
    "case": _case,
    "desk": _desk,
    "page": _page,
}
Times = dict[str, list[float]]


@contextmanager
def statements(engine: Any) -> Iterator[Times]:
    """The seconds of each statement of this engine while the block runs, commits included."""
    found: Times = defaultdict(list)
    begun: list[float] = []

    def before(*_told: Any) -> None:
        begun.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_told: Any) -> None:
        found[" ".join(statement.split())].append(time.perf_counter() - begun.pop())

    commit = engine.dialect.do_commit

    def timed_commit(connection: Any) -> None:
        start = time.perf_counter()
        commit(connection)
        found["COMMIT"].append(time.perf_counter() - start)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    engine.dialect.do_commit = timed_commit
    yield found
    engine.dialect.do_commit = commit
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


@dataclass(frozen=True)
class Spent:
    """What so many operations took: seconds of the wall, of our processor and of the database's."""

    count: int
    wall: float
    ours: float
    database: float


def run(operation: Callable[[], Any], count: int, backend: int) -> Spent:
    """Do it so often; `backend` is the process of the database that serves us."""
    wall, ours, theirs = time.perf_counter(), time.process_time(), _processor(backend)
    for _ in range(count):
        operation()
    return Spent(
        count,
        time.perf_counter() - wall,
        time.process_time() - ours,
        _processor(backend) - theirs,
    )


def told(name: str, spent: Spent, times: Times, stats: Any) -> None:
    """Print one profile, in milliseconds of one operation."""
    each = 1000 / spent.count
    calls = sum(len(some) for some in times.values()) / spent.count
    print(
        f"\n{name}: {spent.wall * each:.2f} ms each; processor {spent.ours * each:.2f} ms ours,"
        f" {spent.database * each:.2f} ms of the database; {calls:.1f} statements:\n"
    )
    for statement, some in sorted(times.items(), key=lambda item: -sum(item[1]))[:TOP]:
        often = len(some) / spent.count
        print(f"{sum(some) * each:7.3f} ms {often:4.1f} ×  {statement[:150]}")
    rows = {_place(key): numbers for key, numbers in stats.items()}
    own = {where for where in rows if where.startswith(OWN)}
    for title, key, wanted in (("own time", 2, rows), ("all in it", 3, own)):
        print(f"\nfunctions by {title} (ms of our processor under the profiler, calls):\n")
        for where in sorted(wanted, key=lambda where: -rows[where][key])[:TOP]:
            numbers = rows[where]
            print(f"{numbers[key] * each:8.3f} {numbers[1] / spent.count:8.1f}  {where}")


def main(names: list[str], count: int) -> None:
    """Profile these subjects."""
    with standing() as ground:
        for name in names:
            with ground.place(name) as place, quietly():
                operation = SUBJECTS[name](place)
                for _ in range(20):
                    operation()
                with place.database.engine.connect() as connection:
                    backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
                spent = run(operation, count, backend)
                with statements(place.database.engine) as times:
                    run(operation, count, backend)
                profiler = cProfile.Profile(time.process_time)
                profiler.enable()
                run(operation, count, backend)
                profiler.disable()
                profiler.create_stats()
                told(name, spent, times, profiler.stats)


def _place(key: tuple[str, int, str]) -> str:
    file, line, function = key
    path = file.rpartition("site-packages/")[2].removeprefix(ROOT)
    return f"{path}:{line}({function})"


def _processor(pid: int) -> float:
    """The seconds of processor that this process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if not each.isdecimal()]
    counts = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    if set(given) - SUBJECTS.keys():
        sys.exit(f"Choose from {', '.join(SUBJECTS)}, and perhaps a count.")
    main(given or ["submit", "change"], counts[0] if counts else COUNT)
