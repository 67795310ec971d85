"""Cases set aside until a day: when a hold stands, and why one that does not has ended.

One rule in two dresses: a condition for lists, a word for the sweep. A hold stops no clock; it ends
by itself at its instant, when papers came, when the case went on, when its due moved before it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, update

from casework import ledger
from casework.context import Context
from casework.models import Case, CaseHold

# Why a case is set aside: the closed list, with its words.
REASONS: Final = {
    "papers": "Papers were promised by that day",
    "call": "A call or a talk is agreed for that day",
    "colleague": "A colleague who knows it is back by that day",
    "date": "Nothing can be done before that day",
}
# Why a hold ended, in words.
ENDS: Final = {
    "date": "its day has come",
    "papers": "papers came in",
    "went_on": "the case went on",
    "due_moved": "it would have ended after the case is due",
    "hand": "somebody ended it",
}


# What the case itself says of its hold, for the lists; `case_hold` has the history.
NOT_HELD: Final = {"held_at": None, "held_until": None, "held_state": ""}


def on_hold(now: datetime) -> ColumnElement[bool]:
    """The condition on `cases`: it is set aside at this instant."""
    return and_(
        Case.open,
        Case.held_until.is_not(None),
        Case.held_until > now,
        Case.held_state == Case.state,
        or_(Case.new_papers_at.is_(None), Case.new_papers_at <= Case.held_at),
        or_(Case.next_due_at.is_(None), Case.next_due_at >= Case.held_until),
    )


def returned(now: datetime) -> ColumnElement[bool]:
    """The condition on `cases`: it came back (from a hold that ended by itself, from a colleague,
    from somebody outside), and nobody has gone on since."""
    lapsed = and_(Case.held_until.is_not(None), Case.held_state == Case.state)
    return and_(or_(Case.returned_at.is_not(None), lapsed), ~on_hold(now))


def over(now: datetime) -> ColumnElement[bool]:
    """The condition on a hold joined with its case: it stands no more, and nobody wrote so."""
    return and_(CaseHold.ended_at.is_(None), ~and_(*_standing(now)[1:]))


def why_over(case: ledger.Head, hold: Any, now: datetime) -> str:
    """Why this hold (a row of it) has ended: a code of ENDS; empty where it stands."""
    if not case.open or case.state != hold.state:
        return "went_on"
    if case.new_papers_at is not None and case.new_papers_at > hold.from_at:
        return "papers"
    if hold.until_at <= now:
        return "date"
    if case.next_due_at is not None and hold.until_at > case.next_due_at:
        return "due_moved"
    return ""


def standing(cx: Context, case_id: int) -> Any:
    """The hold of this case that nobody ended yet (a row), or None."""
    return cx.db.execute(
        select(
            CaseHold.id,
            CaseHold.case_id,
            CaseHold.from_at,
            CaseHold.until_at,
            CaseHold.state,
            CaseHold.reason,
            CaseHold.by_id,
            CaseHold.by_name,
        ).where(CaseHold.case_id == case_id, CaseHold.ended_at.is_(None))
    ).one_or_none()


def until(cx: Context, case_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    """Of these cases those that are on hold: until when, and why in words; in one question."""
    if not case_ids:
        return {}
    rows = cx.db.execute(
        select(CaseHold.case_id, CaseHold.until_at, CaseHold.reason)
        .join(Case, Case.id == CaseHold.case_id)
        .where(CaseHold.case_id.in_(sorted(case_ids)), *_standing(cx.now))
    )
    return {row.case_id: (row.until_at, REASONS.get(row.reason, row.reason)) for row in rows}


def end(cx: Context, hold_id: int, why: str) -> None:
    """Write down that this hold has ended, and why."""
    cx.db.execute(
        update(CaseHold)
        .where(CaseHold.id == hold_id, CaseHold.ended_at.is_(None))
        .values(ended_at=cx.now, ended_why=why)
        .execution_options(synchronize_session=False)
    )


def ended(case: ledger.Head, hold: Any, why: str, *, now: datetime) -> ledger.Change:
    """The change that says so in the history of the case."""
    return ledger.Change(
        case=case,
        observation="hold_ended",
        said=ledger.Said(more={"why": why, "of": hold.by_id}),
        text={"reason": ENDS[why].capitalize()},
        sets=NOT_HELD | ({"returned_at": now} if why not in {"hand", "went_on"} else {}),
    )


def _standing(now: datetime) -> tuple[Any, ...]:
    return (
        CaseHold.ended_at.is_(None),
        CaseHold.until_at > now,
        CaseHold.state == Case.state,
        Case.open,
        or_(Case.new_papers_at.is_(None), Case.new_papers_at <= CaseHold.from_at),
        or_(Case.next_due_at.is_(None), Case.next_due_at >= CaseHold.until_at),
    )
