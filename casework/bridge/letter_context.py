"""All the facts of one letter, gathered from rows: what `letters` composes, proves and prints.

It decrypts what the letter must say and nothing else, decides nothing, and knows no HTML.
"""

from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from casework import seal
from casework.bridge import letter_dates, letter_services, letter_words
from casework.bridge.clocks import subject_of, version_of
from casework.bridge.law import clocks_of
from casework.bridge.letter_sources import Sources, key_of, sources_of
from casework.bridge.more_time import history
from casework.context import Context
from casework.models import (
    CaseEvent,
    CaseParty,
    InformationRequest,
    Organization,
    Representative,
)
from letters import catalogue, codec
from letters.context import (
    CaseBlock,
    Dates,
    Deadline,
    LetterContext,
    PlanBlock,
    Recipient,
)
from letters.context import Member as LetterMember
from sla.calendars import local_day, zone

_CUTS = ("authorization_reduced", "authorization_terminated")
# Days that a letter's own sentences name beside those of its required elements.
_ALSO_PRINTED = {
    "appeal_withdrawn": frozenset({"done_on"}),
    "request_withdrawn": frozenset({"done_on"}),
    "external_review_started": frozenset({"sent_on"}),
}


def context_of(cx: Context, letter: Any, *, issued_on: date) -> LetterContext:
    """The facts of this letter row, as they stand now, dated `issued_on`."""
    sources = sources_of(cx, letter)
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
        large_print=_in_large_print(sources, letter),
        services=services,
        decision=letter_words.decision_of(
            cx,
            sources,
            decision_row,
            issued_on=issued_on,
            code=letter.code,
            time_zone=version.contract.time_zone,
        ),
        dates=dates,
        times=letter_dates.times_of(version.contract, subject_of(sources.case), cx.now),
        rights=letter_words.rights_of(sources, version, letter.code),
        extension=letter_words.extension_of(sources),
        wanted=letter_words.wanted_of(sources),
        refusal_reason=sources.body.get("reason", "") if letter.code == "expedite_refused" else "",
        authorization=letter_words.authorization_of(cx, sources, letter.code),
        reviewer=letter_words.reviewer_of(cx, sources, plan, letter.code),
    )
    return replace(whole, dates=_printed(whole))


def _in_large_print(sources: Sources, letter: Any) -> bool:
    """As the member asked; 42 CFR 438.10(d)(3) and 45 CFR 92.202 give members the right to it."""
    wished = letter.recipient == "member" and sources.member.letter_format == "large_print"
    return bool(letter.large_print or wished)


def _printed(context: LetterContext) -> Dates:
    """Only the days that this letter must print: the gate wants every day that it is given."""
    required = catalogue.get(context.code, context.issued_on).required(context)
    wanted = {each.element.date.removeprefix("dates.") for each in required}
    wanted |= _ALSO_PRINTED.get(context.code, frozenset())
    return Dates(
        **{
            field.name: getattr(context.dates, field.name)
            for field in fields(Dates)
            if field.name in wanted
        }
    )


def _services(cx: Context, sources: Sources, decision_row: Any) -> tuple[Any, ...]:
    """The lines that the letter speaks of: of an appeal or a review, only what it decided, or
    before that what is disputed."""
    if sources.request is None or sources.case.kind == "grievance":
        return ()
    key = key_of(cx, sources.request)
    first = letter_services.determination_of(cx, sources.request.id)
    lines = letter_services.services_of(cx, sources.request.id, key, determination=first)
    if sources.case.kind == "prior_auth":
        if decision_row is None:
            return tuple(replace(line, result="requested") for line in lines)
        return lines
    if decision_row is not None:
        ruled = letter_services.services_of(
            cx, sources.request.id, sources.key, determination=decision_row
        )
        return tuple(line for line in ruled if line.result != "requested")
    return _disputed(cx, sources, lines)


def _disputed(cx: Context, sources: Sources, lines: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is disputed and not decided yet: the lines that the decision below refused."""
    if sources.origin is not None and sources.origin.id != sources.request.id:
        below = letter_services.determination_of(cx, sources.origin.id)
        if below is not None:
            key = key_of(cx, sources.origin)
            lines = letter_services.services_of(cx, sources.request.id, key, determination=below)
    refused = [line for line in lines if line.result == "denied"] or list(lines)
    return tuple(replace(line, result="requested") for line in refused)


def _case_block(cx: Context, sources: Sources, time_zone: str) -> CaseBlock:
    case, where = sources.case, zone(time_zone)
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
        origin_decided_on=_origin_decided_on(cx, sources, where),
    )


def _origin_decided_on(cx: Context, sources: Sources, where: Any) -> date | None:
    """The local day of the decision that is disputed: made, cut short later, or taken by the law
    because the time ran out."""
    if sources.origin is None:
        return None
    row = letter_services.determination_of(cx, sources.origin.id)
    events = cx.db.execute(
        select(func.max(CaseEvent.occurred_at)).where(
            CaseEvent.case_id == sources.origin.id,
            CaseEvent.event.in_(_CUTS if row else ("deadline_missed",)),
        )
    ).scalar()
    decided = events or (row.decided_at if row else None)
    return local_day(decided, where) if decided else None


def _recipient(cx: Context, sources: Sources, kind: str, on: date) -> Recipient:
    member = sources.member
    if kind == "provider":
        office = cx.db.execute(
            select(Organization.name, Organization.address)
            .join(CaseParty, CaseParty.organization_id == Organization.id)
            .where(
                CaseParty.case_id == sources.case.id, CaseParty.role.in_(("requesting", "filing"))
            )
            .order_by(CaseParty.role, Organization.id)  # who filed before who asked
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
    if sources.event.event == "withdrawn":
        done_on = local_day(sources.event.occurred_at, zone(contract.time_zone))
        dates = replace(dates, done_on=done_on)
    if code == "appeal_withdrawn":
        dates = replace(dates, appeal_by=_again(cx, sources))
    return dates


def _again(cx: Context, sources: Sources) -> Deadline | None:
    """Until when the same decision can be appealed once more, while that day is still to come."""
    clock = clocks_of(cx, sources.origin)("filing_window")
    if clock is None or clock.due_utc < cx.now:
        return None
    return Deadline(on=clock.due.date())


def _name(member: Any) -> str:
    return f"{member.given_name} {member.family_name}"
