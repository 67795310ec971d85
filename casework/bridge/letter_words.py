"""What was decided, in the words of the letter: the decision, its rights, numbers and reviewer.

It decrypts what the letter must say, decides nothing, and knows no HTML. Where nobody wrote a
sentence for the member about a closed case, the one for its ground stands here.
"""

import json
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.bridge import letter_services
from casework.bridge.letter_sources import Sources
from casework.context import Context
from casework.models import CaseEvent, ReviewOrganization
from letters.context import Decision, Extension, Office, PlanBlock, Rights, WantedItem
from sla.calendars import local_day, zone

_OUTCOMES: Final = {"partial": "partial", "partially_overturned": "partly_overturned"}
_CLOSED: Final = frozenset({"withdrawn", "dismissed", "late_filing_refused"})

# Why a case was closed, and what can be done instead: plain words for the member, by ground.
_WHY_CLOSED: Final = {
    "duplicate": "We got the same thing from you before, and we look at it there.",
    "consent_missing": "Someone sent it for you. We asked for your signed form. It did not come.",
    "invalid_filer": "It was sent by someone who may not act for you.",
    "nothing_to_appeal": "It does not say which of our decisions it is about.",
    "pa_not_required": "This care does not need our approval first.",
    "not_our_member": "You were not our member on the day of the care.",
}
_WHAT_NEXT: Final = {
    "duplicate": "You do not have to do anything. We will write to you about the first one.",
    "consent_missing": "Send us the signed form, or send the appeal yourself.",
    "invalid_filer": "You can send it yourself, or name someone to act for you. Call us to learn"
    " how.",
    "nothing_to_appeal": "Send it again with the case number of our letter.",
    "pa_not_required": "You can plan this care with your doctor.",
    "not_our_member": "Ask the health plan that you had on that day.",
    "filed_late": "If you had a good reason why you could not send it in time, tell us. Call or"
    " write.",
}


def decision_of(
    cx: Context, sources: Sources, row: Any, *, issued_on: date, code: str, time_zone: str
) -> Decision | None:
    """The decision that the letter tells of, or None where it tells of none."""
    if code == "deemed_denial":
        return Decision(outcome="deemed_denied", decided_on=issued_on, ground="time")
    if sources.event.event in _CLOSED:
        return _closed(sources, issued_on)
    if sources.event.event in ("found_eligible", "iro_assigned"):
        return Decision(outcome="eligible", decided_on=_found_on(cx, sources, time_zone))
    if row is None:
        return None
    words = seal.unseal_json(sources.key, row.words_ct, f"determination:{row.case_id}")
    perfect = tuple(WantedItem(**item) for item in words.pop("perfect", ()))
    considered = tuple(words.pop("considered", ()))
    return Decision(
        outcome=_OUTCOMES.get(sources.event.event, _OUTCOMES.get(row.outcome, row.outcome)),
        decided_on=local_day(row.decided_at, zone(time_zone)),
        ground="clinical" if row.ground in {"clinical", "rule"} else "administrative",
        reviewer_title="Physician reviewer" if row.licence_id else "",
        reviewer_credentials=row.credential,
        perfect=perfect,
        considered=considered,
        **words,
    )


def rights_of(sources: Sources, version: Any, code: str) -> Rights:
    """Which conditional rights this person has. Who kept cut benefits during an appeal may ask to
    keep them during the hearing as well (42 CFR 438.420(c)(2))."""
    line = version.contract.line
    kept = sources.case.benefits_continued
    return Rights(
        continue_benefits=bool(kept and line == "medicaid" and sources.case.kind == "appeal"),
        benefits_continued=kept,
        quality_of_care=bool(getattr(sources.detail, "quality_of_care", False)),
        state_remedies=line == "marketplace",
        payment_caveat=bool(version.workflow.get("payment_caveat", False)) and code == "approval",
    )


def extension_of(sources: Sources) -> Extension | None:
    """The extension that the letter tells of."""
    event = sources.event
    if event.event != "extended":
        return None
    return Extension(
        days=event.days or 0,
        asked_by=json.loads(event.facts).get("requested_by", "plan"),
        ground=event.ground,
        reason=sources.body.get("reason", ""),
    )


def wanted_of(sources: Sources) -> tuple[WantedItem, ...]:
    """What is asked for; an extension that lists nothing wants what its reason says."""
    items = sources.body.get("wanted") or ()
    if not items and sources.event.event == "extended" and sources.body.get("reason"):
        items = (sources.body["reason"],)
    return tuple(
        WantedItem(**item) if isinstance(item, dict) else WantedItem(what=str(item))
        for item in items
    )


def authorization_of(cx: Context, sources: Sources, code: str) -> str:
    """The number that the letter gives: the authorization, or for money the payment instruction."""
    if code == "effectuated":
        number = letter_services.authorization_of(
            cx, case_id=sources.case.id, effectuates=sources.case.id
        )
        return number or str(json.loads(sources.event.facts).get("proof", ""))
    if code in {"approval", "partial_approval"}:
        return letter_services.authorization_of(cx, case_id=sources.case.id)
    return ""


def reviewer_of(cx: Context, sources: Sources, plan: PlanBlock, code: str) -> Office | None:
    """The outside body that has, or had, this case; for an appeal the one that it goes to next."""
    detail = sources.detail
    if sources.case.kind == "external_review":
        return _body(cx, detail, plan)
    if code == "effectuated":
        return None  # the plan changed its own decision: no body outside was told anything
    return plan.external if plan.medicare_help is not None else None


def _body(cx: Context, detail: Any, plan: PlanBlock) -> Office | None:
    if detail.review_organization_id:
        body = cx.db.execute(
            select(ReviewOrganization).where(ReviewOrganization.id == detail.review_organization_id)
        ).scalar_one()
        return Office(name=body.name, lines=tuple(body.address), phone=body.phone)
    if detail.body == "state_fair_hearing":
        return plan.fair_hearing
    return plan.external if detail.body == "ire" else None


def _closed(sources: Sources, issued_on: date) -> Decision:
    ground = sources.event.ground
    body = sources.body
    return Decision(
        outcome="withdrawn" if sources.event.event == "withdrawn" else "dismissed",
        decided_on=issued_on,
        reason=body.get("letter_reason") or _WHY_CLOSED.get(ground, "") or body.get("evidence", ""),
        next_step=body.get("next_step") or _WHAT_NEXT.get(ground, ""),
    )


def _found_on(cx: Context, sources: Sources, time_zone: str) -> date:
    """The local day on which the request for the review was found eligible."""
    found = cx.db.execute(
        select(CaseEvent.occurred_at)
        .where(
            CaseEvent.case_id == sources.case.id,
            CaseEvent.event == "found_eligible",
            CaseEvent.seq <= sources.event.seq,
        )
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).scalar()
    return local_day(found or sources.event.occurred_at, zone(time_zone))
