"""What somebody said that he has and did not bring to its end: after the time that the contract
gives it waits for an answer anew. Rows only; the ledger writes what happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from casework.context import Context
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import Clock, Escalation, StaffNotice
from casework.records.escalations import goes_on_at, ladder_of
from casework.records.rungs import Holder
from sla.ladders import RUNGS

CAME_BACK: Final = "came_back"
_TABLE: Final = table_of(Escalation)
_RETURN: Final = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"))
    .values(
        acknowledged_at=None,
        returns_at=None,
        returned_at=bindparam("back_at"),
        hand_on_at=bindparam("next_at"),
    )
)


@dataclass(frozen=True, slots=True)
class Return:
    """An escalation that somebody has for too long (a row of COLUMNS with `by_day` and `zone`)."""

    row: Any
    case: Head


def come_back(cx: Context, returns: Sequence[Return]) -> None:
    """Let these wait for an answer again, with whoever was called; he and whoever had said that he
    has it are told. What was said stays beside it."""
    if not returns:
        return
    cx.db.connection().execute(
        _RETURN,
        [
            {
                "of_id": each.row.id,
                "back_at": cx.now,
                "next_at": goes_on_at(
                    cx,
                    each.case,
                    Holder(RUNGS[each.row.rung], each.row.owner_id, each.row.owner_role),
                    by_day=each.row.by_day,
                    zone=each.row.zone,
                ),
            }
            for each in returns
        ],
    )
    notices = []
    for each in returns:
        told = {(each.row.owner_id, each.row.owner_role)}
        if each.row.acknowledged_by_id not in (None, each.row.owner_id):
            told.add((each.row.acknowledged_by_id, ""))
        notices += [
            {
                "case_id": each.case.id,
                "user_id": user_id,
                "role": role,
                "code": CAME_BACK,
                "escalation_id": each.row.id,
                "at": cx.now,
            }
            for user_id, role in sorted(told, key=str)
        ]
    cx.db.execute(insert(table_of(StaffNotice)), notices)


def returns_at(cx: Context, case: Head, clock: str) -> datetime | None:
    """When "I have it" said now to this clock comes back, as the contract says (plan policy)."""
    row = cx.db.execute(
        select(Clock.by_day, Clock.zone).where(Clock.case_id == case.id, Clock.name == clock)
    ).one_or_none()
    if row is None:
        return None
    return ladder_of(cx, case).returns_at(since=cx.now, by_day=row.by_day, time_zone=row.zone)
