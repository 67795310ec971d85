"""All the facts of one letter, gathered from rows: what `letters` composes, proves and prints.

It decrypts what the letter must say and nothing else, decides nothing, and knows no HTML.
"""

import json
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from casework import seal
from casework.bridge import (
    letter_again,
    letter_case_file,
    letter_dates,
    letter_edits,
    letter_language,
    letter_moved,
    letter_office,
    letter_services,
    letter_words,
)
from casework.bridge.clocks import subject_of, version_of
from casework.bridge.law import clocks_of
from casework.bridge.letter_plan import block_now
from casework.bridge.letter_recipients import name_of, recipient_of
from casework.bridge.letter_sources import Sources, key_of, sources_of
from casework.bridge.more_time import history
from casework.context import Context
from casework.models import CaseEvent, InformationRequest
from letters import catalogue
from letters.context import (
    CaseBlock,
    Dates,
    Deadline,
    Decision,
    LetterContext,
)
from letters.context import Member as LetterMember
from sla.calendars import local_day, zone

# What ends a case below without a determination, so that its day is the decision's.
_ENDED = ("deadline_missed", "dismissed", "late_filing_refused")
# Days that a letter's own sentences name beside those of its required elements.
_ALSO_PRINTED = {
    "appeal_withdrawn": frozenset({"done_on"}),
    "request_withdrawn": frozenset({"done_on"}),
    "external_review_started": frozenset({"sent_on"}),
}
_REVERSED = frozenset({"overturned", "partially_overturned"})


def context_of(cx: Context, letter: Any, *, issued_on: date, language: str = "") -> LetterContext:
    """The facts of this letter row, as they stand now, dated `issued_on`; in `language` for whoever
    is to read along, in the copy's own where none is named."""
    sources = sources_of(cx, letter)
    version = version_of(cx, sources.case.contract_version_id)
    asked = letter_words.Asked(
        code=letter.code,
        language=language or letter_language.of_copy(sources.member, letter.recipient),
        issued_on=issued_on,
        time_zone=version.contract.time_zone,
    )
    plan = letter_language.plan_in(block_now(cx, sources.case.contract_id), asked.language)
    decision_row = letter_services.determination_of(cx, sources.case.id, until=sources.event.seq)
    whole = LetterContext(
        code=letter.code,
        line=version.contract.line,
        language=asked.language,
        issued_on=issued_on,
        plan=plan,
        member=LetterMember(name=name_of(sources.member), member_id=sources.member.number),
        recipient=recipient_of(cx, sources, plan, kind=letter.recipient, on=issued_on),
        case=_case_block(cx, sources, version.contract.time_zone),
        large_print=_in_large_print(sources, letter),
        services=_services(cx, sources, decision_row, language=asked.language),
        decision=_decision(cx, sources, version.contract, decision_row, asked),
        dates=_dates(cx, sources, version.contract, issued_on, letter.code),
        times=letter_dates.times_of(version.contract, subject_of(sources.case), cx.now),
        rights=letter_words.rights_of(sources, version, letter.code),
        extension=letter_words.extension_of(sources),
        wanted=letter_words.wanted_of(sources),
        refusal_reason=letter_words.refusal_of(sources, asked),
        authorization=letter_words.authorization_of(cx, sources, letter.code),
        reviewer=letter_words.reviewer_of(cx, sources, plan, letter.code),
        enclosed=letter_words.enclosed_of(sources, asked),
        reissue=letter_again.reissue_of(cx, letter),
    )
    if letter.code == letter_again.COVER:
        return letter_again.bare(whole)
    whole = replace(whole, dates=_printed(whole))
    whole = letter_case_file.filled(whole, sources)
    whole = letter_office.filled(cx, whole, sources, decision_row, policy=version.workflow)
    whole = letter_moved.filled(cx, whole, sources)
    whole, anew = letter_edits.mended(whole, letter_edits.words_of(sources.key, letter))
    if whole.language == "en":
        return whole
    given = _given_in_spanish(cx, sources, decision_row)
    return letter_language.marked(whole, given | anew)


def _given_in_spanish(cx: Context, sources: Sources, row: Any) -> frozenset[str]:
    """What the plan's list, the decider and who took the step gave in Spanish themselves."""
    given = letter_language.doubles(sources.body)
    if row is not None:
        place = f"determination:{row.case_id}"
        given |= letter_language.doubles(seal.unseal_json(sources.key, row.words_ct, place))
    if sources.request is not None:
        given |= frozenset(letter_services.spanish_labels(cx, sources.request.id).values())
    return given


def _decision(
    cx: Context, sources: Sources, contract: Any, row: Any, asked: letter_words.Asked
) -> Decision | None:
    """The decision, and for a cut the earliest day on which it may take effect."""
    decision = letter_words.decision_of(cx, sources, row, asked)
    cut = _cut_of(sources)
    if decision is None or cut is None:
        return decision
    earliest = letter_dates.earliest_effective(
        contract,
        subject_of(sources.case),
        history(cx, sources.case.id),
        at=cx.now,
        issued_on=asked.issued_on,
        cut=cut,
    )
    return replace(decision, earliest_effective=earliest)


def _cut_of(sources: Sources) -> letter_dates.Cut | None:
    """The reduction or the end of an authorization that the letter gives notice of."""
    if sources.event.event not in letter_words.CUTS:
        return None
    effective_on = json.loads(sources.event.facts)["effective_date"]
    return letter_dates.Cut(date.fromisoformat(effective_on), sources.event.ground)


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


def _services(
    cx: Context, sources: Sources, decision_row: Any, *, language: str
) -> tuple[Any, ...]:
    """The lines that the letter speaks of: of an appeal or a review, only what it decided, or
    before that what is disputed."""
    if sources.request is None or sources.case.kind == "grievance":
        return ()
    key = key_of(cx, sources.request)
    first = letter_services.determination_of(cx, sources.request.id)
    lines = letter_services.services_of(
        cx, sources.request.id, key, determination=first, language=language
    )
    if sources.event.event in letter_words.CUTS:
        return letter_services.cut(
            lines, letter_language.in_language(sources.body, language), language
        )
    if sources.case.kind == "prior_auth":
        if decision_row is None:
            return tuple(replace(line, result="requested") for line in lines)
        return lines
    if decision_row is not None:
        ruled = letter_services.services_of(
            cx, sources.request.id, sources.key, determination=decision_row, language=language
        )
        return tuple(line for line in ruled if line.result != "requested")
    return _disputed(cx, sources, lines, language=language)


def _disputed(
    cx: Context, sources: Sources, lines: tuple[Any, ...], *, language: str
) -> tuple[Any, ...]:
    """What is disputed and not decided yet: the lines that the decision below refused."""
    if sources.origin is not None and sources.origin.id != sources.request.id:
        below = letter_services.determination_of(cx, sources.origin.id)
        if below is not None:
            key = key_of(cx, sources.origin)
            lines = letter_services.services_of(
                cx, sources.request.id, key, determination=below, language=language
            )
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
    because the time ran out; of a case that was closed, the day of that."""
    if sources.origin is None:
        return None
    row = letter_services.determination_of(cx, sources.origin.id)
    events = cx.db.execute(
        select(func.max(CaseEvent.occurred_at)).where(
            CaseEvent.case_id == sources.origin.id,
            CaseEvent.event.in_(tuple(letter_words.CUTS) if row else _ENDED),
        )
    ).scalar()
    decided = events or (row.decided_at if row else None)
    return local_day(decided, where) if decided else None


def _dates(cx: Context, sources: Sources, contract: Any, issued_on: date, code: str) -> Dates:
    notice_kind = catalogue.get(code, issued_on).notice_kind
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
        notice_kind="adverse" if code == "provider_denial" else notice_kind,
        at=cx.now,
        issued_on=issued_on,
        info_due_at=question,
        cut=_cut_of(sources),
    )
    return replace(dates, **_of_this_letter(cx, sources, contract, dates, issued_on, code))


def _of_this_letter(
    cx: Context, sources: Sources, contract: Any, dates: Dates, issued_on: date, code: str
) -> dict[str, Any]:
    """The days that only this letter or this event gives a meaning of its own."""
    where = zone(contract.time_zone)
    found: dict[str, Any] = {}
    if code == "external_review_started":
        found["sent_on"] = dates.sent_on or issued_on
        if contract.line == "marketplace":
            found["info_by"] = letter_dates.ten_business_days(contract, issued_on)
    if code == "consent_missing":
        received_on = local_day(sources.case.received_at, where)
        found["info_by"] = Deadline(on=received_on + timedelta(days=letter_dates.CONSENT_DAYS))
    if code == "new_evidence_shared":
        answer_by = datetime.fromisoformat(json.loads(sources.event.facts)["answer_by"])
        found["info_by"] = Deadline.moment(answer_by, contract.time_zone)
    if code == "external_review_ended":
        by = sources.event.occurred_at + timedelta(hours=letter_dates.OWN_REVERSAL_HOURS)
        found["effectuate_by"] = Deadline.moment(by, contract.time_zone)
    elif dates.effectuate_by is None and sources.event.event in _REVERSED:
        found["effectuate_by"] = Deadline(on=issued_on)
    return found | _after_withdrawal(cx, sources, code, where)


def _after_withdrawal(cx: Context, sources: Sources, code: str, where: Any) -> dict[str, Any]:
    """When it was taken back, and of an appeal until when it can be filed again."""
    if sources.event.event != "withdrawn":
        return {}
    found: dict[str, Any] = {"done_on": local_day(sources.event.occurred_at, where)}
    if code == "appeal_withdrawn":
        found["appeal_by"] = _again(cx, sources)
    return found


def _again(cx: Context, sources: Sources) -> Deadline | None:
    """Until when the same decision can be appealed once more, while that day is still to come."""
    clock = clocks_of(cx, sources.origin)("filing_window")
    if clock is None or clock.due_utc < cx.now:
        return None
    return Deadline(on=clock.due.date())
