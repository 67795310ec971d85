"""A request of the seeded past: what it asks for, and each thing that can be done with it.

Verbs only, one for each step, with the rows that the services write beside it; which steps follow
each other is said in the plots.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from casework.ledger import NewCase, Said
from casework.ledger.scribe import Scribe
from casework.models import (
    CONTACT_SERIAL,
    Assignment,
    Contact,
    Diagnosis,
    InformationRequest,
    PriorAuth,
    RequestLine,
)
from casework.seed import papers
from casework.seed.scene import HOUR, Scene
from casework.seed.town import MemberHere, Office, Person, Service
from sla.values import Subject
from statemachines.facts import Facts

CHANNELS: Final = ("portal", "portal", "portal", "api", "fhir", "fax", "fax", "phone")
BY_CLERK: Final = frozenset({"fax", "phone", "mail"})


@dataclass
class Asked:
    """What a request is to ask for, chosen before it is known when it came."""

    services: tuple[Service, ...]
    fast: bool
    timing: str
    filed_by: str
    line: str
    units: tuple[int, ...] = ()

    @property
    def service(self) -> str:
        """`part_b_drug` where Medicare knows it as such, else `medical`."""
        drug = self.line == "medicare" and self.services[0].service == "part_b_drug"
        return "part_b_drug" if drug else "medical"

    @property
    def subject(self) -> Subject:
        """What its clocks will depend on."""
        return Subject(
            kind="prior_auth",
            priority="expedited" if self.fast else "standard",
            timing=self.timing,
            service=self.service,
        )


@dataclass
class Request:
    """A request with its history so far."""

    scene: Scene
    scribe: Scribe
    asked: Asked
    member: MemberHere
    office: Office
    lines: list[dict[str, Any]] = field(default_factory=list)
    nurse: Person | None = None
    determinations: int = 0
    determination_id: int | None = None
    deciders: tuple[Person, ...] = ()

    @property
    def about(self) -> Service:
        """The service that the request is chiefly about."""
        return self.asked.services[0]


def ask(
    scene: Scene,
    *,
    fast: bool = False,
    by_rule: bool = False,
    after: bool = False,
    drugs: bool = True,
    lines: int | None = None,
) -> Asked:
    """Choose what is asked for: `by_rule` what the plan's list approves at once, `after` for a
    service already given, without `drugs` nothing whose time cannot be extended."""
    pool = scene.town.asked_for if drugs else scene.town.asked_for_beside_drugs
    if by_rule:
        pool = tuple(s for s in pool if s.auto is not None and min(s.units) <= s.auto)
    first = scene.one_of(pool)
    some = [first]
    beside = [s for s in pool if s.group == first.group and s is not first]
    count = lines if lines is not None else (2 if scene.chance(0.2) else 1)
    while len(some) < count and beside:
        some.append(beside.pop(scene.rng.randrange(len(beside))))
    units = tuple(min(s.units) if by_rule else scene.one_of(s.units) for s in some)
    return Asked(
        services=tuple(some),
        fast=fast,
        timing="post_service" if after else "pre_service",
        filed_by="physician" if fast or scene.chance(0.2) else "provider",
        line=scene.line,
        units=units,
    )


def file(
    scene: Scene, asked: Asked, received_at: datetime, *, member: MemberHere | None = None
) -> Request:
    """The request comes in: lines, diagnoses, papers, and its acknowledgement."""
    office = scene.an_office(asked.services[0].specialty if scene.chance(0.5) else "")
    servicing = scene.an_office(asked.services[0].specialty)
    who = member or scene.a_member()
    channel = scene.one_of(CHANNELS)
    sender = scene.someone("intake").principal if channel in BY_CLERK else office.principal
    more = f" and {len(asked.services) - 1} more" if len(asked.services) > 1 else ""
    new = NewCase(
        kind="prior_auth",
        contract_id=scene.contract.id,
        contract_version_id=scene.contract.version_id,
        member_id=who.id,
        received_at=received_at,
        channel=channel,
        filed_by=asked.filed_by,
        priority="expedited" if asked.fast else "standard",
        timing=asked.timing,
        service=asked.service,
        restricted=who.restricted,
        queue="review",
        title=f"{asked.services[0].label}{more}"[:120],
        parties=tuple(sorted({(office.id, "requesting"), (servicing.id, "servicing")})),
    )
    scribe = scene.book.open(new, at=received_at)
    scribe.step(
        "receive",
        at=received_at,
        by=sender,
        occurred_at=received_at,
        facts=_arrived(sender.id, len(asked.services)),
        said=Said(by=asked.filed_by, more={"complete": True}),
    )
    request = Request(scene, scribe, asked, who, office)
    _write(request, servicing, received_at)
    return request


def _arrived(actor: int, lines: int) -> Facts:
    return Facts(
        actor_id=f"user:{actor}",
        actor_is_system=False,
        receipt_known=True,
        member_identified=True,
        requester_identified=True,
        line_count=lines,
    )


def _write(request: Request, servicing: Office, received_at: datetime) -> None:
    scene, scribe, asked = request.scene, request.scribe, request.asked
    doctor = scene.one_of(request.office.doctors)
    reason = ""
    if asked.fast:
        reason = "Waiting two weeks could do lasting harm to the member's ability to function."
    scribe.add(
        PriorAuth,
        requester=request.office.as_sent(doctor),
        servicing=servicing.as_sent(),
        priority_reason_ct=scribe.sealed(reason, f"priority:{scribe.id}"),
        contact_name=doctor.name.split(",")[0],
        contact_phone=request.office.phone,
    )
    start = _starts(scene, asked, received_at)
    for number, service in enumerate(asked.services, start=1):
        request.lines.append(
            scribe.add(
                RequestLine,
                number=number,
                system="procedure",
                code=service.code,
                label=service.label,
                units=Decimal(asked.units[number - 1]),
                unit=service.unit,
                from_date=start,
                to_date=start + timedelta(days=60 if asked.units[number - 1] == 1 else 90),
                place=service.place,
                diagnosis_numbers=[1],
                servicing=servicing.as_sent(),
            )
        )
    for number, code in enumerate(_diagnoses(scene, asked), start=1):
        scribe.add(Diagnosis, number=number, code=code, kind="principal" if number == 1 else "")
    papers.attach(scene, scribe, asked.services[0].group, at=received_at, by=request.office.name)
    scene.tell(scribe, received_at + timedelta(minutes=2), "request_received")


def _starts(scene: Scene, asked: Asked, received_at: datetime) -> date:
    day: date = scene.local_day(received_at)
    if asked.timing == "post_service":
        return day - timedelta(days=scene.rng.randint(5, 40))
    return day + timedelta(days=scene.rng.randint(3 if asked.fast else 14, 35))


def _diagnoses(scene: Scene, asked: Asked) -> Sequence[str]:
    known = asked.services[0].diagnoses
    first = scene.one_of(known)
    others = [code for code in known if code != first]
    return [first, scene.one_of(others)] if others and scene.chance(0.4) else [first]


# ── Review ──────────────────────────────────────────────────────────────────────────────────────


def start_review(request: Request, at: datetime) -> Person:
    """A nurse takes it."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    nurse = scene.someone("nurse")
    request.nurse = nurse
    scribe.step(
        "start_review",
        at=at,
        by=nurse.principal,
        facts=scene.acting(nurse),
        sets={"assignee_id": nurse.id},
    )
    scribe.add(Assignment, user_id=nurse.id, by_name=nurse.name, reason="took it", from_at=at)
    return nurse


def pend(request: Request, at: datetime, hours: int) -> dict[str, Any]:
    """The nurse asks for what is missing, and calls the office."""
    at = request.scribe.no_earlier(at)
    scene, scribe, nurse = request.scene, request.scribe, _nurse(request)
    wanted = request.about.perfect
    scribe.step(
        "request_information",
        at=at,
        by=nurse.principal,
        facts=scene.acting(
            nurse,
            priority="expedited" if request.asked.fast else "standard",
            information_wanted=wanted,
            information_from="provider",
            information_hours=hours,
        ),
        said=Said(more={"time_given_hours": hours}),
        text={"wanted": list(wanted), "note": ""},
    )
    _call(request, at + timedelta(minutes=1), nurse, "Left a message")
    scene.tell(scribe, at + timedelta(minutes=3), "information_request")
    return scribe.add(
        InformationRequest,
        wanted_ct=scribe.sealed(list(wanted), f"wanted:{scribe.id}"),
        from_whom="provider",
        asked_at=at,
        due_at=at + hours * HOUR,
    )


def answered(request: Request, question: dict[str, Any], at: datetime) -> None:
    """The office sends what was asked for."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    sender = request.office.principal
    scribe.step(
        "receive_information",
        at=at,
        by=sender,
        facts=Facts(
            line=scene.line,
            actor_id=f"user:{sender.id}",
            actor_is_system=False,
            information_came=True,
        ),
        sets={"new_papers_at": at},
    )
    question["answered_at"] = at
    papers.attach(scene, scribe, request.about.group, at=at, by=request.office.name)


def refer(request: Request, at: datetime) -> None:
    """The nurse hands it to the physicians with summary and criteria result."""
    at = request.scribe.no_earlier(at)
    scene, nurse = request.scene, _nurse(request)
    request.scribe.step(
        "refer_to_physician",
        at=at,
        by=nurse.principal,
        facts=scene.acting(nurse, summary_written=True, criteria_recorded=True),
        text={
            "summary": f"Request for: {request.about.label}. The notes do not meet the criterion.",
            "criteria": request.about.criterion,
        },
        sets={"queue": "physician", "assignee_id": None},
    )


def taken_by_physician(request: Request, at: datetime) -> Person:
    """A physician takes it from the queue."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    physician = scene.someone("physician")
    scribe.observe(
        "assigned",
        at=at,
        by=physician.principal,
        said=Said(more={"to": physician.id}),
        sets={"assignee_id": physician.id},
    )
    scribe.add(
        Assignment, user_id=physician.id, by_name=physician.name, reason="took it", from_at=at
    )
    return physician


def _call(request: Request, at: datetime, by: Person, outcome: str) -> None:
    scene = request.scene
    ref = scene.book.reference("contact", CONTACT_SERIAL.name, at)
    request.scribe.observe(
        "contact_logged", at=at, by=by.principal, said=Said(more={"contact": ref})
    )
    request.scribe.add(
        Contact,
        ref=ref,
        member_id=None,
        direction="out",
        channel="phone",
        with_whom=request.office.name,
        purpose="information",
        outcome=outcome,
        at=at,
        by_name=by.name,
    )


def _nurse(request: Request) -> Person:
    assert request.nurse is not None
    return request.nurse
