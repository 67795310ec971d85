"""Escalations answered and made by people: "I have it", and by hand before the time runs out.

Each writes one observation into the history of its case; no clock moves by it. What the ladder
fires is `services.clocks`' business, what goes on to the next person `services.handing_on`'s.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select, update

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Clock, Escalation, User
from casework.records import escalation_returns, escalations, observing, rungs
from casework.records.answers import Done
from casework.records.escalations import HAND, Step
from casework.records.forms import asks

MOST: Final = 300


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """Which escalation somebody has, and what he does about it."""

    escalation_id: int = field(metadata=asks("Escalation"))
    answer: str = field(
        metadata=asks("What you do about it", hint="One sentence; it stays in the story", most=MOST)
    )


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """Which clock somebody escalates before its time (the nearest, if left out), and why."""

    reason: str = field(metadata=asks("Why", long=True))
    clock: str = field(default="", metadata=asks("Clock", hint="The nearest, if left out"))


@command
def acknowledge_escalation(cx: Context, ref: str, seen: int | None, form: Acknowledgement) -> Done:
    """Say "I have it": nobody else is called because of this step until it comes back, after the
    time that the contract gives (plan policy). Said twice it changes nothing.

    Only its owner, a supervisor, compliance or whoever leads the owner may. Raises NotAllowed,
    Invalid without a sentence, StateRefused where it is over or a later step calls somebody.
    """
    case = observing.take(cx, ref, "acknowledge_escalation", seen=seen)
    row = _taken(cx, case, form.escalation_id)
    if row.acknowledged_at is not None:
        return Done(
            ref=case.ref, state=case.state, version=case.version, event="escalation_acknowledged"
        )
    _refuse_what_is_over(cx, case, row)
    _require_the_owner_or_above(cx, case, row)
    answer = form.answer.strip()
    if not 0 < len(answer) <= MOST:
        raise Invalid(
            "Say in a sentence what you do about it.",
            fields={"answer": f"Write one sentence of at most {MOST} characters."},
        )
    cx.db.execute(
        update(Escalation)
        .where(Escalation.id == row.id)
        .values(
            acknowledged_at=cx.now,
            acknowledged_by_id=cx.principal.id,
            answer=answer,
            hand_on_at=None,
            returns_at=escalation_returns.returns_at(cx, case, row.clock),
        )
        .execution_options(synchronize_session=False)
    )
    return observing.observe(
        cx, case, "escalation_acknowledged", said=escalations.said(row), text={"answer": answer}
    )


@command
def escalate(cx: Context, ref: str, seen: int | None, form: ByHand) -> Done:
    """Escalate a clock by hand before it runs out: its one ESC- number is issued now, and the
    ladder issues no second one (decision 22). Raises StateRefused when it has one."""
    case = observing.take(cx, ref, "escalate", seen=seen)
    clock = _clock(cx, case, form.clock or case.next_clock)
    had = cx.db.execute(
        select(Escalation.ref).where(
            Escalation.case_id == case.id, Escalation.clock == clock.name, Escalation.ref != ""
        )
    ).scalar()
    if had:
        raise StateRefused(f"This clock was escalated already: {had}.", source="state")
    step = Step(case, clock.name, HAND, None, clock.due_at, clock.by_day, clock.zone)
    staff = rungs.people(cx, [case.contract_id])
    number = escalations.open_steps(cx, [step], staff)[case.id, clock.name]
    return observing.observe(
        cx,
        case,
        "escalated",
        {"escalation": number},
        said=ledger.Said(more={"clock": clock.name, "escalation": number}),
        text={"reason": form.reason},
    )


def _taken(cx: Context, case: ledger.Head, number: int) -> Any:
    row = cx.db.execute(
        select(*escalations.COLUMNS).where(Escalation.id == number, Escalation.case_id == case.id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"{case.ref} has no such escalation.")
    return row


def _refuse_what_is_over(cx: Context, case: ledger.Head, row: Any) -> None:
    if row.ended_at is None:
        return
    later = cx.db.execute(
        select(Escalation.id).where(
            Escalation.case_id == case.id,
            Escalation.clock == row.clock,
            Escalation.id > row.id,
            Escalation.ended_at.is_(None),
        )
    ).first()
    said = "a later step of this clock calls somebody now: answer that one"
    raise StateRefused(
        f"This escalation is over: {said if later else 'what it was about is done'}.",
        source="state",
    )


def _require_the_owner_or_above(cx: Context, case: ledger.Head, row: Any) -> None:
    if escalations.may_answer(cx.principal, row, rungs.people(cx, [case.contract_id])):
        return
    name = cx.db.execute(select(User.name).where(User.id == row.owner_id)).scalar()
    raise NotAllowed(
        f"This escalation is with {name or 'the ' + row.owner_role}: only they, or somebody above"
        " them, can say that they have it.",
        source="escalation-acknowledge",
    )


def _clock(cx: Context, case: ledger.Head, name: str) -> Any:
    row = cx.db.execute(
        select(Clock.name, Clock.due_at, Clock.owner, Clock.by_day, Clock.zone).where(
            Clock.case_id == case.id, Clock.name == name
        )
    ).one_or_none()
    if row is None or row.owner != "plan":
        raise Invalid(
            "Only a clock of the plan can be escalated.",
            fields={"clock": "Name a clock of this case that the plan must keep."},
        )
    return row
