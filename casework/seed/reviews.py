"""A review outside the plan in the seeded past: asked for or forwarded, prepared, decided, done.

Verbs only. Which body reviews follows from the line of business; nobody chooses an IRO.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from casework.context import SYSTEM, Principal
from casework.ledger import NewCase, Said
from casework.ledger.scribe import Scribe
from casework.models import ExternalReview, Obligation
from casework.records.obligations import (
    CARRY_OUT_WITHIN,
    LOOK_AGAIN,
    LOOK_AGAIN_SAYS,
    SEND_FILE,
)
from casework.records.review_opening import QUEUE
from casework.seed.appeals import Appeal
from casework.seed.scene import Scene
from casework.seed.town import Person
from statemachines.facts import Facts
from statemachines.grounds import BODIES

_FORWARDS: Final = "Send the case file to the independent review entity, and keep the proof."


@dataclass
class Review:
    """A review with its history so far."""

    scene: Scene
    scribe: Scribe
    appeal: Appeal
    row: dict[str, Any]
    body: str
    filer: Principal
    specialist: Person


def ask(appeal: Appeal, at: datetime, *, fast: bool = False) -> Review:
    """The member asks for it after an appeal that was upheld."""
    filer = appeal.request.member.principal or appeal.scene.someone("intake").principal
    appeal.scribe.observe("appealed", at=at, by=filer, said=Said(by="member"))
    channel = "portal" if appeal.request.member.principal else "mail"
    return _opened(appeal, at, filer, channel=channel, fast=fast)


def forward(appeal: Appeal, at: datetime) -> Review:
    """The plan itself sends a Medicare appeal on, at once."""
    at = appeal.scribe.no_earlier(at)
    facts = Facts(line=appeal.scene.line)
    appeal.scribe.step("forward", at=at, by=SYSTEM, facts=facts)
    review = _opened(appeal, at, SYSTEM, channel="plan", fast=appeal.scribe.head.fast_track)
    review.scribe.add(
        Obligation,
        kind=SEND_FILE,
        says=_FORWARDS,
        citation="42 CFR 422.590",
        cause_seq=review.scribe.head.event_seq,
        owner_id=review.specialist.id,
        owner_role="ag_specialist",
        due_at=at + CARRY_OUT_WITHIN,
        raised_at=at,
    )
    return review


def start(review: Review, at: datetime) -> None:
    """The preliminary review begins (IRO)."""
    take_step(review, "start_preliminary_review", at)


def find_incomplete(review: Review, at: datetime) -> None:
    """Something is missing; the claimant is told what and until when."""
    missing = ("The signed request form",)
    take_step(
        review,
        "find_incomplete",
        at,
        text={"missing": list(missing)},
        found_eligible=False,
        missing_items=missing,
    )
    review.scene.tell(review.scribe, at, "external_review_incomplete", "eligibility")


def perfect(review: Review, at: datetime) -> None:
    """What was missing came."""
    take_step(review, "perfect", at, perfecting_open=True, information_came=True)
    review.scribe.add(
        Obligation,
        kind=LOOK_AGAIN,
        says=LOOK_AGAIN_SAYS,
        citation="45 CFR 147.136(d)(2)(ii)",
        cause_seq=review.scribe.head.event_seq,
        owner_id=review.specialist.id,
        owner_role="ag_specialist",
        due_at=at + timedelta(days=1),
        raised_at=at,
    )


def find_eligible(review: Review, at: datetime) -> None:
    """It may go to an IRO; the claimant is told within a business day."""
    take_step(review, "find_eligible", at, found_eligible=False, filed_late=False)
    review.scene.tell(review.scribe, at, "external_review_started", "eligibility")


def find_ineligible(review: Review, at: datetime) -> None:
    """It may not: the service was never denied for a medical reason."""
    evidence = "The plan book does not cover this service for anybody."
    take_step(
        review,
        "find_ineligible",
        at,
        said=Said(ground="not_reviewable"),
        text={"evidence": evidence},
        sets={"outcome": "ineligible"},
        found_eligible=False,
        filed_late=False,
        ineligibility_ground="not_reviewable",
        evidence=evidence,
    )
    review.scene.tell(review.scribe, at, "external_review_ineligible", "eligibility")


def assign_iro(review: Review, at: datetime) -> None:
    """The IRO whose turn it is gets it."""
    panel = review.scene.town.reviewers["iro"]
    chosen = review.scene.one_of(panel)
    review.row["review_organization_id"] = chosen
    take_step(
        review,
        "assign_iro",
        at,
        said=Said(more={"organization": chosen, "panel": len(panel)}),
        found_eligible=True,
        iro_id=str(chosen),
        iro_next=str(chosen),
        iro_panel=len(panel),
        iro_conflict_free=True,
    )


def send_file(review: Review, at: datetime) -> None:
    """The file leaves, with its proof; the body confirms its receipt."""
    take_step(
        review,
        "send_file",
        at,
        said=Said(more={"items": 6}),
        text={"proof": "Receipt of the body's portal"},
        packet_lacks=(),
        proof_of_sending="Receipt of the body's portal",
    )
    for row in review.scribe.beside(Obligation):
        row |= {"done_at": review.scribe.last_at, "done_by": review.specialist.name}
    at = review.scribe.no_earlier(at) + timedelta(minutes=1)
    review.scribe.observe("reviewer_received", at=at, by=review.specialist.principal)


def schedule_hearing(review: Review, at: datetime, on: datetime) -> None:
    """The State's notice names day, hour and place."""
    review.row["hearing_at"] = on
    text = {"at": on.isoformat(), "place": "By telephone"}
    take_step(review, "schedule_hearing", at, text=text, hearing_set=True)


def _opened(appeal: Appeal, at: datetime, filer: Principal, *, channel: str, fast: bool) -> Review:
    scene, about = appeal.scene, appeal.scribe.head
    body = BODIES[scene.line]
    new = NewCase(
        kind="external_review",
        contract_id=scene.contract.id,
        contract_version_id=scene.contract.version_id,
        member_id=about.member_id,
        received_at=at,
        channel=channel,
        filed_by="member",
        priority="expedited" if fast else "standard",
        service=about.service,
        specialty=about.specialty,
        restricted=about.restricted,
        queue=QUEUE,
        title=f"External review: {about.title.removeprefix('Appeal: ')}"[:120],
        parent_id=appeal.scribe.id,
        series_id=about.series_id,
        parties=appeal.scribe.parties,
    )
    scribe = scene.book.open(new, at=at)
    _from_below(scribe, appeal, body, at)
    scribe.step(
        "request",
        at=at,
        by=filer,
        occurred_at=at,
        facts=_asked(scene, filer, body),
        said=Said(by="member", more={"about": about.ref}),
        text={"reason": "I ask for somebody from outside to look at it."},
    )
    row = scribe.add(
        ExternalReview,
        about_case_id=appeal.scribe.id,
        body=body,
        review_organization_id=None if body == "iro" else scene.town.reviewers[body][0],
        reason_ct=scribe.sealed(
            "I ask for somebody from outside to look at it.", f"reason:{scribe.id}"
        ),
        urgent=fast,
    )
    return Review(scene, scribe, appeal, row, body, filer, scene.someone("ag_specialist"))


def _asked(scene: Scene, filer: Principal, body: str) -> Facts:
    known: dict[str, Any] = {"receipt_known": True, "body": body, "final_adverse_appeal": True}
    if filer is SYSTEM:
        return Facts(line=scene.line, **known)
    return scene.of(filer, **known)


def _from_below(scribe: Scribe, appeal: Appeal, body: str, at: datetime) -> None:
    """What the clocks of the review count from: when the appeal was filed, and its last notice."""
    of_case = {"of_case": appeal.scribe.head.ref}
    if body == "state_fair_hearing":
        filed = appeal.scribe.head.received_at
        scribe.observe("appealed", at=at, occurred_at=filed, said=Said(more=of_case))
    told = [
        event
        for event in appeal.scribe.events
        if event["event"] == "notice_sent" and event["notice_kind"] == "adverse"
    ]
    for event in told[-1:]:
        said = Said(notice_kind=event["notice_kind"], printed_on=event["printed_on"], more=of_case)
        scribe.observe("notice_sent", at=at, occurred_at=event["occurred_at"], said=said)


def take_step(
    review: Review,
    trigger: str,
    at: datetime,
    *,
    said: Said | None = None,
    text: dict[str, Any] | None = None,
    sets: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """A step that the specialist takes, with these facts."""
    specialist = review.specialist
    review.scribe.step(
        trigger,
        at=review.scribe.no_earlier(at),
        by=specialist.principal,
        facts=review.scene.acting(specialist, body=review.body, **facts),
        said=said or Said(),
        text=text,
        sets={"assignee_id": specialist.id, **(sets or {})},
    )
