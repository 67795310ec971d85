"""How an appeal stands, as facts for its guards: consent, lateness, subject, evidence, benefits."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.bridge import facts as known
from casework.bridge.law import consequence_by_law
from casework.context import Context
from casework.models import Appeal, Case, CaseEvent, Determination, ExternalReview
from casework.records import keeping, windows
from sla.calendars import local_day, zone
from statemachines import engine
from statemachines.facts import Facts
from statemachines.grounds import ADMINISTRATIVE_GROUNDS

DOMAIN: Final = "medical"
CUTS: Final = keeping.CUTS
ADVERSE: Final = ("upheld", "partial")
_NOTED: Final = ("new_evidence_shared", "subject_changed", "subject_acknowledged", "effectuated")


def of_appeal(cx: Context, case: Any, facts: Facts) -> Facts:
    """The facts of this appeal as it stands, added to those of any case."""
    detail = cx.db.execute(select(Appeal).where(Appeal.case_id == case.id)).scalar_one()
    ground = ground_of(cx, detail)
    clinical = is_clinical(ground)
    events = events_of(cx, case.id)
    return replace(
        with_benefits(cx, facts, detail.about_case_id, at=cx.now, came_at=case.received_at),
        about=detail.dispute_about,
        whose_matter="office" if bridge.is_dispute(case) else "member",
        filer_is_treating=detail.filer_treats,
        consent_on_file=detail.consent == "on_file",
        filed_late=detail.late,
        good_cause_accepted=detail.late_decided == "accepted",
        is_clinical=clinical,
        on_necessity=clinical,
        service_domain=DOMAIN,
        subject_change_unread=_unread(events),
        new_evidence_answerable=_answerable(cx, events),
        other_step_open=other_step_open(cx, case, facts),
    )


def with_benefits(
    cx: Context, facts: Facts, about_case_id: int | None, *, at: datetime, came_at: datetime
) -> Facts:
    """Whether the disputed request cut a service that was authorized, whether there is still time
    at `at` to ask that it goes on (42 CFR 438.420), and whether it goes on unasked because the
    appeal came at `came_at`, before the cut took effect (`keeping.by_law`)."""
    if about_case_id is None:
        return facts
    about = cx.db.execute(select(Case).where(Case.id == about_case_id)).scalar_one_or_none()
    if about is None or not was_cut(cx, about.id):
        return facts
    return replace(
        facts,
        service_was_authorized=True,
        continuation_window_open=windows.continuation_open(cx, about, at),
        care_kept_by_law=keeping.by_law(cx, about, line=facts.line, came_at=came_at),
    )


def was_cut(cx: Context, case_id: int) -> bool:
    """Whether what this request was authorized for has been reduced or ended."""
    found = cx.db.execute(
        select(CaseEvent.seq)
        .where(CaseEvent.case_id == case_id, CaseEvent.event.in_(CUTS))
        .limit(1)
    ).scalar()
    return found is not None


def disputable(cx: Context, case: Any, *, payment: bool) -> bool:
    """Whether something was decided on this request that can be appealed.

    Denied or approved in part, an authorization that was cut, a missed clock that the law takes as
    a denial; for a dispute about payment anything that was decided.
    """
    if case.kind != "prior_auth":
        return False
    if case.state in ("denied", "partially_approved"):
        return True
    if payment and case.state in engine.decided_states("prior_auth"):
        return True
    return was_cut(cx, case.id) or consequence_by_law(cx, case) == "deemed_denial"


def ground_of(cx: Context, detail: Any) -> str:
    """On which ground the disputed decision stands: clinical, an administrative one, payment. A
    claim that no request stands behind is disputed for its payment alone."""
    if detail.about_case_id is None:
        return "payment"
    row = cx.db.execute(
        select(Determination.ground, Determination.outcome)
        .where(Determination.case_id == detail.about_case_id)
        .order_by(Determination.version.desc())
        .limit(1)
    ).one_or_none()
    if detail.dispute_about == "payment" and (row is None or row.outcome == "approved"):
        return "payment"
    if row is not None and row.ground in ADMINISTRATIVE_GROUNDS:
        return str(row.ground)
    return "clinical"


def is_clinical(ground: str) -> bool:
    """Whether a decision on this ground turns on a clinical question."""
    return ground not in (*ADMINISTRATIVE_GROUNDS, "payment")


def other_step_open(cx: Context, case: Any, facts: Facts) -> bool:
    """Whether a forward is still owed (Medicare), or a review of this appeal is open elsewhere."""
    forwarded = facts.line == "medicare" and not bridge.is_dispute(case)
    if forwarded and case.state == "partially_overturned":
        return True
    found = cx.db.execute(
        select(Case.id)
        .join(ExternalReview, ExternalReview.case_id == Case.id)
        .where(
            ExternalReview.about_case_id == case.id,
            Case.state.in_(engine.open_states("external_review")),
        )
        .limit(1)
    ).scalar()
    return found is not None


def events_of(cx: Context, case_id: int) -> list[Any]:
    """The events of an appeal that its facts are read from, oldest first."""
    return list(
        cx.db.execute(
            select(CaseEvent.event, CaseEvent.facts, CaseEvent.occurred_at)
            .where(CaseEvent.case_id == case_id, CaseEvent.event.in_(_NOTED))
            .order_by(CaseEvent.seq)
        ).all()
    )


def of_reviewer(
    cx: Context, case: Any, facts: Facts, *, user_id: int, attested: bool, expert_id: int | None
) -> Facts:
    """The facts of the person who decides or is to decide, and of the expert who was asked."""
    on = local_day(cx.now, zone(bridge.zone_of(cx, case)))
    return replace(
        known.of_decider(cx, case, facts, user_id=user_id),
        service_domain=DOMAIN,
        expertise_domains=(DOMAIN,) if attested else (),
        expert_id=known.person(expert_id) if expert_id else "",
        expert_superiors=known.superiors(cx, expert_id, on=on) if expert_id else None,
    )


def _unread(events: list[Any]) -> bool:
    changes = [e.event for e in events if e.event in ("subject_changed", "subject_acknowledged")]
    return bool(changes) and changes[-1] == "subject_changed"


def _answerable(cx: Context, events: list[Any]) -> bool:
    """Whether the last new evidence was sent and the time to answer it has passed."""
    sent = [json.loads(e.facts) for e in events if e.event == "new_evidence_shared"]
    return bool(sent) and datetime.fromisoformat(sent[-1]["answer_by"]) <= cx.now
