"""What was done with a request of the seeded past before it was decided. Verbs only."""

from datetime import datetime, timedelta
from typing import Any

from casework.ledger import Said
from casework.models import CONTACT_SERIAL, Assignment, Contact, InformationRequest
from casework.seed import criteria, papers
from casework.seed.requests import Request
from casework.seed.scene import HOUR
from casework.seed.town import Person
from statemachines.facts import Facts


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
    marked = criteria.mark(request, at, nurse)
    request.scribe.step(
        "refer_to_physician",
        at=at,
        by=nurse.principal,
        facts=scene.acting(nurse, summary_written=True, criteria_recorded=True),
        text={
            "summary": f"Request for: {request.about.label}. The notes do not meet the criterion.",
            "criteria": marked or request.about.criterion,
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
