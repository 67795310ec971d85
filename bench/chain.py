"""What proof costs: the history verified, and clocks computed from plain cases."""

import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.ground import Ground, Place, superuser
from bench.measure import Figure, Stopped, in_turns, timed
from casework import audit, chain
from casework.metadata import table_of
from casework.models import CaseEvent
from sla import wire

CASES: Final = 10_000
ROUNDS: Final = 3
EXAMPLES: Final = Path(__file__).parent.parent / "tests/sla/examples.jsonl"
LINES: Final = 2_000


def figures(ground: Ground) -> Iterator[Figure]:
    """Events verified a second."""
    with ground.place("audit") as place:
        place.fill(CASES)
        yield _verified(place)


def clock_figures(_ground: Ground) -> Iterator[Figure]:
    """Cases a second through `casework clocks compute`."""
    examples = EXAMPLES.read_text(encoding="utf-8").splitlines()
    lines = (examples * (LINES // len(examples) + 1))[:LINES]
    taken = in_turns(
        timed(lambda: list(wire.stream(lines))),
        timed(lambda: [json.dumps(json.loads(line)) for line in lines]),
        rounds=ROUNDS,
        warm=1,
    )
    yield Figure(
        name="compute the clocks of a case",
        unit="cases/s",
        n=LINES * taken.n,
        ours=LINES / taken.ours,
        floor=LINES / taken.floor,
        statements=("json.dumps(json.loads(line)) of the same lines",),
    )


def _verified(place: Place) -> Figure:
    connection = superuser(place.addresses)
    key = place.settings.keys["audit"]
    names = [c.name for c in table_of(CaseEvent).columns if c.name in _CHAINED]
    columns = ", ".join(f'"{name}"' for name in names)
    query = f"copy (select {columns} from case_event order by case_id, seq) to stdout"
    with place.database.reading(place.database.context()) as cx:
        report = audit.verify(cx)
    if not report.holds:
        raise Stopped(f"The history does not hold: {report.faults[:3]}")

    def ours() -> float:
        with place.database.reading(place.database.context()) as cx:
            begun = time.perf_counter()
            audit.verify(cx)
            return time.perf_counter() - begun

    def floor() -> None:
        with connection.cursor() as cursor, cursor.copy(query) as rows:
            mac = b""
            for row in rows:
                mac = hmac.digest(key, mac + bytes(row), "sha256")

    taken = in_turns(ours, timed(floor), rounds=ROUNDS, warm=1)
    connection.close()
    return Figure(
        name="verify the history",
        unit="events/s",
        n=report.events * taken.n,
        ours=report.events / taken.ours,
        floor=report.events / taken.floor,
        statements=(query.replace('"', ""), "hmac.digest(key, mac + row, 'sha256') of each row"),
    )


_CHAINED: Final[frozenset[str]] = frozenset({*chain.CASE_COLUMNS, "prev_hash", "hash", "mac"})
