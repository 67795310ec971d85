"""What was decided, in the words of the letter: the decision, its rights, numbers and reviewer.

It decrypts what the letter must say, decides nothing, and knows no HTML. Where nobody wrote a
sentence for the member about a closed case, the one for its ground (letter_phrases) stands.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.bridge import letter_services
from casework.bridge.letter_language import in_language
from casework.bridge.letter_phrases import (
    WHAT_NEXT,
    WHY_CLOSED,
    WHY_INELIGIBLE,
    WHY_NOT_CONTINUED,
    other,
    phrase,
)
from casework.bridge.letter_sources import Sources
from casework.context import Context
from casework.models import CaseEvent, ReviewOrganization
from letters.context import Decision, Extension, Office, PlanBlock, Rights, WantedItem
from sla.calendars import local_day, zone

_OUTCOMES: Final = {"partial": "partial", "partially_overturned": "partly_overturned"}
_CLOSED: Final = frozenset({"withdrawn", "dismissed", "late_filing_refused"})
CUTS: Final = {"authorization_reduced": "reduced", "authorization_terminated": "terminated"}
_AUTHORIZING: Final = frozenset(
    {"approval", "partial_approval", "deemed_approval", "provider_denial"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which letter is asked for: its code and language, the day printed, the zone of its days."""

    code: str
    language: str
    issued_on: date
    time_zone: str


def decision_of(cx: Context, sources: Sources, row: Any, asked: Asked) -> Decision | None:
    """The decision that the letter tells of, or None where it tells of none."""
    event, issued_on = sources.event, asked.issued_on
    if asked.code == "deemed_denial":
        return Decision(outcome="deemed_denied", decided_on=issued_on, ground="time")
    if event.event in _CLOSED:
        return _closed(sources, asked)
    if event.event in CUTS:
        return _cut(sources, asked)
    if event.event in ("found_eligible", "iro_assigned"):
        return Decision(outcome="eligible", decided_on=_found_on(cx, sources, asked.time_zone))
    if event.event == "found_ineligible":
        return _ineligible(sources, asked)
    if row is None:
        return None
    return _made(sources, row, asked)


def _made(sources: Sources, row: Any, asked: Asked) -> Decision:
    """The decision of a determination, in the words of who decided: those in the letter's language
    where there are any."""
    words = seal.unseal_json(sources.key, row.words_ct, f"determination:{row.case_id}")
    words.pop("lines_es", None)
    said = in_language(words, asked.language)
    perfect = _wanted(said.pop("perfect", ()), asked.language)
    considered = tuple(said.pop("considered", ()))
    outcome = _OUTCOMES.get(sources.event.event, _OUTCOMES.get(row.outcome, row.outcome))
    return Decision(
        outcome="deemed_approved" if asked.code == "deemed_approval" else outcome,
        decided_on=local_day(row.decided_at, zone(asked.time_zone)),
        ground="clinical" if row.ground in {"clinical", "rule"} else "administrative",
        reviewer_title=other("reviewer", asked.language) if row.licence_id else "",
        reviewer_credentials=row.credential,
        perfect=perfect,
        considered=considered,
        **said,
    )


def rights_of(sources: Sources, version: Any, code: str) -> Rights:
    """Which conditional rights this person has. Whose care is cut may ask to keep it (42 CFR
    438.420; 45 CFR 147.136(b)(3)(iii)); who kept it during an appeal may ask to keep it during the
    hearing as well (42 CFR 438.420(c)(2))."""
    line = version.contract.line
    kept = sources.case.benefits_continued or sources.event.event == "benefits_continued"
    cut = sources.event.event in CUTS and line != "medicare"
    heard = kept and line == "medicaid" and sources.case.kind == "appeal"
    return Rights(
        continue_benefits=bool(cut or heard),
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
    items = sources.body.get("wanted") or sources.body.get("missing") or ()
    if not items and sources.event.event == "extended" and sources.body.get("reason"):
        items = (sources.body["reason"],)
    return tuple(
        WantedItem(**item) if isinstance(item, dict) else WantedItem(what=str(item))
        for item in items
    )


def enclosed_of(sources: Sources, asked: Asked) -> tuple[str, ...]:
    """What goes with the letter, each by name: the new evidence, or the index of a packet."""
    if asked.code == "new_evidence_shared":
        return tuple(sources.body.get("evidence", ()))
    if asked.code == "packet_cover":
        return tuple(
            other(f"index.{item['kind']}", asked.language, name=item["name"], pages=item["pages"])
            for item in sources.body.get("index", ())
        )
    return ()


def refusal_of(sources: Sources, asked: Asked) -> str:
    """Why what was asked for beside the decision was refused: the fast track, the care going on."""
    if asked.code == "expedite_refused":
        return str(sources.body.get("reason", ""))
    if asked.code == "continuation_refused":
        return phrase(WHY_NOT_CONTINUED, sources.event.ground, asked.language)
    return ""


def authorization_of(cx: Context, sources: Sources, code: str) -> str:
    """The number that the letter gives: the authorization, or for money the payment instruction."""
    if code == "effectuated":
        number = letter_services.authorization_of(
            cx, case_id=sources.case.id, effectuates=sources.case.id
        )
        return number or str(json.loads(sources.event.facts).get("proof", ""))
    if code in _AUTHORIZING:
        return letter_services.authorization_of(cx, case_id=sources.case.id)
    return ""


def reviewer_of(cx: Context, sources: Sources, plan: PlanBlock, code: str) -> Office | None:
    """The outside body that has, or had, this case; for an appeal the one that it goes to next."""
    detail = sources.detail
    if sources.case.kind == "external_review":
        return _body(cx, detail, plan)
    if code == "effectuated":
        return None  # the plan changed its own decision: no body outside was told anything
    return _entity_on(cx) or plan.external if plan.medicare_help is not None else None


def _entity_on(cx: Context) -> Office | None:
    """The independent review entity of today, as the directory knows it: its address changes by
    date."""
    on = cx.now.date()
    starts, ends = ReviewOrganization.effective_from, ReviewOrganization.effective_to
    body = cx.db.execute(
        select(ReviewOrganization)
        .where(
            ReviewOrganization.body == "ire",
            (starts.is_(None)) | (starts <= on),
            (ends.is_(None)) | (ends >= on),
        )
        .order_by(ReviewOrganization.id)
        .limit(1)
    ).scalar_one_or_none()
    return _office(body) if body else None


def _office(body: Any) -> Office:
    return Office(name=body.name, lines=tuple(body.address), phone=body.phone)


def _body(cx: Context, detail: Any, plan: PlanBlock) -> Office | None:
    if detail.review_organization_id:
        body = cx.db.execute(
            select(ReviewOrganization).where(ReviewOrganization.id == detail.review_organization_id)
        ).scalar_one()
        return _office(body)
    if detail.body == "state_fair_hearing":
        return plan.fair_hearing
    return plan.external if detail.body == "ire" else None


def _closed(sources: Sources, asked: Asked) -> Decision:
    ground, body = sources.event.ground, sources.body
    return Decision(
        outcome="withdrawn" if sources.event.event == "withdrawn" else "dismissed",
        decided_on=asked.issued_on,
        reason=_own(body, "letter_reason", asked) or phrase(WHY_CLOSED, ground, asked.language),
        next_step=_own(body, "next_step", asked) or phrase(WHAT_NEXT, ground, asked.language),
    )


def _own(body: Mapping[str, Any], name: str, asked: Asked) -> str:
    """What somebody wrote for the letter, in its language where it was given in that; or empty."""
    return str(in_language(body, asked.language).get(name, ""))


def _cut(sources: Sources, asked: Asked) -> Decision:
    """An authorization that is reduced or ended: nothing is in effect before its day."""
    said = in_language(sources.body, asked.language)
    words = dict(in_language(said.get("words") or {}, asked.language))
    facts = json.loads(sources.event.facts)
    return Decision(
        outcome=CUTS[sources.event.event],
        decided_on=local_day(sources.event.occurred_at, zone(asked.time_zone)),
        ground="clinical",
        provision=words.get("provision", ""),
        standard=words.get("standard", ""),
        rationale=words.get("rationale", ""),
        perfect=_wanted(words.get("perfect", ()), asked.language),
        nothing_would_help=bool(words.get("nothing_would_help", False)),
        effective_on=date.fromisoformat(facts["effective_date"]),
        remaining=said.get("remaining", ""),
    )


def _wanted(items: Iterable[Mapping[str, Any]], language: str) -> tuple[WantedItem, ...]:
    return tuple(WantedItem(**in_language(item, language)) for item in items)


def _ineligible(sources: Sources, asked: Asked) -> Decision:
    return Decision(
        outcome="ineligible",
        decided_on=local_day(sources.event.occurred_at, zone(asked.time_zone)),
        reason=phrase(WHY_INELIGIBLE, sources.event.ground, asked.language),
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
