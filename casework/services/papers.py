"""Papers on a case of any kind, what was observed of letters and of their receipt.

A returned receipt, a decision told by telephone, the moment at which everything needed was there:
each moves a clock that counts from it, and none changes the state of a case.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Literal

from sqlalchemy import select

from casework import bridge, ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import CaseEvent
from casework.records import completing, joins, observing, papers
from casework.records.answers import Done
from casework.records.forms import asks
from casework.submission import PaperAsSent
from sla.calendars import local_day, zone
from statemachines import engine

TOLD = ("expedite_refused",)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Papers for a case; one with a control number fills the announced paper of that number."""

    papers: tuple[PaperAsSent, ...] = field(metadata=asks("Papers"))
    note: str = field(default="", metadata=asks("Note"))


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof that a notice was received: the day on it, and what shows it."""

    received_on: date = field(metadata=asks("Received on"))
    proof: str = field(metadata=asks("What shows it", hint="A returned receipt, a portal log"))
    of: Literal["adverse", "extension"] = field(default="adverse", metadata=asks("Which notice"))


@dataclass(frozen=True, kw_only=True)
class OralNotice:
    """A decision told by telephone or in person: when, to whom, by which number."""

    at: datetime = field(metadata=asks("When"))
    with_whom: str = field(metadata=asks("To whom", most=120))
    how: str = field(default="", metadata=asks("How", hint="The telephone number"))


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """When all necessary information was there, and what completed it."""

    at: datetime = field(metadata=asks("Since when"))
    what: str = field(default="", metadata=asks("What completed it"))


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """When the body had the request, and what shows it."""

    at: datetime = field(metadata=asks("When"))
    proof: str = field(metadata=asks("What shows it"))


@command
def add_document(cx: Context, ref: str, seen: int | None, form: Upload) -> Done:
    """Put papers on a case: announced ones are filled, the others added; the marker for new papers
    is set. A new request that is complete by them meets the approval rules at once."""
    case = joins.now(cx, observing.take(cx, ref, "add_document", seen=seen))
    if not form.papers:
        raise Invalid("There is no paper.", fields={"papers": "Choose at least one file."})
    papers.require_readable(form.papers, field="papers")
    rest = papers.awaited(cx, case, form.papers)
    papers.attach(cx, case, rest, by=cx.principal.name)
    complete = completing.is_complete_now(cx, case)
    done = observing.observe(
        cx,
        case,
        "document_added",
        said=ledger.Said(
            more={"papers": len(form.papers)} | ({"complete": True} if complete else {})
        ),
        text={"names": [paper.name for paper in form.papers], "note": form.note},
        sets={"new_papers_at": cx.now},
    )
    return completing.meet_the_rules(cx, done) if complete else done


@command
def notice_received(cx: Context, ref: str, seen: int | None, form: Receipt) -> Done:
    """Record the proof that the member received a notice: windows that count from receipt move."""
    case = observing.take(cx, ref, "observe_receipt", seen=seen)
    where = zone(bridge.zone_of(cx, case))
    if form.received_on > local_day(cx.now, where):
        raise Invalid(
            "That day is still to come.", fields={"received_on": "Enter the day on the proof."}
        )
    return observing.observe(
        cx,
        case,
        "notice_received",
        occurred_at=datetime.combine(form.received_on, time(), where).astimezone(UTC),
        said=ledger.Said(more={"of": form.of}),
        text={"proof": form.proof},
    )


@command
def oral_notice_given(cx: Context, ref: str, seen: int | None, form: OralNotice) -> Done:
    """Record that the decision was told orally; on some clocks that counts, the letter is still
    owed. Raises StateRefused where nothing was decided that could be told."""
    case = observing.take(cx, ref, "oral_notice", seen=seen)
    _require_past(cx, form.at, "at")
    if not _something_to_tell(cx, case):
        raise StateRefused(f"Nothing was decided on {case.ref} that could be told.", source="state")
    return observing.observe(
        cx,
        case,
        "oral_notice_given",
        occurred_at=form.at,
        text={"with_whom": form.with_whom, "how": form.how},
    )


@command
def info_complete(cx: Context, ref: str, seen: int | None, form: Completeness) -> Done:
    """Record that all necessary information is there: State clocks that wait for it begin."""
    case = observing.take(cx, ref, "info_complete", seen=seen)
    _require_past(cx, form.at, "at")
    return observing.observe(
        cx,
        case,
        "info_complete",
        occurred_at=form.at,
        text={"what": form.what} if form.what else {},
    )


@command
def reviewer_received(cx: Context, ref: str, seen: int | None, form: Arrival) -> Done:
    """Record that the body outside has the request: its own time begins."""
    case = observing.take(cx, ref, "observe_receipt", seen=seen)
    if case.kind != "external_review":
        raise StateRefused("Only an external review has a body outside.", source="state")
    _require_past(cx, form.at, "at")
    return observing.observe(
        cx, case, "reviewer_received", occurred_at=form.at, text={"proof": form.proof}
    )


def _require_past(cx: Context, at: datetime, name: str) -> None:
    if at > cx.now:
        raise Invalid("That lies in the future.", fields={name: "Enter when it happened."})


def _something_to_tell(cx: Context, case: ledger.Head) -> bool:
    if case.state in engine.decided_states(case.kind):
        return True
    found = cx.db.execute(
        select(CaseEvent.seq)
        .where(CaseEvent.case_id == case.id, CaseEvent.event.in_(TOLD))
        .limit(1)
    ).scalar()
    return found is not None
