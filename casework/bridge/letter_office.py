"""What letters to an office say of its own matter: which claim, which lines are paid, what is next.

Nothing of the member's rights stands here; the member gets no such letter.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_date
from sqlalchemy import select

from casework import seal
from casework.bridge import office_matters
from casework.bridge.letter_phrases import other
from casework.bridge.letter_sources import Sources
from casework.context import Context
from casework.models import CaseEvent, ClaimReference, LineDecision
from letters.context import Decision, LetterContext, ServiceLine

_RULED: Final = {"approved": "approved", "approved_other": "approved", "denied": "denied"}


def filled(
    cx: Context,
    whole: LetterContext,
    sources: Sources,
    row: Any,
    *,
    policy: Any,
) -> LetterContext:
    """The context with what a letter about an office's own matter says; any other stays as it is.
    `row` is the determination, `policy` the workflow of the contract version."""
    case = sources.case
    if not office_matters.is_of_an_office(case.kind, case.about, case.filed_by):
        return whole
    if case.kind == "grievance":
        return replace(whole, services=(), decision=_closed(whole))
    number = str(json.loads(sources.event.facts).get("proof", ""))
    return replace(
        whole,
        case=replace(whole.case, about=_claim(cx, sources, whole.language)),
        services=_lines(cx, sources, row, whole.language),
        decision=_decided(cx, whole, sources, policy),
        authorization=number,
    )


def _claim(cx: Context, sources: Sources, language: str) -> str:
    number = sources.detail.claim
    day = cx.db.execute(
        select(ClaimReference.service_on).where(
            ClaimReference.number == number,
            ClaimReference.contract_id == sources.case.contract_id,
        )
    ).scalar()
    if day is None:
        return other("claim", language, number=number)
    return other("claim_of", language, number=number, day=_day(day, language))


def _lines(cx: Context, sources: Sources, row: Any, language: str) -> tuple[ServiceLine, ...]:
    if row is None:
        return ()
    ruled = cx.db.execute(
        select(LineDecision)
        .where(LineDecision.determination_id == row.id)
        .order_by(LineDecision.number)
    ).scalars()
    place = f"determination:{sources.case.id}"
    return tuple(
        ServiceLine(
            number=line.number,
            code=line.code,
            label=other("procedure", language, code=line.code),
            units="",
            result=_RULED[line.result],
            reason=seal.unseal_text(sources.key, line.reason_ct, place),
            criterion=line.criterion,
        )
        for line in ruled
    )


def _decided(cx: Context, whole: LetterContext, sources: Sources, policy: Any) -> Decision | None:
    decision = _closed(whole)
    if decision is not None and decision.outcome == "partial":
        decision = replace(decision, outcome="partly_overturned")
    if decision is None or whole.code != "dispute_decided":
        return decision
    next_step = other("level_none", whole.language)
    levels = office_matters.term(policy, office_matters.LEVELS)
    if decision.outcome != "overturned" and _level(cx, sources) < levels:
        days = office_matters.term(policy, office_matters.WINDOW)
        last = whole.issued_on + timedelta(days=days)
        next_step = other("level_next", whole.language, day=_day(last, whole.language))
    return replace(decision, next_step=next_step)


def _level(cx: Context, sources: Sources) -> int:
    facts = cx.db.execute(
        select(CaseEvent.facts).where(
            CaseEvent.case_id == sources.case.id, CaseEvent.event == "received"
        )
    ).scalar()
    return int(json.loads(facts or "{}").get("level", 1))


def _closed(whole: LetterContext) -> Decision | None:
    """The decision; of what was taken back the reason is that it was."""
    decision = whole.decision
    if decision is not None and decision.outcome == "withdrawn" and not decision.reason:
        return replace(decision, reason=other("withdrawn", whole.language))
    return decision


def _day(day: date, language: str) -> str:
    return str(format_date(day, format="long", locale=language))
