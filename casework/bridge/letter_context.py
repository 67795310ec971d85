"""All the facts of one letter, gathered from rows: what `letters` composes, proves and prints.

It decrypts what the letter must say and nothing else, decides nothing, and knows no HTML.
"""

import json
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from casework import seal
from casework.bridge import letter_dates, letter_services
from casework.bridge.clocks import subject_of, version_of
from casework.bridge.more_time import history
from casework.context import Context
from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    CaseParty,
    ExternalReview,
    Grievance,
    InformationRequest,
    Member,
    Organization,
    Representative,
    ReviewOrganization,
)
from letters import catalogue, codec
from letters.context import (
    CaseBlock,
    Dates,
    Deadline,
    Decision,
    Extension,
    LetterContext,
    Office,
    PlanBlock,
    Recipient,
    Rights,
    WantedItem,
)
from letters.context import Member as LetterMember
from sla.calendars import zone

_OUTCOMES = {"partial": "partial", "partially_overturned": "partly_overturned"}
_WORDS_OF_EVENT = {"overturned": "overturned", "upheld": "upheld", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Sources:
    """The rows behind one letter."""

    case: Any
    event: Any
    member: Any
    detail: Any
    origin: Any
    request: Any
    key: bytes
    body: dict[str, Any]


def context_of(cx: Context, letter: Any, *, issued_on: date) -> LetterContext:
    """The facts of this letter row, as they stand now, dated `issued_on`."""
    sources = _sources(cx, letter)
    version = version_of(cx, sources.case.contract_version_id)
    plan = codec._build(PlanBlock, version.plan, path="plan")
    decision_row = letter_services.determination_of(cx, sources.case.id, until=letter.cause_seq)
    services = _services(cx, sources, decision_row)
    notice_kind = catalogue.get(letter.code, issued_on).notice_kind
    dates = _dates(cx, sources, version.contract, notice_kind, issued_on, letter.code)
    whole = LetterContext(
        code=letter.code,
        line=version.contract.line,
        issued_on=issued_on,
        plan=plan,
        member=LetterMember(name=_name(sources.member), member_id=sources.member.number),
        recipient=_recipient(cx, sources, letter.recipient, issued_on),
        case=_case_block(cx, sources, version.contract.time_zone),
        large_print=letter.large_print,
        services=services,
        decision=_decision(sources, decision_row, issued_on, letter.code),
        dates=dates,
        times=letter_dates.times_of(version.contract, subject_of(sources.case), cx.now),
        rights=_rights(sources, version, letter.code),
        extension=_extension(sources),
        wanted=_wanted(cx, sources),
        refusal_reason=sources.body.get("reason", "") if letter.code == "expedite_refused" else "",
        authorization=_authorization(cx, sources, letter.code),
        reviewer=_reviewer(cx, sources, plan),
    )
    return replace(whole, dates=_printed(whole))


def _printed(context: LetterContext) -> Dates:
    """Only the days that this letter must print: the gate wants every day that it is given."""
    required = catalogue.get(context.code, context.issued_on).required(context)
    wanted = {each.element.date.removeprefix("dates.") for each in required}
    return Dates(
        **{
            field.name: getattr(context.dates, field.name)
            for field in fields(Dates)
            if field.name in wanted
        }
    )


def _sources(cx: Context, letter: Any) -> Sources:
    case = cx.db.execute(select(Case).where(Case.id == letter.case_id)).scalar_one()
    event = cx.db.execute(
        select(CaseEvent).where(
            CaseEvent.case_id == letter.case_id, CaseEvent.seq == letter.cause_seq
        )
    ).scalar_one()
    member = cx.db.execute(select(Member).where(Member.id == case.member_id)).scalar_one()
    detail = _detail(cx, case)
    origin = _case(cx, getattr(detail, "about_case_id", None))
    key = _key(cx, case)
    body = seal.unseal_json(key, event.body_ct, f"event:{case.id}:{event.seq}")
    return Sources(case, event, member, detail, origin, _request(cx, case, origin), key, body)


def _detail(cx: Context, case: Any) -> Any:
    tables = {"appeal": Appeal, "grievance": Grievance, "external_review": ExternalReview}
    table: Any = tables.get(case.kind)
    if table is None:
        return None
    return cx.db.execute(select(table).where(table.case_id == case.id)).scalar_one_or_none()


def _case(cx: Context, case_id: int | None) -> Any:
    if case_id is None:
        return None
    return cx.db.execute(select(Case).where(Case.id == case_id)).scalar_one()


def _request(cx: Context, case: Any, origin: Any) -> Any:
    """The request at the root of the series: the case itself, or what its origin is about."""
    if case.kind == "prior_auth":
        return case
    if origin is None or origin.kind == "prior_auth":
        return origin
    return _case(cx, getattr(_detail(cx, origin), "about_case_id", None))


def _key(cx: Context, case: Any) -> bytes:
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    return seal.unwrap(wrapping, bytes(case.key_sealed), f"case:{case.id}")


def _services(cx: Context, sources: Sources, decision_row: Any) -> tuple[Any, ...]:
    if sources.request is None or sources.case.kind == "grievance":
        return ()
    key = _key(cx, sources.request)
    first = letter_services.determination_of(cx, sources.request.id)
    lines = letter_services.services_of(cx, sources.request.id, key, determination=first)
    if sources.case.kind == "prior_auth":
        if decision_row is None:
            return tuple(replace(line, result="requested") for line in lines)
        return lines
    disputed = [line for line in lines if line.result == "denied"] or list(lines)
    if decision_row is None and sources.event.event not in _WORDS_OF_EVENT:
        return tuple(replace(line, result="requested") for line in disputed)
    return tuple(_after_review(line, sources.event.event, decision_row, cx) for line in disputed)


def _after_review(line: Any, event: str, decision_row: Any, cx: Context) -> Any:
    if event in {"overturned", "effectuated"}:
        return replace(line, result="approved")
    if event == "partially_overturned" and decision_row is not None:
        favourable = letter_services.approved_numbers(cx, decision_row.id)
        return replace(line, result="approved" if line.number in favourable else "denied")
    return line


def _case_block(cx: Context, sources: Sources, time_zone: str) -> CaseBlock:
    case, where = sources.case, zone(time_zone)
    decided = None
    if sources.origin is not None:
        row = letter_services.determination_of(cx, sources.origin.id)
        decided = row.decided_at.astimezone(where).date() if row else None
    about = ""
    if case.kind == "grievance" and sources.detail is not None:
        about = seal.unseal_text(sources.key, sources.detail.told_ct, f"told:{case.id}")
    return CaseBlock(
        ref=case.ref,
        kind=case.kind,
        received_on=case.received_at.astimezone(where).date(),
        priority="expedited" if case.fast_track else "standard",
        timing=case.timing,
        filed_by="provider" if case.filed_by == "physician" else case.filed_by,
        about=about,
        origin_ref=sources.origin.ref if sources.origin else "",
        origin_decided_on=decided,
    )


def _recipient(cx: Context, sources: Sources, kind: str, on: date) -> Recipient:
    member = sources.member
    if kind == "provider":
        office = cx.db.execute(
            select(Organization.name, Organization.address)
            .join(CaseParty, CaseParty.organization_id == Organization.id)
            .where(
                CaseParty.case_id == sources.case.id, CaseParty.role.in_(("requesting", "filing"))
            )
            .limit(1)
        ).one()
        return Recipient(kind=kind, name=office.name, lines=tuple(office.address))
    if kind == "representative":
        person = cx.db.execute(
            select(Representative)
            .where(Representative.member_id == member.id, Representative.starts_on <= on)
            .where((Representative.ends_on.is_(None)) | (Representative.ends_on >= on))
            .limit(1)
        ).scalar_one()
        lines = tuple(person.address) or tuple(member.address)
        return Recipient(kind=kind, name=person.name, lines=lines)
    return Recipient(kind=kind, name=_name(member), lines=tuple(member.address))


def _decision(sources: Sources, row: Any, issued_on: date, code: str) -> Decision | None:
    event = sources.event
    if code == "deemed_denial":
        return Decision(outcome="deemed_denied", decided_on=issued_on, ground="time")
    if event.event in {"withdrawn", "dismissed", "late_filing_refused"}:
        outcome = "withdrawn" if event.event == "withdrawn" else "dismissed"
        return Decision(
            outcome=outcome,
            decided_on=issued_on,
            reason=sources.body.get("letter_reason", "") or sources.body.get("evidence", ""),
            next_step=sources.body.get("next_step", ""),
        )
    if event.event == "found_eligible":
        return Decision(outcome="eligible", decided_on=issued_on)
    if row is None:
        return None
    words = seal.unseal_json(sources.key, row.words_ct, f"determination:{row.case_id}")
    perfect = tuple(WantedItem(**item) for item in words.pop("perfect", ()))
    considered = tuple(words.pop("considered", ()))
    title, _, credentials = row.credential.partition(",")
    return Decision(
        outcome=_OUTCOMES.get(event.event, _OUTCOMES.get(row.outcome, row.outcome)),
        decided_on=row.decided_at.date(),
        ground="clinical" if row.ground in {"clinical", "rule"} else "administrative",
        reviewer_title="Physician reviewer" if row.licence_id else "",
        reviewer_credentials=f"{title}{credentials and ','}{credentials}",
        perfect=perfect,
        considered=considered,
        **words,
    )


def _dates(
    cx: Context, sources: Sources, contract: Any, notice_kind: str, issued_on: date, code: str
) -> Dates:
    question = cx.db.execute(
        select(InformationRequest.due_at)
        .where(InformationRequest.case_id == sources.case.id)
        .order_by(InformationRequest.id.desc())
        .limit(1)
    ).scalar()
    dates = letter_dates.dates_of(
        contract,
        subject_of(sources.case),
        history(cx, sources.case.id),
        notice_kind=notice_kind,
        at=cx.now,
        issued_on=issued_on,
        info_due_at=question,
    )
    if code == "external_review_started" and contract.line == "marketplace":
        dates = replace(dates, info_by=letter_dates.ten_business_days(contract, issued_on))
    if code.startswith("external_review_started") and dates.sent_on is None:
        dates = replace(dates, sent_on=issued_on)
    if dates.effectuate_by is None and sources.event.event in {
        "overturned",
        "partially_overturned",
    }:
        dates = replace(dates, effectuate_by=Deadline(on=issued_on))
    return dates


def _rights(sources: Sources, version: Any, code: str) -> Rights:
    quality = bool(getattr(sources.detail, "quality_of_care", False))
    return Rights(
        benefits_continued=sources.case.benefits_continued,
        quality_of_care=quality,
        state_remedies=version.contract.line == "marketplace",
        payment_caveat=bool(version.workflow.get("payment_caveat", False)) and code == "approval",
    )


def _extension(sources: Sources) -> Extension | None:
    event = sources.event
    if event.event != "extended":
        return None
    return Extension(
        days=event.days or 0,
        asked_by=json.loads(event.facts).get("requested_by", "plan"),
        ground=event.ground,
        reason=sources.body.get("reason", ""),
    )


def _wanted(cx: Context, sources: Sources) -> tuple[WantedItem, ...]:
    items = sources.body.get("wanted") or ()
    return tuple(
        WantedItem(**item) if isinstance(item, dict) else WantedItem(what=str(item))
        for item in items
    )


def _authorization(cx: Context, sources: Sources, code: str) -> str:
    if code == "effectuated":
        return letter_services.authorization_of(
            cx, case_id=sources.case.id, effectuates=sources.case.id
        )
    if code in {"approval", "partial_approval"}:
        return letter_services.authorization_of(cx, case_id=sources.case.id)
    return ""


def _reviewer(cx: Context, sources: Sources, plan: PlanBlock) -> Office | None:
    detail = sources.detail
    if sources.case.kind == "external_review" and detail.review_organization_id:
        body = cx.db.execute(
            select(ReviewOrganization).where(ReviewOrganization.id == detail.review_organization_id)
        ).scalar_one()
        return Office(name=body.name, lines=tuple(body.address), phone=body.phone)
    if sources.case.kind == "external_review" and detail.body == "state_fair_hearing":
        return plan.fair_hearing
    if sources.case.kind == "external_review" or plan.medicare_help is not None:
        return plan.external
    return None


def _name(member: Any) -> str:
    return f"{member.given_name} {member.family_name}"
