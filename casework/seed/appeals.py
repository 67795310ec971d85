"""An appeal of the seeded past, and each thing that can be done with it.

Verbs only, with the rows that the services write beside them. The denied request keeps its own
history: both are told by the same author.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from casework.context import Principal
from casework.ledger import NewCase, Said
from casework.ledger.scribe import Scribe
from casework.models import Appeal as AppealRow
from casework.models import InformationRequest
from casework.records.appeal_opening import QUEUE
from casework.seed.requests import Request
from casework.seed.scene import HOUR, Scene
from casework.seed.town import Person
from sla.values import Subject

REASONS: Final = (
    "My doctor says that I need this and that nothing else has helped.",
    "The letter says that papers are missing. My doctor sent them twice.",
    "I cannot work or sleep without this treatment.",
)


@dataclass
class Appeal:
    """An appeal with its history so far."""

    scene: Scene
    scribe: Scribe
    request: Request
    row: dict[str, Any]
    filed_by: str
    filer: Principal
    specialist: Person
    reviewer: Person | None = None
    determination_id: int | None = None

    def known(self) -> dict[str, Any]:
        """What the guards know of it, whoever acts."""
        return {
            "filer": self.filed_by,
            "about": "service",
            "timing": "pre_service",
            "priority": "expedited" if self.scribe.head.fast_track else "standard",
            "filer_is_treating": None if self.filed_by == "member" else True,
            "consent_on_file": self.row["consent"] == "on_file",
            "filed_late": self.row["late"],
            "good_cause_accepted": self.row.get("late_decided") == "accepted",
            "is_clinical": True,
            "on_necessity": True,
            "subject_change_unread": False,
            "earlier_deciders": tuple(p.opaque for p in self.request.deciders),
        }


def subject(*, fast: bool) -> Subject:
    """What the clocks of an appeal depend on."""
    return Subject(kind="appeal", priority="expedited" if fast else "standard")


def file_appeal(
    request: Request,
    at: datetime,
    *,
    fast: bool = False,
    filed_by: str = "member",
    late: bool = False,
    since: datetime | None = None,
    converted_from: str = "",
) -> Appeal:
    """The denial is appealed: it stands on the request, and opens a case of its own; received
    `since` where it was something else at first."""
    scene, origin = request.scene, request.scribe
    received_at = since or at
    filer, channel = _filer(request, filed_by)
    more = {"converted_from": converted_from} if converted_from else {}
    said = Said(by="provider" if filed_by == "provider" else "member", more=more)
    origin.observe("appealed", at=at, by=filer, occurred_at=received_at, said=said)
    head = origin.head
    new = NewCase(
        kind="appeal",
        contract_id=scene.contract.id,
        contract_version_id=scene.contract.version_id,
        member_id=request.member.id,
        received_at=received_at,
        channel=channel,
        filed_by=filed_by,
        priority="expedited" if fast else "standard",
        service=head.service,
        specialty=head.specialty,
        restricted=head.restricted,
        queue=QUEUE,
        title=f"Appeal: {head.title}"[:120],
        parent_id=origin.id,
        series_id=head.series_id,
        parties=_parties(request, filed_by),
    )
    scribe = scene.book.open(new, at=at)
    reason = scene.one_of(REASONS)
    scribe.step(
        "receive",
        at=at,
        by=filer,
        occurred_at=received_at,
        facts=scene.of(
            filer, filer=filed_by, about="service", receipt_known=True, dispute_named=True
        ),
        said=said,
        text={"reason": reason},
    )
    row = _row(request, scribe, reason, filed_by=filed_by, late=late)
    scene.tell(scribe, at + timedelta(minutes=2), "appeal_received", "acknowledgement")
    specialist = scene.someone("ag_specialist")
    return Appeal(scene, scribe, request, row, filed_by, filer, specialist)


def _row(
    request: Request, scribe: Scribe, reason: str, *, filed_by: str, late: bool
) -> dict[str, Any]:
    own = filed_by == "member"
    return scribe.add(
        AppealRow,
        about_case_id=request.scribe.id,
        determination_id=request.determination_id,
        filer_name=request.member.name if own else request.office.name,
        filer_treats=None if own else True,
        reason_ct=scribe.sealed(reason, f"reason:{scribe.id}"),
        late=late,
        consent="not_needed" if own else "missing",
    )


def require_consent(appeal: Appeal, at: datetime) -> None:
    """The member's written consent is asked for."""
    by_specialist(appeal, "require_consent", at)


def record_consent(appeal: Appeal, at: datetime) -> None:
    """It came, and it fits."""
    by_specialist(appeal, "record_consent", at, consent_covers_case=True)
    appeal.row["consent"] = "on_file"


def accept_late(appeal: Appeal, at: datetime) -> None:
    """A late filing, with good cause."""
    cause = "In the hospital for six weeks after the letter came."
    by_specialist(appeal, "accept_late", at, text={"good_cause": cause}, good_cause=cause)
    appeal.row["late_decided"] = "accepted"


def refuse_late(appeal: Appeal, at: datetime, told_at: datetime) -> None:
    """A late filing without good cause is dismissed, with its own notice."""
    reason = "The appeal came after the last day, and no good cause was given."
    by_specialist(
        appeal,
        "refuse_late",
        at,
        text={"letter_reason": reason, "next_step": ""},
        said=Said(ground="filed_late"),
        sets={"outcome": "dismissed"},
        reason=reason,
    )
    appeal.row["late_decided"] = "refused"
    appeal.scene.tell(appeal.scribe, told_at, "appeal_dismissed", "dismissal")


def assign_reviewer(appeal: Appeal, at: datetime) -> Person:
    """A clinician who took no part before gets it."""
    scene, specialist = appeal.scene, appeal.specialist
    reviewer = scene.someone("ag_clinician", but=appeal.request.deciders)
    appeal.reviewer = reviewer
    appeal.row["reviewer_id"] = reviewer.id
    named = scene.deciding(reviewer, **appeal.known())
    appeal.scribe.step(
        "assign_reviewer",
        at=appeal.scribe.no_earlier(at),
        by=specialist.principal,
        facts=replace(named, actor_id=specialist.opaque),
        said=Said(more={"reviewer": reviewer.id}),
        sets={"assignee_id": reviewer.id, "queue": "appeal_review"},
    )
    return reviewer


def pend(appeal: Appeal, at: datetime, hours: int) -> dict[str, Any]:
    """Something is asked for; the clock runs on."""
    scribe = appeal.scribe
    wanted = list(appeal.request.about.perfect)
    by_specialist(
        appeal,
        "request_information",
        at,
        said=Said(more={"time_given_hours": hours}),
        text={"wanted": wanted, "note": ""},
        information_wanted=tuple(wanted),
        information_from="provider",
        information_hours=hours,
    )
    asked_at = scribe.no_earlier(at)
    appeal.scene.tell(scribe, at, "information_request")
    return scribe.add(
        InformationRequest,
        wanted_ct=scribe.sealed(wanted, f"wanted:{scribe.id}"),
        from_whom="provider",
        asked_at=asked_at,
        due_at=asked_at + hours * HOUR,
    )


def by_specialist(
    appeal: Appeal,
    trigger: str,
    at: datetime,
    *,
    said: Said | None = None,
    text: dict[str, Any] | None = None,
    sets: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """A step that the specialist takes, with what is known of the appeal and these facts."""
    specialist = appeal.specialist
    appeal.scribe.step(
        trigger,
        at=appeal.scribe.no_earlier(at),
        by=specialist.principal,
        facts=appeal.scene.acting(specialist, **appeal.known() | facts),
        said=said or Said(),
        text=text,
        sets=sets,
    )


def _filer(request: Request, filed_by: str) -> tuple[Principal, str]:
    if filed_by == "provider":
        return request.office.principal, "portal"
    if request.member.principal is not None:
        return request.member.principal, "portal"
    return request.scene.someone("intake").principal, request.scene.one_of(("mail", "phone"))


def _parties(request: Request, filed_by: str) -> tuple[tuple[int, str], ...]:
    parties = set(request.scribe.parties)
    if filed_by == "provider":
        parties.add((request.office.id, "filing"))
    return tuple(sorted(parties))
