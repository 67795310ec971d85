"""What a demonstration shows when time was moved: what comes next, and what happened since.

Counts are of the whole house and name nobody; the cases behind them come only within reach.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import Case, ClockMark, Escalation, Heartbeat, Letter, Obligation, StaffNotice
from casework.records.escalations import HANDED_ON

COUNT_LIMIT: Final = 1000
SHOWN: Final = 6
ON_ITS_WAY: Final = ("due", "deposited")


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since an instant of case time, each counted to COUNT_LIMIT at most.

    `steps` of the ladder fired; `escalations` have a number of their own. `waiting` steps are due
    and did not fire yet, `failed` ones were given up. `swept_at` is when a sweep last ended, on
    the wall clock.
    """

    steps: int
    escalations: int
    handed_on: int
    obligations: int
    letters_left: int
    letters_on_their_way: int
    waiting: int
    failed: int
    swept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fired:
    """One step that fired: `step` is the part of the time that is used up, in percent; `number` is
    the escalation's, empty where it has none."""

    ref: str
    clock: str
    step: str
    number: str


def next_mark(cx: Context) -> datetime | None:
    """When the next step of any ladder fires after `cx.now`; None when no clock waits."""
    found: datetime | None = cx.db.execute(
        select(func.min(ClockMark.fire_at)).where(
            ClockMark.state == "pending", ClockMark.fire_at > cx.now
        )
    ).scalar()
    return found


def happened(cx: Context, since: datetime) -> Since:
    """What happened from `since` (case time) until now, and what is still to happen."""
    steps = (Escalation.opened_at >= since) & Escalation.mark_id.is_not(None)
    counted = cx.db.execute(
        select(
            _count(steps),
            _count((Escalation.opened_at >= since) & (Escalation.ref != "")),
            _count((StaffNotice.code == HANDED_ON) & (StaffNotice.at >= since)),
            _count(Obligation.raised_at >= since),
            _count((Letter.state == "sent") & (Letter.sent_at >= since)),
            _count(Letter.state.in_(ON_ITS_WAY)),
            _count((ClockMark.state == "pending") & (ClockMark.fire_at <= cx.now)),
            _count((ClockMark.state == "failed") & (ClockMark.settled_at >= since)),
            select(Heartbeat.at).where(Heartbeat.name == "sweep").scalar_subquery(),
        )
    ).one()
    return Since(*counted)


def fired(cx: Context, since: datetime) -> tuple[Fired, ...]:
    """The steps that fired from `since` on, on cases within reach, those with a number first."""
    rows = cx.db.execute(
        select(Case.ref.label("case_ref"), Escalation.clock, Escalation.step, Escalation.ref)
        .join(Case, Case.id == Escalation.case_id)
        .where(Escalation.opened_at >= since, Escalation.mark_id.is_not(None))
        .order_by((Escalation.ref == ""), Escalation.id)
        .limit(SHOWN)
    )
    return tuple(Fired(row.case_ref, row.clock, row.step, row.ref) for row in rows)


def _count(condition: Any) -> Any:
    """How many rows fulfil this, counted no further than the limit."""
    few = select(1).where(condition).limit(COUNT_LIMIT).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
