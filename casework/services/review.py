"""Reviewing a request: start, ask and wait, refer, return, talk peer to peer.

Who may is policy, what must be true is the machine's; each command writes its own rows beside the
event that `ledger.record` appends.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import update

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.models import PeerToPeer
from casework.records import papers, people, talks, waiting
from casework.records.answers import Done, step
from casework.records.forms import asks
from casework.submission import PaperAsSent


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is needed (each item by name), from whom, and how many hours there are to answer."""

    wanted: tuple[str, ...] = field(
        metadata=asks(
            "What is needed",
            hint="One thing on each line, by its name: it stands like this in the letter",
        )
    )
    source: Literal["provider", "member"] = field(
        default="provider", metadata=asks("Who is to send it")
    )
    hours: int = field(
        default=72,
        metadata=asks("Hours to answer", hint="At least 48 for an urgent Marketplace request"),
    )
    note: str = field(
        default="",
        metadata=asks("Note for the history", hint="It is not printed in the letter", long=True),
    )


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came in answer: papers, and a sentence for what came by word of mouth."""

    papers: tuple[PaperAsSent, ...] = field(
        default=(), metadata=asks("Papers", hint="PDF, PNG, JPEG, TIFF or DOCX, 25 MB each")
    )
    note: str = field(
        default="",
        metadata=asks(
            "What was said", hint="For an answer by telephone or without a paper", long=True
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Referral:
    """The nurse's summary and the result of the criteria, for the physician."""

    summary: str = field(
        metadata=asks(
            "Summary for the physician",
            hint="What is asked for, what the records show, what is missing",
            long=True,
        )
    )
    criteria: str = field(
        metadata=asks(
            "Result of the criteria",
            hint="Each criterion: met, not met or not enough information, with the page",
            long=True,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why."""

    reason: str = field(metadata=asks("Why", long=True))


@dataclass(frozen=True, kw_only=True)
class Slot:
    """When the physician can talk (aware instants, up to three), the number to call, and the zone
    in which the treating physician reads the times; empty: the plan's."""

    at: datetime = field(metadata=asks("When the talk is offered"))
    second: datetime | None = field(default=None, metadata=asks("Or then"))
    third: datetime | None = field(default=None, metadata=asks("Or then"))
    phone: str = field(metadata=asks("Number to call", most=40))
    zone: str = field(
        default="", metadata=asks("Their time zone", choices=talks.ZONES, hint="Told in it as well")
    )


@dataclass(frozen=True, kw_only=True)
class Talk:
    """How the talk ended, or how often nobody could be reached."""

    outcome: str = field(
        metadata=asks("How it ended", hint="In a few words, such as: nobody reached", most=40)
    )
    attempts: int = field(
        default=0, metadata=asks("Tries to reach them", hint="0: as many as were logged")
    )


@command
def start_review(cx: Context, ref: str, seen: int | None) -> Done:
    """A nurse takes a new request into review, and has it from now on."""
    case = ledger.take(cx, ref)
    facts = known.of_case(cx, case)
    ledger.permit(cx, case, "start_review", facts, seen=seen)
    mine = case.assignee_id or cx.principal.id
    return step(cx, case, "start_review", facts, sets={"assignee_id": mine})


@command
def request_information(cx: Context, ref: str, seen: int | None, form: Ask) -> Done:
    """Ask for what is missing and wait; whether the clock waits too is the rule's business."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        information_wanted=form.wanted,
        information_from=form.source,
        information_hours=form.hours,
    )
    ledger.permit(cx, case, "request_information", facts, seen=seen)
    waiting.ask(cx, case, wanted=form.wanted, source=form.source, hours=form.hours)
    said = ledger.Said(more={"time_given_hours": form.hours})
    text = {"wanted": list(form.wanted), "note": form.note}
    return step(cx, case, "request_information", facts, said=said, text=text)


@command
def receive_information(cx: Context, ref: str, seen: int | None, form: Reply) -> Done:
    """Take in what answers the question: back to review, with the marker for new papers."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case), information_came=bool(form.papers or form.note.strip())
    )
    ledger.permit(cx, case, "receive_information", facts, seen=seen)
    papers.require_readable(form.papers)
    papers.attach(cx, case, form.papers, by=cx.principal.name)
    waiting.settle(cx, case, answered_at=cx.now)
    return step(
        cx,
        case,
        "receive_information",
        facts,
        text={"note": form.note} if form.note else {},
        sets={"new_papers_at": cx.now} if form.papers else {},
    )


@command
def information_lapsed(cx: Context, ref: str) -> Done:
    """The time given has passed without an answer: decide on what is there."""
    case = ledger.take(cx, ref)
    question = waiting.open_question(cx, case.id)
    facts = replace(
        known.of_case(cx, case),
        information_time_passed=question is None or bool(question.due_at < cx.now),
    )
    ledger.permit(cx, case, "information_lapsed", facts)
    waiting.settle(cx, case, lapsed_at=cx.now)
    return step(cx, case, "information_lapsed", facts)


@command
def resume(cx: Context, ref: str, seen: int | None, form: Reason) -> Done:
    """Stop waiting before its time, with a reason."""
    case = ledger.take(cx, ref)
    facts = replace(known.of_case(cx, case), reason=form.reason)
    ledger.permit(cx, case, "resume", facts, seen=seen)
    waiting.settle(cx, case, lapsed_at=cx.now)
    return step(cx, case, "resume", facts, text={"reason": form.reason})


@command
def refer_to_physician(cx: Context, ref: str, seen: int | None, form: Referral) -> Done:
    """Hand the case to a physician with the summary and the criteria result."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        summary_written=bool(form.summary.strip()),
        criteria_recorded=bool(form.criteria.strip()),
    )
    ledger.permit(cx, case, "refer_to_physician", facts, seen=seen)
    return step(
        cx,
        case,
        "refer_to_physician",
        facts,
        text={"summary": form.summary, "criteria": form.criteria},
        sets={"queue": "physician", "assignee_id": None},
    )


@command
def return_to_nurse(cx: Context, ref: str, seen: int | None, form: Reason) -> Done:
    """Give the case back to the nurse, saying why."""
    case = ledger.take(cx, ref)
    facts = replace(known.of_case(cx, case), reason=form.reason)
    ledger.permit(cx, case, "return_to_nurse", facts, seen=seen)
    back_to = {"queue": "review", "assignee_id": people.who_referred(cx, case.id)}
    return step(cx, case, "return_to_nurse", facts, text={"reason": form.reason}, sets=back_to)


@command
def offer_peer_to_peer(cx: Context, ref: str, seen: int | None, form: Slot) -> Done:
    """Offer the treating physician a talk at one of these times; a denial waits until the last of
    them has passed, where the contract says so. No clock waits for it."""
    case = ledger.take(cx, ref)
    slots = tuple(sorted({each for each in (form.at, form.second, form.third) if each}))
    facts = replace(
        known.of_case(cx, case),
        peer_to_peer_slot=bool(form.phone.strip()) and all(slot > cx.now for slot in slots),
    )
    ledger.permit(cx, case, "offer_peer_to_peer", facts, seen=seen)
    talks.offer(cx, case, slots=slots, zone=form.zone)
    text = {"slot": talks.told(cx, case, slots, form.zone), "phone": form.phone}
    return step(cx, case, "offer_peer_to_peer", facts, text=text)


@command
def hold_peer_to_peer(cx: Context, ref: str, seen: int | None, form: Talk) -> Done:
    """Log the talk and how it ended."""
    return _end_talk(cx, ref, seen, form, trigger="hold_peer_to_peer")


@command
def close_peer_to_peer(cx: Context, ref: str, seen: int | None, form: Talk) -> Done:
    """Close an offered talk that did not happen, with its logged attempts."""
    return _end_talk(cx, ref, seen, form, trigger="close_peer_to_peer")


def _end_talk(cx: Context, ref: str, seen: int | None, form: Talk, *, trigger: str) -> Done:
    case = ledger.take(cx, ref)
    facts = replace(
        talks.facts_of(cx, case, known.of_case(cx, case)),
        peer_to_peer_outcome=form.outcome,
        peer_to_peer_attempts=form.attempts or talks.tries(cx, case.id),
    )
    ledger.permit(cx, case, trigger, facts, seen=seen)
    ended = "held_at" if trigger == "hold_peer_to_peer" else "closed_at"
    cx.db.execute(
        update(PeerToPeer)
        .where(
            PeerToPeer.case_id == case.id,
            PeerToPeer.held_at.is_(None),
            PeerToPeer.closed_at.is_(None),
        )
        .values(
            {ended: cx.now, "attempts": facts.peer_to_peer_attempts, "outcome": form.outcome[:40]}
        )
        .execution_options(synchronize_session=False)
    )
    return step(cx, case, trigger, facts, text={"outcome": form.outcome})
