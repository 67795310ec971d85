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
    Diagnosis,
    PriorAuth,
    RequestLine,
)
from casework.seed import papers
from casework.seed.scene import Scene
from casework.seed.town import MemberHere, Office, Person, Service
from sla.values import Clock, Subject
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

    def decision(self) -> Clock:
        """Its decision clock, as told so far."""
        clock = self.scribe.answer().clock("decision")
        assert clock is not None
        return clock


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
        specialty=asked.services[0].specialty,
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
