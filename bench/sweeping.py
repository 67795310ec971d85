"""What the sweep costs: due marks become events, escalations, notices; a hundred cases at once."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bench.floors import Copier, Work
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, Stopped, in_turns
from bench.scales import Scales
from bench.statements import shown
from bench.witness import Footprint, Witness
from casework.services import clocks
from tests.builders import MONDAY

BATCH: Final = 100
ROUNDS: Final = 20
WARM: Final = 1
CLAIM: Final = (
    "select id, case_id from clock_mark where state = 'pending' and fire_at <= %s"
    " order by fire_at, id limit %s for update skip locked"
)


@dataclass(frozen=True)
class Step:
    """One step of the ladder: the instant as of which the cases were told, and that of the sweep;
    in between exactly one mark of each case comes due."""

    name: str
    told: datetime
    swept: datetime

    @property
    def cases(self) -> dict[str, Any]:
        """Which cases are told: those whose mark comes due for this step."""
        return {
            "as_of": self.told,
            "contract": "OH-MCD",
            "span": timedelta(hours=1),
            "in_review": False,
        }


STEPS: Final = (
    Step("half of the time is over", MONDAY, MONDAY + timedelta(days=8)),
    Step("time ran out", MONDAY + timedelta(days=14, hours=12), MONDAY + timedelta(days=15)),
)


def figures(ground: Ground) -> Iterator[Figure]:
    """Escalations a second, for the first step of the ladder and for the last."""
    for number, step in enumerate(STEPS):
        with ground.place(f"sweep_{number}") as place:
            witness = Witness(place)
            yield _measured(place, witness, step)
            witness.close()


def _measured(place: Place, witness: Witness, step: Step) -> Figure:
    # Two runs of each side per round, those that warm up, and the one that is read back.
    place.fill(BATCH * (2 * (ROUNDS + WARM) + 1), **step.cases)
    cx = place.cx("system", step.swept)
    footprint = witness.footprint(lambda: clocks.sweep_batch(cx, limit=BATCH))
    floor = Floor(place, witness, Copier(footprint, place.settings.data_dir), step.swept)
    scales = Scales(witness)
    taken = in_turns(
        scales.watched("ours", lambda: _swept(cx)),
        scales.watched("floor", floor.run),
        rounds=ROUNDS,
        warm=WARM,
    )
    counted = scales.require_equal(step.name)
    floor.connection.close()
    return Figure(
        name=f"sweep {ROUNDS * BATCH:,} due marks: {step.name}",
        unit="escalations/s",
        n=taken.n * BATCH,
        ours=BATCH / taken.ours,
        floor=BATCH / taken.floor,
        statements=_told(footprint),
        counted=counted,
        aim=Aim(at_least=1000),
    )


def _swept(cx: Any) -> float:
    begun = time.perf_counter()
    swept = clocks.sweep_batch(cx, limit=BATCH)
    spent = time.perf_counter() - begun
    if swept.fired != BATCH:
        raise Stopped(f"The sweep fired {swept.fired} marks, not {BATCH}.")
    return spent


class Floor:
    """Claims the marks that are due and writes what ours wrote for the first hundred."""

    def __init__(self, place: Place, witness: Witness, copier: Copier, swept: datetime) -> None:
        self.connection = application(place.addresses, reach="all")
        self.witness, self.copier, self.swept = witness, copier, swept

    def run(self) -> float:
        """The seconds of claim, rows and commit; who gets which row is worked out off the clock."""
        begun = time.perf_counter()
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute(CLAIM, (self.swept, BATCH), prepare=True)
            claimed = cursor.fetchall()
            spent = time.perf_counter() - begun
            work = self._for([case_id for _mark, case_id in claimed])
            begun = time.perf_counter()
            for text, values in work.statements:
                cursor.execute(text, values, prepare=True)
        return spent + time.perf_counter() - begun

    def _for(self, cases: list[int]) -> Work:
        siblings = self.witness.siblings(self.copier.moving, cases)
        return self.copier.again(
            dict(zip(self.copier.footprint.cases, cases, strict=True)), siblings
        )


def _told(footprint: Footprint) -> tuple[str, ...]:
    begin, *rest = shown(footprint)
    return (begin, CLAIM, *rest)
