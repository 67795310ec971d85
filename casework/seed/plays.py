"""The cases of the demo's members, play by play.

A few only. Everything else of the seeded past is told by scribes and has no letter rows: its bytes
never were.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from casework.context import Principal
from casework.models import Letter
from casework.records.determinations import LineRuling, Wanted, Words
from casework.seed import (
    papers,
    plays_criteria,
    plays_of_occasions,
    plays_of_people,
    plays_of_restricted,
    plays_of_the_house,
    plays_of_work,
)
from casework.seed.filing import file_request
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.seed.town import MemberHere, Office, Service, Town
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    determinations,
    grievance_findings,
    grievances,
    releases,
    review,
)
from casework.storage import Storage
from casework.submission import (
    PaperAsSent,
)

_SPINE: Final = "72148"
_SLEEP: Final = "E0601"
_KNEE: Final = "27447"


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


def _peter_is_upheld(living: Living, now: datetime) -> None:
    """A spine MRI on the Marketplace plan, denied and upheld, the letter read by a supervisor
    before it left: he may ask for an outside review."""
    maple, peter = living.town.offices[0], living.town.demo_members["peter"]
    living.at(now - 40 * DAY)
    ref = _submit(living, maple, peter, _SPINE)
    living.letters_leave()
    living.at(now - 36 * DAY)
    _refer(living, ref)
    living.at(now - 34 * DAY)
    denial = _denial(_service(living.town, _SPINE))
    determinations.deny(living.of("physician"), ref, None, denial)
    living.letters_leave()
    living.at(now - 24 * DAY)
    said = "My back still hurts, and my doctor says that only a scan can show why."
    filed = appeals.file_appeal(
        living.cx(_whole(peter)),
        appeals.AppealFiling(about=ref, reason=said, papers=_letter(living)),
    )
    living.letters_leave()
    living.at(now - 20 * DAY)
    clinician = living.town.staff["appeals_clinician"].principal
    assert clinician.id is not None
    appeal_review.assign_reviewer(
        living.of("appeals"),
        filed.ref,
        None,
        appeal_review.Assignment(reviewer_id=clinician.id, expertise=True),
    )
    living.at(now - 5 * DAY)
    plays_of_the_house.read_what_came(living, filed.ref, clinician)
    appeal_decisions.uphold(living.cx(clinician), filed.ref, None, _upheld(denial))
    living.at(now - 5 * DAY + timedelta(hours=1))
    read_and_release(living)
    living.letters_leave()


PLAYS: Final[tuple[Play, ...]] = (
    _rosa_is_denied,
    _peter_is_approved,
    _peter_waits,
    _ruth_complains,
    _peter_is_upheld,
    plays_of_the_house.the_house_changes,
    plays_of_occasions.unlike_others,
    plays_of_people.the_administrator_was_here,
    plays_of_restricted.somebody_broke_the_glass,
    plays_of_work.work_is_handed_out,
)
CASES: Final = 6  # that they make: an appeal stands beside the request that it is about


def read_and_release(living: Living) -> None:
    """The supervisor reads what waits for a named person, and lets it leave."""
    while (number := _that_waits(living)) is not None:
        releases.release_letter(living.of("supervisor"), number, None, releases.Wording())


def _that_waits(living: Living) -> int | None:
    waiting = select(Letter.id).where(Letter.state == "held").order_by(Letter.id).limit(1)
    with living.database.reading(living.database.context()) as cx:
        return cx.db.execute(waiting).scalars().first()


def _submit(living: Living, office: Office, member: MemberHere, code: str) -> str:
    return file_request(living, office, member, code, ahead=21, lasts=60)


def _letter(living: Living) -> tuple[PaperAsSent, ...]:
    """What the doctor wrote for the appeal."""
    paper = living.town.papers[papers.LETTER]
    content = Storage(living.settings).get(paper.sha256)
    return (PaperAsSent(name=paper.name, media_type="application/pdf", content=content),)


def _refer(living: Living, ref: str) -> None:
    nurse = living.of("nurse")
    review.start_review(nurse, ref, None)
    plays_criteria.go_through(nurse, ref)
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


def _upheld(denial: determinations.Ruling) -> appeal_decisions.Resolution:
    words = replace(
        denial.words,
        rationale="A new doctor read the whole file and found the same.",
        considered=("Your appeal", "The doctor's notes", "Policy MP-022"),
    )
    return appeal_decisions.Resolution(
        words=words, everything_considered=True, attested=True, criterion=denial.criterion
    )


def _service(town: Town, code: str) -> Service:
    return next(service for service in town.services if service.code == code)


def _whole(member: MemberHere) -> Principal:
    assert member.principal is not None
    return member.principal
