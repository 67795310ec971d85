"""Escalations as rows: whom a step calls, its `ESC-` number, the notices, and where it goes next.

Rows only; which marks are due is `sla.sweep`'s business, what happens to the case is the ledger's,
who stands on which rung is `rungs`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select, update

from casework import bridge, refs
from casework.context import Context, Principal
from casework.ledger import ladder
from casework.ledger.change import Head, Said
from casework.metadata import table_of
from casework.models import ESCALATION_SERIAL, Escalation, StaffNotice
from casework.records.rungs import COMPLIANCE, LEAD, WORKER, Holder, People
from sla.ladders import RUNGS, Ladder
from sla.plan import LAST

HAND: Final = "hand"
HANDED_ON: Final = "handed_on"
NUMBERED: Final = frozenset({LAST, HAND})
_ABOVE_ALL: Final = frozenset({LEAD, COMPLIANCE})


@dataclass(frozen=True, slots=True)
class Step:
    """One step that fires now on one case, by its mark (None where somebody escalates by hand).
    `due_at` is the due of its clock, `by_day` whether that counts days, `zone` where."""

    case: Head
    clock: str
    step: str
    mark_id: int | None
    due_at: datetime
    by_day: bool
    zone: str


@dataclass(frozen=True, slots=True)
class HandOn:
    """An escalation that goes from its holder to the next one (None: it stays, for good)."""

    id: int
    case: Head
    to: Holder | None
    by_day: bool
    zone: str


# What a command reads of an escalation that it answers or hands on.
COLUMNS: Final = (
    Escalation.id,
    Escalation.case_id,
    Escalation.ref,
    Escalation.clock,
    Escalation.step,
    Escalation.rung,
    Escalation.owner_id,
    Escalation.owner_role,
    Escalation.ended_at,
    Escalation.acknowledged_at,
    Escalation.acknowledged_by_id,
)


def open_steps(cx: Context, steps: Sequence[Step], staff: People) -> Mapping[tuple[int, str], str]:
    """Write an escalation and its notices for each step; what earlier steps of the same clocks had
    asked of people ends. Returns (case id, clock) → the `ESC-` number that was issued now."""
    if not steps:
        return {}
    numbers = _numbers(cx, [step for step in steps if step.step in NUMBERED])
    ladder.end_escalations(cx, {(step.case.id, step.clock) for step in steps})
    called = [staff.called(step.case, ladder_of(cx, step.case), step.step) for step in steps]
    rows = [_row(cx, step, holder, numbers) for step, holder in zip(steps, called, strict=True)]
    table = table_of(Escalation)
    added = cx.db.execute(insert(table).returning(table.c.id, table.c.case_id, table.c.clock), rows)
    ids = {(row.case_id, row.clock): row.id for row in added}
    notices = [
        notice
        for step, holder in zip(steps, called, strict=True)
        for notice in _notices(cx, step, holder, staff, ids[step.case.id, step.clock])
    ]
    cx.db.execute(insert(table_of(StaffNotice)), notices)
    return numbers


def hand_on(cx: Context, moves: Sequence[HandOn]) -> None:
    """Give each of these escalations to its next holder, who is told; one without stays."""
    if not moves:
        return
    cx.db.connection().execute(
        _MOVE,
        [
            {
                "of_id": move.id,
                "new_owner": move.to.user_id,
                "new_role": move.to.role,
                "new_rung": RUNGS.index(move.to.rung),
                "new_at": goes_on_at(cx, move.case, move.to, by_day=move.by_day, zone=move.zone),
            }
            for move in moves
            if move.to is not None
        ],
    )
    cx.db.execute(
        insert(table_of(StaffNotice)),
        [
            {
                "case_id": move.case.id,
                "user_id": move.to.user_id,
                "role": move.to.role,
                "code": HANDED_ON,
                "escalation_id": move.id,
                "at": cx.now,
            }
            for move in moves
            if move.to is not None
        ],
    )


def said(row: Any, move: HandOn | None = None) -> Said:
    """What the history says of an escalation (a row of COLUMNS) that is answered or handed on."""
    more: dict[str, Any] = {"clock": row.clock, "step": row.step, "row": row.id}
    if row.ref:
        more["escalation"] = row.ref
    if move is not None and move.to is not None:
        more |= {"to": move.to.user_id, "rung": move.to.rung}
    return Said(more=more)


def ladder_of(cx: Context, case: Head) -> Ladder:
    """The ladder of the contract version that this case is stamped with."""
    return bridge.version_of(cx, case.contract_version_id).ladder


def may_answer(who: Principal, row: Any, staff: People) -> bool:
    """Whether this person can say "I have it" to an escalation (a row with `owner_id` and
    `owner_role`): its owner, a supervisor, compliance, or whoever leads the owner."""
    by_role = row.owner_id is None and row.owner_role in who.roles
    if row.owner_id == who.id or by_role or who.roles & _ABOVE_ALL:
        return True
    return staff.stands_above(who.id, row.owner_id)


_TABLE: Final = table_of(Escalation)
_MOVE: Final = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"))
    .values(
        owner_id=bindparam("new_owner"),
        owner_role=bindparam("new_role"),
        rung=bindparam("new_rung"),
        hand_on_at=bindparam("new_at"),
    )
)


def goes_on_at(
    cx: Context, case: Head, holder: Holder, *, by_day: bool, zone: str
) -> datetime | None:
    found: datetime | None = ladder_of(cx, case).hand_on_at(
        holder.rung, since=cx.now, by_day=by_day, time_zone=zone
    )
    return found


def _row(
    cx: Context, step: Step, holder: Holder, numbers: Mapping[tuple[int, str], str]
) -> dict[str, Any]:
    return {
        "ref": numbers.get((step.case.id, step.clock), ""),
        "case_id": step.case.id,
        "clock": step.clock,
        "step": step.step,
        "mark_id": step.mark_id,
        "owner_id": holder.user_id,
        "owner_role": holder.role,
        "rung": RUNGS.index(holder.rung),
        "opened_at": cx.now,
        "due_at": step.due_at,
        "hand_on_at": goes_on_at(cx, step.case, holder, by_day=step.by_day, zone=step.zone),
    }


def _numbers(cx: Context, steps: Sequence[Step]) -> dict[tuple[int, str], str]:
    """One `ESC-` number for each clock that ran out; one escalated by hand before keeps its own
    (decision 22)."""
    if not steps:
        return {}
    wanted = [(step.case.id, step.clock) for step in steps]
    rows = cx.db.execute(
        select(Escalation.case_id, Escalation.clock).where(
            Escalation.case_id.in_([case_id for case_id, _ in wanted]), Escalation.ref != ""
        )
    )
    had = {(row.case_id, row.clock) for row in rows}
    fresh = [key for key in wanted if key not in had]
    if not fresh:
        return {}
    serials = cx.db.execute(
        select(ESCALATION_SERIAL.next_value()).select_from(func.generate_series(1, len(fresh)))
    ).scalars()
    return {
        key: refs.reference("escalation", serial, cx.now)
        for key, serial in zip(fresh, serials, strict=True)
    }


def _notices(
    cx: Context, step: Step, holder: Holder, staff: People, escalation_id: int
) -> list[dict[str, Any]]:
    """Who is told: the holder; where time ran out, compliance and whoever has the case as well."""
    told: list[tuple[int | None, str]] = [(holder.user_id, holder.role)]
    if step.step == LAST:
        told.append((staff.first(step.case, COMPLIANCE), COMPLIANCE))
        told.append((step.case.assignee_id, WORKER[step.case.kind]))
    by_person = {(user_id, "" if user_id else role): (user_id, role) for user_id, role in told}
    return [
        {
            "case_id": step.case.id,
            "user_id": user_id,
            "role": role,
            "code": f"clock_{step.step}",
            "escalation_id": escalation_id,
            "at": cx.now,
        }
        for user_id, role in by_person.values()
    ]
