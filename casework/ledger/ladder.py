"""The escalation ladder of each of the plan's clocks, as rows that the sweep claims.

When a clock moves, its pending marks are skipped and a new generation is written in the same
transaction; when it is met, missed or closed, what is pending is skipped with that reason. The
last step of a clock that was satisfied too late still rings: a late letter silences no deadline.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import BigInteger, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from casework import bridge
from casework.context import Context
from casework.metadata import table_of
from casework.models import ClockMark, Escalation
from sla import plan


@dataclass(frozen=True, slots=True)
class Renewal:
    """One clock whose ladder must be looked at: `clock` None means that it is no more. The ladder
    is that of the contract version `version_id`, which the case was stamped with. `late`: it was
    reckoned anew and is missed only now (a receipt corrected after the decision was told)."""

    case_id: int
    kind: str
    version_id: int
    clock: Any
    generation: int
    fresh: bool
    name: str = ""
    late: bool = False


def renew(cx: Context, renewals: Sequence[Renewal]) -> None:
    """Skip the marks that are over and write those of the new generations."""
    over = [r for r in renewals if r.generation > 1 or not r.fresh]
    if over:
        _skip(cx, over)
    rows = [row for renewal in renewals if renewal.fresh for row in mark_rows(cx, renewal)]
    if rows:
        cx.db.connection().execute(insert(table_of(ClockMark)), rows)


def mark_rows(cx: Context, renewal: Renewal) -> list[dict[str, Any]]:
    """The marks of one clock that runs; of one that is missed only now its last; none for a clock
    that is over or not the plan's."""
    clock = renewal.clock
    if clock is None or not (clock.state == "open" or renewal.late):
        return []
    ladder = bridge.version_of(cx, renewal.version_id).ladder
    return [
        {
            "case_id": renewal.case_id,
            "clock": clock.name,
            "step": mark.step,
            "generation": renewal.generation,
            "fire_at": mark.fire_at,
            "state": "pending",
        }
        for mark in ladder.marks(clock, renewal.kind)
        if mark.step == plan.LAST or not renewal.late
    ]


def last_generations(cx: Context, ids: Collection[int]) -> dict[tuple[int, str], int]:
    """The last generation of marks that each clock (case, name) of these cases ever had."""
    table = table_of(ClockMark)
    rows = cx.db.connection().execute(
        select(table.c.case_id, table.c.clock, func.max(table.c.generation).label("last"))
        .where(table.c.case_id.in_(sorted(ids)))
        .group_by(table.c.case_id, table.c.clock)
    )
    return {(row.case_id, row.clock): row.last for row in rows}


def numbered(renewal: Renewal, generations: Mapping[tuple[int, str], int]) -> Renewal:
    """The same, with the generation that its clock (case, name) was given."""
    name = renewal.name or renewal.clock.name
    return replace(renewal, generation=generations.get((renewal.case_id, name), renewal.generation))


def end_escalations(cx: Context, clocks: Collection[tuple[int, str]]) -> None:
    """Nobody need look after these clocks (case, name) any more because of a step that fired: they
    are satisfied, moved or over, or a later step calls somebody now."""
    if not clocks:
        return
    # Asked first: most clocks have called nobody, and an update that finds nothing costs more.
    connection = cx.db.connection()
    standing = connection.execute(_STANDING, {"cases": sorted({case for case, _ in clocks})})
    ids = [row.id for row in standing if (row.case_id, row.clock) in clocks]
    if ids:
        connection.execute(
            update(_CALLED)
            .where(_CALLED.c.id.in_(ids))
            .values(ended_at=cx.now, hand_on_at=None, returns_at=None)
        )


_CALLED: Final = table_of(Escalation)
_STANDING: Final = select(_CALLED.c.id, _CALLED.c.case_id, _CALLED.c.clock).where(
    _CALLED.c.case_id == any_(bindparam("cases", type_=ARRAY(BigInteger))),
    _CALLED.c.ended_at.is_(None),
)


def _skip(cx: Context, renewals: Sequence[Renewal]) -> None:
    table = table_of(ClockMark)
    statement = (
        update(table)
        .where(
            table.c.case_id == bindparam("of_case"),
            table.c.clock == bindparam("of_clock"),
            table.c.state == "pending",
            (table.c.step != plan.LAST) | bindparam("last_too"),
        )
        .values(state="skipped", reason=bindparam("because"), settled_at=cx.now)
    )
    cx.db.connection().execute(
        statement,
        [
            {
                "of_case": r.case_id,
                "of_clock": r.name or r.clock.name,
                "because": _reason(r),
                "last_too": r.clock is None or r.late or r.clock.state != "missed",
            }
            for r in renewals
        ],
    )


def _reason(renewal: Renewal) -> str:
    if renewal.clock is None:
        return "the clock is no more"
    if renewal.clock.state == "open":
        return "the clock moved"
    return f"the clock is {renewal.clock.state}"
