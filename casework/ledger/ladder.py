"""The escalation ladder of each of the plan's clocks, as rows that the sweep claims.

When a clock moves, its pending marks are skipped and a new generation is written in the same
transaction; when it is met, missed or closed, what is pending is skipped with that reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, update

from casework.context import Context
from casework.metadata import table_of
from casework.models import ClockMark
from sla import plan


@dataclass(frozen=True, slots=True)
class Renewal:
    """One clock whose ladder must be looked at: `clock` None means that it is no more."""

    case_id: int
    kind: str
    clock: Any
    generation: int
    fresh: bool
    name: str = ""


def renew(cx: Context, renewals: Sequence[Renewal]) -> None:
    """Skip the marks that are over and write those of the new generations."""
    over = [r for r in renewals if r.generation > 1 or not r.fresh]
    if over:
        _skip(cx, over)
    rows = [row for renewal in renewals if renewal.fresh for row in mark_rows(renewal)]
    if rows:
        cx.db.connection().execute(insert(table_of(ClockMark)), rows)


def mark_rows(renewal: Renewal) -> list[dict[str, Any]]:
    """The marks of one clock that runs; none for a clock that is over or not the plan's."""
    clock = renewal.clock
    if clock is None or clock.state != "open":
        return []
    steps = plan.steps_for(renewal.kind)
    return [
        {
            "case_id": renewal.case_id,
            "clock": clock.name,
            "step": mark.step,
            "generation": renewal.generation,
            "fire_at": mark.fire_at,
            "state": "pending",
        }
        for mark in plan.ladder(clock, steps)
    ]


def _skip(cx: Context, renewals: Sequence[Renewal]) -> None:
    table = table_of(ClockMark)
    statement = (
        update(table)
        .where(
            table.c.case_id == bindparam("of_case"),
            table.c.clock == bindparam("of_clock"),
            table.c.state == "pending",
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
