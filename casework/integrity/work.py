"""Is all work in somebody's hands: open cases without a future, waits without a timer, tasks on
closed cases, and what lies with people who left."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, literal, or_, select, union_all

from casework.context import Context
from casework.integrity.finding import Finding
from casework.integrity.timers import PATIENCE
from casework.models import (
    Appeal,
    Case,
    Clock,
    ClockMark,
    Escalation,
    Grievance,
    InformationRequest,
    Obligation,
    PeerToPeer,
    ReportingLine,
    User,
)

TALK_PATIENCE: Final = timedelta(days=1)
_UNANSWERED: Final = (InformationRequest.answered_at.is_(None)) & (
    InformationRequest.lapsed_at.is_(None)
)
_TALK_OPEN: Final = (PeerToPeer.held_at.is_(None)) & (PeerToPeer.closed_at.is_(None))


def without_future(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Open cases on which no timer will ring, no answer is awaited and nobody was told."""
    ahead = union_all(
        select(ClockMark.case_id).where(ClockMark.case_id.in_(ids), ClockMark.state == "pending"),
        select(Clock.case_id).where(
            Clock.case_id.in_(ids),
            Clock.state == "open",
            Clock.owner != "plan",
            Clock.due_at > cx.now - PATIENCE,
        ),
        select(Obligation.case_id).where(
            Obligation.case_id.in_(ids),
            Obligation.done_at.is_(None),
            or_(Obligation.owner_id.is_not(None), Obligation.owner_role != ""),
        ),
        select(InformationRequest.case_id).where(
            InformationRequest.case_id.in_(ids),
            _UNANSWERED,
            InformationRequest.due_at > cx.now - PATIENCE,
        ),
        # Time ran out and somebody was told, by a number of its own.
        select(Escalation.case_id).where(
            Escalation.case_id.in_(ids), Escalation.ref != "", Escalation.owner_id.is_not(None)
        ),
    ).subquery()
    rows = cx.db.execute(
        select(Case.id, Case.state).where(
            Case.id.in_(ids), Case.open, Case.id.not_in(select(ahead.c.case_id))
        )
    )
    for row in rows:
        says = (
            f"It stands at {_plain(row.state)}; no step of a ladder, no answer and no task is due."
        )
        yield Finding("no_obligation", says, row.id)


def waits(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Cases that wait for information without a time, or after it; talks whose slot has passed."""
    question = select(InformationRequest.id).where(
        InformationRequest.case_id == Case.id, _UNANSWERED
    )
    for case_id in cx.db.execute(
        select(Case.id).where(Case.id.in_(ids), Case.state == "pended", ~question.exists())
    ).scalars():
        says = "It waits for information, and no question with a time to answer is open."
        yield Finding("pended_without_timer", says, case_id)
    late = question.where(InformationRequest.due_at < cx.now - PATIENCE)
    for case_id in cx.db.execute(
        select(Case.id).where(Case.id.in_(ids), Case.state == "pended", late.exists())
    ).scalars():
        says = "The time to answer has passed, and the case still waits."
        yield Finding("question_overdue", says, case_id)
    talks = cx.db.execute(
        select(PeerToPeer.id, PeerToPeer.case_id, PeerToPeer.slot_at)
        .join(Case, Case.id == PeerToPeer.case_id)
        .where(Case.id.in_(ids), Case.open, _TALK_OPEN, PeerToPeer.slot_at < cx.now - TALK_PATIENCE)
    )
    for row in talks:
        says = f"The slot of {row.slot_at:%Y-%m-%d %H:%M} UTC has passed; how it ended is not told."
        yield Finding("talk_overdue", says, row.case_id, f"talk/{row.id}")


def tasks_on_closed(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Open tasks on cases that are closed: nobody's list shows them."""
    found: tuple[tuple[str, str, Any, Any], ...] = (
        ("obligation", "something is owed", Obligation, Obligation.done_at.is_(None)),
        ("question", "an answer is awaited", InformationRequest, _UNANSWERED),
        ("talk", "a peer-to-peer talk is offered", PeerToPeer, _TALK_OPEN),
        (
            "escalation",
            "an escalation waits to be acknowledged",
            Escalation,
            Escalation.acknowledged_at.is_(None) & Escalation.ended_at.is_(None),
        ),
    )
    for name, words, table, is_open in found:
        rows = cx.db.execute(
            select(table.id, table.case_id)
            .join(Case, Case.id == table.case_id)
            .where(Case.id.in_(ids), Case.open.is_(False), is_open)
        )
        for row in rows:
            says = f"The case is closed, and {words}."
            yield Finding("task_on_closed", says, row.case_id, f"{name}/{row.id}")


def of_leavers(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Open work whose owner is switched off or has left."""
    for row in cx.db.execute(union_all(*_owned(ids, _gone(cx.now)))):
        says = f"{row.words} lies with account {row.user_id}, whose owner has left."
        yield Finding("work_of_leavers", says, row.case_id, f"{row.what}/{row.number}")


def lines_to_leavers(cx: Context, wall: datetime) -> Iterator[Finding]:
    """Reporting lines of today that lead to somebody who is gone."""
    on = cx.now.date()
    rows = cx.db.execute(
        select(ReportingLine.user_id, ReportingLine.manager_id)
        .join(User, User.id == ReportingLine.manager_id)
        .where(
            ReportingLine.starts_on <= on,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= on),
            _gone(cx.now),
        )
    )
    for row in rows:
        says = f"Account {row.user_id} reports to account {row.manager_id}, whose owner has left."
        yield Finding("line_to_leaver", says, key=f"{row.user_id}>{row.manager_id}")


def _gone(now: datetime) -> Any:
    return or_(User.active.is_(False), User.left_on <= now.date())


def _owned(ids: Sequence[int], gone: Any) -> Iterator[Select[Any]]:
    """Every way in which a person owns work on an open case."""

    def owned(what: str, words: str, owner: Any, number: Any, *more: Any) -> Select[Any]:
        return (
            select(
                Case.id.label("case_id"),
                literal(what).label("what"),
                literal(words).label("words"),
                number.label("number"),
                owner.label("user_id"),
            )
            .join(User, User.id == owner)
            .where(Case.id.in_(ids), gone, *more)
        )

    yield owned("assignee", "The case", Case.assignee_id, Case.id, Case.open)
    yield owned(
        "escalation",
        "An escalation",
        Escalation.owner_id,
        Escalation.id,
        Escalation.acknowledged_at.is_(None),
        Escalation.ended_at.is_(None),
    ).join(Case, Case.id == Escalation.case_id)
    yield owned(
        "obligation",
        "Something owed",
        Obligation.owner_id,
        Obligation.id,
        Obligation.done_at.is_(None),
    ).join(Case, Case.id == Obligation.case_id)
    yield owned("reviewer", "The appeal", Appeal.reviewer_id, Case.id, Case.open).join(
        Case, Case.id == Appeal.case_id
    )
    yield owned("clinician", "The grievance", Grievance.clinician_id, Case.id, Case.open).join(
        Case, Case.id == Grievance.case_id
    )


def _plain(state: str) -> str:
    return state.replace("_", " ")
