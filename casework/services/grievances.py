"""Filing a grievance and working on it: category, investigation, referral of quality of care.

A complaint that disputes a decision is an appeal, whatever it was called, from the same receipt
(42 CFR 438.406(b)(3)): it is converted.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import update

from casework import bridge, ledger, policy
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import Grievance
from casework.policy import CLINICIANS
from casework.records import (
    categories,
    filing,
    grievance_facts,
    issues,
    known_parties,
    papers,
    people,
    quality_track,
    series,
)
from casework.records.answers import Done, decision_due, step
from casework.records.filing import Channel, Filer
from casework.records.forms import asks
from casework.records.grievance_opening import Complaint, open_grievance
from casework.records.series import Family
from casework.submission import PaperAsSent
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class GrievanceFiling:
    """A complaint as it is filed, in the words of who complains. `about` is the number of a case
    that it has to do with, where there is one; without it others than the member say whose."""

    told: str = field(metadata=asks("What happened, in their own words", long=True))
    category: str = field(metadata=asks("What it is about", choices=categories.codes()))
    about: str = field(default="", metadata=asks("Case that it has to do with", most=24))
    member_number: str = field(default="", metadata=asks("Member number", most=20))
    incident_on: date | None = field(default=None, metadata=asks("When it happened"))
    severity: Literal["normal", "high"] = field(default="normal", metadata=asks("How serious"))
    in_writing: bool = field(default=True, metadata=asks("It came in writing"))
    filed_by: Filer | None = field(default=None, metadata=asks("Who files"))
    filer_name: str = field(default="", metadata=asks("Name of who files", most=120))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received", hint="The first moment at which it reached us")
    )
    channel: Channel | None = field(default=None, metadata=asks("How it came"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))


@dataclass(frozen=True)
class Filed:
    """What the filer is told at once. `decision_due` is ISO 8601, in UTC, empty without a clock."""

    ref: str
    about: str
    state: str
    version: int
    decision_due: str
    category: str
    replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class NewCategory:
    """The category that fits, and why."""

    category: str = field(metadata=asks("Category", choices=categories.codes()))
    reason: str = field(metadata=asks("Why"))


@dataclass(frozen=True, kw_only=True)
class Referral:
    """The clinician who is to look at the quality of care, and what to look at."""

    clinician_id: int = field(metadata=asks("Clinician"))
    question: str = field(default="", metadata=asks("What to look at", long=True))


@command
def file_grievance(cx: Context, form: GrievanceFiling) -> Filed:
    """Open a grievance with its clocks and its acknowledgement.

    Raises NotFound for a case that is not within reach, Invalid with the fields that cannot stand,
    NotAllowed for who may not file.
    """
    return answer(cx, *opened(cx, form))


def opened(
    cx: Context, form: GrievanceFiling, *, disputes: str = ""
) -> tuple[ledger.Head, Complaint]:
    """Open the grievance within a command; the case and what was told."""
    policy.require(cx.principal, "grievance", "receive")
    said = filing.filing_of(cx, form)
    papers.require_readable(form.papers, field="papers")
    told = replace(_complaint(cx, form, said), disputes=disputes)
    case, _ = open_grievance(cx, told)
    papers.attach(cx, case, form.papers, by=cx.principal.name)
    return case, told


def answer(cx: Context, case: ledger.Head, told: Complaint) -> Filed:
    """What the filer is told at once."""
    return Filed(
        ref=case.ref,
        about=told.about.ref if told.about else "",
        state=case.state,
        version=case.version,
        decision_due=decision_due(cx, case),
        category=told.category.code,
    )


@command
def start_investigation(cx: Context, ref: str, seen: int | None) -> Done:
    """Begin to look into it; whoever begins has it from now on."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "start_investigation", facts, seen=seen)
    mine = kin.case.assignee_id or cx.principal.id
    return step(cx, kin.case, "start_investigation", facts, sets={"assignee_id": mine})


@command
def recategorize(cx: Context, ref: str, seen: int | None, form: NewCategory) -> Done:
    """Put it under the category that fits; the clock follows what it is about."""
    kin, facts = _taken(cx, ref)
    now = categories.category(form.category)
    facts = replace(facts, category=now.code, reason=form.reason.strip())
    ledger.permit(cx, kin.case, "recategorize", facts, seen=seen)
    _set(cx, kin, category=now.code, quality_of_care=now.quality)
    issues.recategorize_first(cx, kin.case, now.code)
    return step(
        cx,
        kin.case,
        "recategorize",
        facts,
        said=ledger.Said(more={"category": now.code}),
        text={"reason": form.reason},
        sets={"about": now.about, "title": f"Grievance: {now.label}"[:120]},
    )


@command
def refer_quality_of_care(cx: Context, ref: str, seen: int | None, form: Referral) -> Done:
    """Give the quality of care to a named clinician. Everybody on the case sees that it was asked;
    what is asked and what is found only those of the staff who may see restricted cases."""
    kin, facts = _taken(cx, ref)
    clinician = people.colleague(
        cx,
        form.clinician_id,
        contract_id=kin.case.contract_id,
        roles=CLINICIANS,
        field="clinician_id",
    )
    if not clinician.sees_restricted:
        raise Invalid(
            "This clinician may not see restricted cases.",
            fields={"clinician_id": "Choose a clinician who may see restricted cases."},
        )
    facts = replace(facts, referred_clinician=known.person(clinician.id))
    ledger.permit(cx, kin.case, "refer_quality_of_care", facts, seen=seen)
    _set(cx, kin, clinician_id=clinician.id, quality_of_care=True)
    quality_track.refer(cx, kin.case, clinician.id, form.question)
    said = ledger.Said(more={"clinician": clinician.id})
    return step(cx, kin.case, "refer_quality_of_care", facts, said=said)


def _complaint(cx: Context, form: GrievanceFiling, said: filing.Filing) -> Complaint:
    kind = categories.category(form.category)
    if not form.told.strip():
        raise Invalid("Write down what happened.", fields={"told": "Write down what happened."})
    if form.incident_on and form.incident_on > cx.now.date():
        raise Invalid(
            "It cannot have happened later than today.",
            fields={"incident_on": "Enter the day on which it happened."},
        )
    whose = _of_case(cx, form, said) if form.about else _of_member(cx, form, said)
    return Complaint(
        filing=said,
        category=kind,
        told=form.told,
        severity=form.severity,
        incident_on=form.incident_on,
        in_writing=form.in_writing,
        **whose,
    )


def _of_case(cx: Context, form: GrievanceFiling, said: filing.Filing) -> dict[str, Any]:
    about = ledger.take(cx, form.about)
    return {
        "member_id": about.member_id,
        "contract_id": about.contract_id,
        "contract_version_id": bridge.version_at(cx, about.contract_id, said.received_at),
        "restricted": about.restricted,
        "about": about,
        "parties": _parties(cx),
    }


def _of_member(cx: Context, form: GrievanceFiling, said: filing.Filing) -> dict[str, Any]:
    member = filing.member_of(cx, form.member_number)
    on = form.incident_on or said.received_at.date()
    contract = known_parties.contract_on(cx, member.id, on, received_at=said.received_at)
    if contract is None:
        raise Invalid(
            "This member was not covered by us then.",
            fields={"member_number": "Compare it with the member's card, and check the day."},
        )
    return {
        "member_id": member.id,
        "contract_id": contract.id,
        "contract_version_id": contract.version_id,
        "restricted": member.restricted,
        "parties": _parties(cx),
    }


def _parties(cx: Context) -> tuple[tuple[int, str], ...]:
    """Who may see a complaint: of the offices only the one that files it, never one that it may
    be about."""
    office = cx.principal.organization_id
    return ((office, "filing"),) if office else ()


def _set(cx: Context, kin: Family, **values: Any) -> None:
    cx.db.execute(
        update(Grievance)
        .where(Grievance.case_id == kin.case.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="grievance")
    return kin, grievance_facts.of_grievance(cx, kin.case, known.of_case(cx, kin.case))
