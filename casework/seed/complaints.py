"""A grievance of the seeded past, and each thing that can be done with it. Verbs only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from casework.context import Principal
from casework.ledger import NewCase, Said
from casework.ledger.scribe import Scribe
from casework.models import Assignment, InformationRequest
from casework.models import Grievance as GrievanceRow
from casework.records.categories import Category, category
from casework.records.determinations import Words
from casework.records.grievance_opening import QUEUE
from casework.seed import corrections, determinations
from casework.seed.scene import HOUR, Scene
from casework.seed.town import MemberHere, Person
from sla.calendars import zone
from sla.values import Subject

FILE: Final = Path(__file__).with_name("complaints.toml")
QUALITY: Final = {
    "category": "quality.treatment",
    "told": "The doctor did not look at my foot. A week later I was in the hospital.",
    "found": "A clinician of ours read the records and spoke with the office.",
    "action": "The office has changed how it checks feet.",
}


@dataclass
class Grievance:
    """A grievance with its history so far."""

    scene: Scene
    scribe: Scribe
    row: dict[str, Any]
    about: Category
    words: Mapping[str, str]
    member: MemberHere
    filer: Principal
    specialist: Person


@lru_cache(maxsize=1)
def told() -> tuple[Mapping[str, str], ...]:
    """The complaints to choose from."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["complaint"])


def subject(words: Mapping[str, str]) -> Subject:
    """What the clocks of this complaint depend on."""
    return Subject(kind="grievance", about=category(words["category"]).about)


def file(
    scene: Scene,
    words: Mapping[str, str],
    at: datetime,
    *,
    member: MemberHere | None = None,
    since: datetime | None = None,
    said: Mapping[str, Any] | None = None,
) -> Grievance:
    """Somebody complains about what happened some days before; received `since` where it was
    something else at first."""
    received_at = since or at
    who = member or scene.a_member()
    filer = who.principal or scene.someone("intake").principal
    about = category(words["category"])
    new = NewCase(
        kind="grievance",
        contract_id=scene.contract.id,
        contract_version_id=scene.contract.version_id,
        member_id=who.id,
        received_at=received_at,
        channel="portal" if who.principal else scene.one_of(("phone", "mail")),
        filed_by="member",
        about=about.about,
        restricted=who.restricted,
        queue=QUEUE,
        title=f"Grievance: {about.label}"[:120],
    )
    scribe = scene.book.open(new, at=at)
    happened = scene.local_day(received_at) - timedelta(days=scene.rng.randint(1, 20))
    midnight = datetime.combine(happened, time(), zone(scene.contract.terms.time_zone))
    scribe.observe("incident", at=at, by=filer, occurred_at=midnight.astimezone(UTC))
    scribe.step(
        "receive",
        at=at,
        by=filer,
        occurred_at=received_at,
        facts=scene.of(
            filer,
            filer="member",
            receipt_known=True,
            complaint_stated=True,
            category=about.code,
        ),
        said=Said(by="member", more={"category": about.code, **(said or {})}),
        text={"told": words["told"]},
    )
    row = scribe.add(
        GrievanceRow,
        category=about.code,
        quality_of_care=about.quality,
        incident_on=happened,
        filer_name=who.name,
        told_ct=scribe.sealed(words["told"], f"told:{scribe.id}"),
        in_writing=scribe.head.channel != "phone",
    )
    corrections.issue(scribe, about.code, words["told"], at=at, by=filer.name)
    scene.tell(scribe, at + timedelta(minutes=2), "grievance_received", "acknowledgement")
    specialist = scene.someone("ag_specialist")
    return Grievance(scene, scribe, row, about, words, who, filer, specialist)


def start(grievance: Grievance, at: datetime) -> None:
    """Somebody looks into it."""
    person = grievance.specialist
    _step(grievance, "start_investigation", at, sets={"assignee_id": person.id})
    grievance.scribe.add(
        Assignment,
        user_id=person.id,
        by_name=person.name,
        reason="took it",
        from_at=grievance.scribe.last_at or at,
    )


def pend(grievance: Grievance, at: datetime, hours: int) -> None:
    """The office is asked what happened."""
    wanted = ["What happened at the office on that day"]
    scribe = grievance.scribe
    _step(
        grievance,
        "request_information",
        at,
        said=Said(more={"time_given_hours": hours}),
        text={"wanted": wanted, "note": ""},
        information_wanted=tuple(wanted),
        information_from="provider",
        information_hours=hours,
    )
    asked_at = scribe.last_at or at
    grievance.scene.tell(scribe, asked_at, "information_request")
    scribe.add(
        InformationRequest,
        wanted_ct=scribe.sealed(wanted, f"wanted:{scribe.id}"),
        from_whom="provider",
        asked_at=asked_at,
        due_at=asked_at + hours * HOUR,
    )


def refer(grievance: Grievance, at: datetime) -> Person:
    """Quality of care goes to a clinician: that it does all see, what is asked few."""
    clinician = grievance.scene.someone("ag_clinician")
    _step(
        grievance,
        "refer_quality_of_care",
        at,
        said=Said(more={"clinician": clinician.id}),
        referred_clinician=clinician.opaque,
    )
    grievance.row["clinician_id"] = clinician.id
    corrections.referred(grievance.scribe, clinician, by=grievance.specialist.name)
    return clinician


def find(grievance: Grievance, clinician: Person, at: datetime) -> None:
    """The clinician signs the finding."""
    grievance.scribe.step(
        "record_clinical_finding",
        at=grievance.scribe.no_earlier(at),
        by=clinician.principal,
        facts=grievance.scene.deciding(clinician, clinical_finding=corrections.FINDING),
    )
    corrections.reviewed(grievance.scene, grievance.scribe, clinician)


def resolve(
    grievance: Grievance,
    at: datetime,
    told_at: datetime,
    *,
    outcome: str = "substantiated",
    by: Person | None = None,
) -> None:
    """What was found and done, and the letter that says so."""
    scene, scribe, words = grievance.scene, grievance.scribe, grievance.words
    person = by or grievance.specialist
    quality = grievance.about.quality
    scribe.step(
        "resolve",
        at=scribe.no_earlier(at),
        by=person.principal,
        facts=scene.deciding(
            person,
            is_clinical=grievance.about.clinical,
            earlier_deciders=(),
            quality_of_care=quality,
            clinical_finding="Signed." if quality else "",
            issues_without_finding=0,
            dispute_unfiled=False,
            outcome_of_issues="",
            findings=words["found"],
            grievance_outcome=outcome,
            corrective_action=words["action"],
        ),
        said=Said(more={"result": outcome}),
        text={"findings": words["found"], "corrective_action": words["action"]},
        sets={"outcome": "resolved", "new_papers_at": None},
    )
    grievance.row["findings_ct"] = scribe.sealed(words["found"], f"findings:{scribe.id}")
    grievance.row["outcome"] = outcome
    determinations.write(
        scene,
        scribe,
        person,
        at=scribe.last_at or at,
        outcome="resolved",
        ground="grievance",
        words=Words(findings=words["found"], remedy=words["action"]),
    )
    corrections.found(scribe, outcome, words["found"], by=person.name)
    scene.tell(scribe, told_at, "grievance_resolved", "resolution")
    corrections.learned(scene, scribe, grievance.specialist, outcome)


def withdraw(grievance: Grievance, at: datetime) -> None:
    """The member takes it back."""
    filer = grievance.filer
    grievance.scribe.step(
        "withdraw",
        at=grievance.scribe.no_earlier(at),
        by=filer,
        facts=grievance.scene.of(filer, withdrawal_by_party=True),
        text={"reason": "It was settled.", "asked_by": "the member"},
        sets={"outcome": "withdrawn"},
    )


def dismiss(grievance: Grievance, at: datetime) -> None:
    """It is not about the plan nor about anybody who works for it."""
    evidence = "It is about another insurer, as its letter shows."
    _step(
        grievance,
        "dismiss",
        at,
        said=Said(ground="not_about_the_plan"),
        text={"evidence": evidence, "duplicate_of": ""},
        sets={"outcome": "dismissed"},
        dismissal_ground="not_about_the_plan",
        evidence=evidence,
    )
    grievance.scene.tell(grievance.scribe, at, "grievance_dismissed", "dismissal")


def convert(grievance: Grievance, at: datetime, about: str) -> None:
    """It disputes a decision: it goes on as an appeal."""
    reason = "It disputes the denial, not how somebody behaved."
    _step(
        grievance,
        "convert",
        at,
        said=Said(more={"about": about}),
        text={"reason": reason},
        sets={"outcome": "converted"},
        disputes_decision=True,
        dispute_named=True,
        reason=reason,
    )


def _step(
    grievance: Grievance,
    trigger: str,
    at: datetime,
    *,
    said: Said | None = None,
    text: dict[str, Any] | None = None,
    sets: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    person = grievance.specialist
    grievance.scribe.step(
        trigger,
        at=grievance.scribe.no_earlier(at),
        by=person.principal,
        facts=grievance.scene.acting(person, **facts),
        said=said or Said(),
        text=text,
        sets=sets,
    )
