"""What stands beside a seeded grievance: its issue, peer review of the care, corrective actions.

Who is drawn into it follows from the number of the case, so that no other draw of the town moves.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from casework.ledger import Said
from casework.ledger.scribe import Scribe
from casework.models import CorrectiveAction, GrievanceIssue, Obligation, QualityReview
from casework.records import issues, quality_track
from casework.records.corrective import PREFIX, place
from casework.seed.scene import DAY, Scene
from casework.seed.town import Person

# Of so many substantiated complaints three have an action: one is done where its day has passed.
_EVERY: Final = 5
_WITH_ACTION: Final = 3
_ACTIONS: Final = {
    "access": ("The ride company calls before a ride is late.", "Amended contract, clause 7."),
    "attitude": ("Everybody at the front desk is trained anew.", "List of who took part."),
    "billing": ("Bills are read by a person before they leave.", "Audit of forty bills."),
    "quality": ("The office checks feet by a list at each visit.", "Sample of thirty records."),
    "service": ("Two more people answer calls on Mondays.", "Roster of the call center, page 2."),
}
_GIVEN: Final = timedelta(days=14)
QUESTION: Final = "Was the foot looked at as it should have been?"
FINDING: Final = "The foot should have been looked at; the record does not show it."


def issue(scribe: Scribe, category: str, told: str, *, at: datetime, by: str) -> None:
    """What the complaint was filed as is its first issue."""
    scribe.add(
        GrievanceIssue,
        number=1,
        category=category,
        words_ct=scribe.sealed(told, issues.words_place(scribe.id, 1)),
        finding="",
        reasons_ct=b"",
        added_at=at,
        added_by=by,
        found_at=None,
        found_by="",
    )


def found(scribe: Scribe, finding: str, reasons: str, *, by: str) -> None:
    """The answer of one issue alone is its finding."""
    for row in scribe.beside(GrievanceIssue):
        row |= {
            "finding": finding,
            "reasons_ct": scribe.sealed(reasons, issues.reasons_place(scribe.id, 1)),
            "found_at": scribe.last_at,
            "found_by": by,
        }


def referred(scribe: Scribe, clinician: Person, *, by: str) -> None:
    """A clinician is asked about the care, behind the wall of the peer review."""
    scribe.add(
        QualityReview,
        clinician_id=clinician.id,
        referred_at=scribe.last_at,
        referred_by=by,
        question_ct=scribe.sealed(QUESTION, quality_track.place(scribe.id, "question")),
        finding_ct=b"",
        level=None,
        outcome="",
        provider_npi="",
        provider_name="",
        found_at=None,
        found_by="",
    )


def reviewed(scene: Scene, scribe: Scribe, clinician: Person) -> None:
    """What the peer review found, and of whose care: a few offices, so that a trend shows."""
    office = scene.town.offices[scribe.id % min(3, len(scene.town.offices))]
    level = 1 + scribe.id % 3
    for row in scribe.beside(QualityReview):
        row |= {
            "finding_ct": scribe.sealed(FINDING, quality_track.place(scribe.id, "finding")),
            "level": level,
            "outcome": "watch" if level < 3 else "committee",
            "provider_npi": office.npi,
            "provider_name": office.name,
            "found_at": scribe.last_at,
            "found_by": clinician.name,
        }


def learned(scene: Scene, scribe: Scribe, specialist: Person, outcome: str) -> None:
    """Some substantiated complaints lead to a corrective action, done or open; none is overdue."""
    turn, at = scribe.id % _EVERY, scribe.last_at
    category = next((row["category"] for row in scribe.beside(GrievanceIssue)), "")
    learned_of = _ACTIONS.get(category.partition(".")[0])
    if turn >= _WITH_ACTION or outcome == "not_substantiated" or at is None or learned_of is None:
        return
    what, proof = learned_of
    people = scene.town.people("supervisor", scene.contract.code)
    owner = people[scribe.id % len(people)]
    due_at = at + _GIVEN if turn == 0 else max(at + _GIVEN, scene.now + turn * 4 * DAY)
    number = scribe.book.row_of(CorrectiveAction)
    row = scribe.add(
        CorrectiveAction,
        id=number,
        issue=1,
        what_ct=scribe.sealed(what, place(number, "what")),
        owner_id=owner.id,
        due_at=due_at,
        opened_at=at,
        opened_by=specialist.name,
        moves=0,
        done_at=None,
        done_by="",
        proof_ct=b"",
    )
    scribe.observe(
        "corrective_action_opened",
        at=at,
        by=specialist.principal,
        said=Said(more={"action": number, "to": owner.id}),
        text={"corrective_action": what},
    )
    owed = _owed(scribe, number, owner, due_at, at)
    if due_at < scene.now:
        _prove(scribe, row, owed, number, owner, proof, at=at + 9 * DAY)


def _owed(
    scribe: Scribe, number: int, owner: Person, due_at: datetime, at: datetime
) -> dict[str, Any]:
    return scribe.add(
        Obligation,
        kind=f"{PREFIX}{number}",
        clock="",
        says="Do the corrective action, and record what proves it.",
        citation="",
        cause_seq=scribe.head.event_seq,
        owner_id=owner.id,
        owner_role="",
        due_at=due_at,
        raised_at=at,
        done_at=None,
        done_by="",
    )


def _prove(
    scribe: Scribe,
    row: dict[str, Any],
    owed: dict[str, Any],
    number: int,
    owner: Person,
    proof: str,
    *,
    at: datetime,
) -> None:
    at = scribe.no_earlier(at)
    row |= {
        "done_at": at,
        "done_by": owner.name,
        "proof_ct": scribe.sealed(proof, place(number, "proof")),
    }
    owed |= {"done_at": at, "done_by": owner.name}
    scribe.observe(
        "corrective_action_done",
        at=at,
        by=owner.principal,
        said=Said(more={"action": number}),
        text={"proof": proof},
    )
