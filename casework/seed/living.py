"""The cases of the demo's members: lived through the real services, with letters that really left.

A few only. Everything else of the seeded past is told by scribes and has no letter rows: its bytes
never were. Time is that of each step, so the letters bear the days on which they would have left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from sqlalchemy import func, select

from casework import scope
from casework.config import Settings
from casework.context import Context, Principal
from casework.db import Database
from casework.models import Letter
from casework.records.determinations import LineRuling, Wanted, Words
from casework.seed.scene import DAY
from casework.seed.town import MemberHere, Office, Service, Town
from casework.services import determinations, grievance_findings, grievances, intake, review
from casework.storage import Storage
from casework.submission import (
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    PaperAsSent,
    ProviderAsSent,
    Submission,
)

_SPINE: Final = "72148"
_SLEEP: Final = "E0601"
_KNEE: Final = "27447"


class PostRoom(Protocol):
    """What produces and sends the letters: the worker, handed in by the door that has one."""

    def relay(self) -> int:
        """Produce and send what is owed."""
        ...

    def close(self) -> None:
        """Stop."""
        ...


class Standing(Database):
    """A database that stands at one instant of case time, moved by hand."""

    at: datetime

    def case_now(self) -> datetime:
        """The instant at which it stands."""
        return self.at


@dataclass
class Living:
    """The demo's people, at work at a given instant."""

    database: Standing
    post_room: PostRoom
    settings: Settings
    town: Town

    def at(self, instant: datetime) -> None:
        """Go to this instant."""
        self.database.at = instant

    def cx(self, principal: Principal) -> Context:
        """A context of this person, now."""
        return self.database.context(principal)

    def of(self, key: str) -> Context:
        """A context of this person of the plan, now."""
        return self.cx(self.town.staff[key].principal)

    def letters_leave(self) -> None:
        """Let the worker produce and send what is owed."""
        self.post_room.relay()


def live(
    settings: Settings, town: Town, *, as_of: datetime, post_room: Callable[[Database], PostRoom]
) -> int:
    """Live through the cases of the demo's members up to this instant; returns the letters."""
    database = Standing(settings, criteria=scope.criteria)
    database.at = as_of
    room = post_room(database)
    living = Living(database, room, settings, town)
    try:
        for play in PLAYS:
            play(living, as_of)
        return _left(database)
    finally:
        room.close()
        database.engine.dispose()


def _rosa_is_denied(living: Living, now: datetime) -> None:
    """An MRI of the lower back, denied six days ago: she may appeal."""
    maple, rosa = living.town.offices[0], living.town.demo_members["rosa"]
    living.at(now - 11 * DAY)
    ref = _submit(living, maple, rosa, _SPINE)
    living.letters_leave()
    living.at(now - 8 * DAY)
    _refer(living, ref)
    living.at(now - 6 * DAY)
    service = _service(living.town, _SPINE)
    determinations.deny(living.of("physician"), ref, None, _denial(service))
    living.letters_leave()


def _peter_is_approved(living: Living, now: datetime) -> None:
    """A knee replacement, approved two days ago."""
    birch, peter = living.town.offices[1], living.town.demo_members["peter"]
    living.at(now - 9 * DAY)
    ref = _submit(living, birch, peter, _KNEE)
    living.letters_leave()
    living.at(now - 2 * DAY)
    nurse = living.of("nurse")
    review.start_review(nurse, ref, None)
    ruling = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    determinations.approve(nurse, ref, None, ruling)
    living.letters_leave()


def _peter_waits(living: Living, now: datetime) -> None:
    """A breathing machine: the office is asked for the report of the sleep test."""
    maple, peter = living.town.offices[0], living.town.demo_members["peter"]
    living.at(now - 3 * DAY)
    ref = _submit(living, maple, peter, _SLEEP)
    living.letters_leave()
    living.at(now - DAY)
    nurse = living.of("nurse")
    review.start_review(nurse, ref, None)
    wanted = _service(living.town, _SLEEP).perfect
    review.request_information(nurse, ref, None, review.Ask(wanted=wanted, hours=120))
    living.letters_leave()


def _ruth_complains(living: Living, now: datetime) -> None:
    """The ride to the clinic came late; looked into, and answered yesterday."""
    ruth = living.town.demo_members["ruth"]
    living.at(now - 9 * DAY)
    filed = grievances.file_grievance(
        living.cx(_whole(ruth)),
        grievances.GrievanceFiling(
            told="The ride to my treatment came two hours late. I sat outside in the cold.",
            category="access.transport",
            incident_on=(now - 11 * DAY).date(),
        ),
    )
    living.letters_leave()
    living.at(now - 4 * DAY)
    specialist = living.of("appeals")
    grievances.start_investigation(specialist, filed.ref, None)
    living.at(now - DAY)
    grievance_findings.resolve(
        living.of("appeals"),
        filed.ref,
        None,
        grievance_findings.Answer(
            findings="The driver's records show that the ride came two hours late.",
            outcome="substantiated",
            corrective_action="The ride company must now call you before a ride is late.",
        ),
    )
    living.letters_leave()


PLAYS: Final[tuple[Callable[[Living, datetime], None], ...]] = (
    _rosa_is_denied,
    _peter_is_approved,
    _peter_waits,
    _ruth_complains,
)


def _left(database: Database) -> int:
    with database.reading(database.context()) as cx:
        counting = select(func.count()).select_from(Letter).where(Letter.state == "sent")
        return int(cx.db.execute(counting).scalar_one())


def _submit(living: Living, office: Office, member: MemberHere, code: str) -> str:
    service, now = _service(living.town, code), living.database.at
    starts = now.date() + timedelta(days=21)
    sent = Submission(
        channel="portal",
        received_at=now,
        member=MemberAsSent(numbers=(member.number,)),
        requester=ProviderAsSent(npi=office.doctors[0].npi, phone=office.phone),
        servicing=ProviderAsSent(npi=office.npi),
        lines=(
            LineAsSent(
                number=1,
                code=code,
                units=Decimal(service.units[0]),
                unit=service.unit,
                from_date=starts,
                to_date=starts + timedelta(days=60),
                place=service.place,
                diagnosis_numbers=(1,),
            ),
        ),
        diagnoses=(DiagnosisAsSent(number=1, code=service.diagnoses[0]),),
        papers=_papers(living, service),
        filed_by="provider",
        contact_name=office.doctors[0].name,
        contact_phone=office.phone,
    )
    return intake.submit_prior_auth(living.cx(office.principal), sent).ref


def _papers(living: Living, service: Service) -> tuple[PaperAsSent, ...]:
    paper = living.town.papers.get(service.group)
    if paper is None:
        return ()
    content = Storage(living.settings).get(paper.sha256)
    return (PaperAsSent(name=paper.name, media_type="application/pdf", content=content),)


def _refer(living: Living, ref: str) -> None:
    nurse = living.of("nurse")
    review.start_review(nurse, ref, None)
    said = review.Referral(
        summary="Pain for three weeks. The exam is normal. No treatment was tried yet.",
        criteria="MP-022, part 3: not met. No warning sign, and no six weeks of care.",
    )
    review.refer_to_physician(nurse, ref, None, said)


def _denial(service: Service) -> determinations.Ruling:
    return determinations.Ruling(
        lines=(
            LineRuling(
                number=1, result="denied", reason=service.reason, criterion=service.criterion
            ),
        ),
        words=Words(
            reason=service.reason,
            provision="Your plan book, chapter 4: imaging must be medically needed.",
            standard="We compared the records with each point of the policy.",
            rationale="A doctor read the notes. The exam of the nerves was normal.",
            perfect=tuple(
                Wanted(what=what, why="It may show what the notes do not.")
                for what in service.perfect
            ),
        ),
        criterion=service.criterion,
        attested=True,
    )


def _service(town: Town, code: str) -> Service:
    return next(service for service in town.services if service.code == code)


def _whole(member: MemberHere) -> Principal:
    assert member.principal is not None
    return member.principal
