"""Opening an appeal: on the denied request it was appealed, and the new case begins, together.

Filing and conversion of a grievance both end here. The caller has locked the disputed request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select

from casework import bridge, ledger, seal
from casework.bridge import facts as known
from casework.bridge import office_matters
from casework.context import SYSTEM, Context
from casework.ledger.entries import case_key
from casework.models import Appeal, Case, Determination
from casework.policy import refusal
from casework.records import appeal_facts, filing, keeping, series, windows
from casework.records.series import Family, Particulars
from statemachines import engine
from statemachines.facts import Facts

QUEUE = "appeals"
CONTINUED = "continued"
_BY_MEMBER = "the_member_asked_to_continue"  # the guard whose reason a policy refusal shares


@dataclass(frozen=True, kw_only=True)
class AppealAsTold:
    """What the filer says: about what, why, how fast, with which consent, and what meanwhile.

    `continue_asked_by` is who asks that cut benefits go on (empty: nobody does).
    """

    filing: filing.Filing
    reason: str
    priority: str = "standard"
    payment: bool = False
    claim: str = ""
    filer_treats: bool | None = None
    consent_on_file: bool = False
    continue_asked_by: str = ""
    converted_from: str = ""
    split_from: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class Opened:
    """The appeal as it was opened, and what became of the wish to keep the benefits."""

    case: ledger.Head
    late: bool
    consent: str
    continuation: str
    twin: str
    before: tuple[ledger.Recorded, ...]


def open_appeal(
    cx: Context,
    origin: Family,
    told: AppealAsTold,
    *,
    before: Sequence[ledger.Change] = (),
) -> Opened:
    """Open the new case and record on the disputed request that it was appealed; `before` first.

    Late filing is taken and noted (42 CFR 422.582(c)); whether benefits go on is judged by the
    machine, and a refusal there never refuses the appeal.
    """
    about = origin.case
    new = _new_case(cx, about, told)
    facts = _facts(cx, about, told)
    by = told.filing.said_by
    said = {"claim": told.claim} if told.claim else {}
    said |= {"converted_from": told.converted_from} if told.converted_from else {}
    said |= {"split_from": told.split_from} if told.split_from else {}
    received = ledger.Change(
        case=new,
        trigger="receive",
        occurred_at=told.filing.received_at,
        facts=facts,
        said=ledger.Said(by=by, more=said),
        text={"reason": told.reason} if told.reason else {},
    )
    first = [*before, received, *_appealed(about, told)]
    asked, continuation = _continuation(cx, about, new, told, facts)
    late = windows.filed_late(cx, about, told.filing.received_at)
    twin = _open_twin(cx, about)
    recorded = ledger.record(cx, [*first, *asked])
    case = recorded[len(before)].case
    consent = _consent(told)
    _write(cx, case, about, told, late=late, consent=consent, continued=continuation == CONTINUED)
    return Opened(case, late, consent, continuation, twin, tuple(recorded[: len(before)]))


def _appealed(about: ledger.Head, told: AppealAsTold) -> list[ledger.Change]:
    """What stands on the disputed request. A dispute about payment is the provider's own: it uses
    up no window of the member."""
    if told.payment:
        return []
    return [
        ledger.Change(
            case=about,
            observation="appealed",
            occurred_at=told.filing.received_at,
            said=ledger.Said(by=told.filing.said_by),
        )
    ]


def _new_case(cx: Context, about: ledger.Head, told: AppealAsTold) -> ledger.NewCase:
    new = series.opened_from(
        cx,
        about,
        "appeal",
        Particulars(
            received_at=told.filing.received_at,
            channel=told.filing.channel,
            filed_by=told.filing.filed_by,
            title=f"Appeal: {about.title}",
            queue=QUEUE,
            priority=told.priority,
            timing="post_service" if told.payment else about.timing,
            office_id=told.filing.office_id,
        ),
        in_series=True,
    )
    return replace(new, restricted=new.restricted or told.restricted)


def _facts(cx: Context, about: ledger.Head, told: AppealAsTold) -> Facts:
    contract = bridge.contract_of(cx, about.contract_version_id)
    return replace(
        known.of_actor(cx),
        line=contract.line,
        filer=told.filing.filed_by,
        about="payment" if told.payment else "service",
        receipt_known=told.filing.received_at <= cx.now,
        dispute_named=appeal_facts.disputable(cx, about, payment=told.payment),
    )


def _continuation(
    cx: Context, about: ledger.Head, new: ledger.NewCase, told: AppealAsTold, facts: Facts
) -> tuple[list[ledger.Change], str]:
    """The changes by which the benefits go on, and what to say of it; nothing where nobody asked
    and no law keeps them."""
    asker, came_at = told.continue_asked_by, told.filing.received_at
    if not asker and (told.payment or facts.line not in keeping.UNASKED):
        return [], ""
    judged = appeal_facts.with_benefits(
        cx,
        replace(facts, continuation_asked_by=asker),
        about.id,
        at=came_at,
        came_at=came_at,
    )
    if not asker:
        kept = judged.care_kept_by_law
        return ([_going_on(new, judged, by_law=True)], CONTINUED) if kept else ([], "")
    choice = next(
        each
        for each in engine.allowed("appeal", "received", judged)
        if each.trigger == "continue_benefits"
    )
    refused = choice.refusal or next(iter(choice.asks), None)
    by_law = judged.care_kept_by_law
    by_policy = None if by_law else refusal(cx.principal, "appeal", "continue_benefits")
    asked = ledger.Change(
        case=about,
        observation="continuation_requested",
        occurred_at=told.filing.received_at,
        said=ledger.Said(by="member" if asker in ("member", "representative") else "provider"),
    )
    if refused is not None:
        return [asked, _not_going_on(new, refused.guard)], refused.sentence
    if by_policy is not None:
        return [asked, _not_going_on(new, _BY_MEMBER)], by_policy.sentence
    return [asked, _going_on(new, judged, by_law=by_law)], CONTINUED


def _going_on(new: ledger.NewCase, judged: Facts, *, by_law: bool) -> ledger.Change:
    """That the care goes on: because the member asked, or by the law, which asks nobody."""
    return ledger.Change(
        case=new,
        trigger="continue_benefits",
        facts=judged,
        said=ledger.Said(more=keeping.RESTS_ON) if by_law else ledger.Said(by="member"),
        sets={"benefits_continued": True},
        actor=SYSTEM if by_law else None,
    )


def _not_going_on(new: ledger.NewCase, guard: str) -> ledger.Change:
    """That the care does not go on meanwhile, and why: the letter tells it."""
    return ledger.Change(
        case=new, observation="continuation_refused", said=ledger.Said(ground=guard)
    )


def _consent(told: AppealAsTold) -> str:
    if told.filing.filed_by == "member":
        return "not_needed"
    return "on_file" if told.consent_on_file else "missing"


def _open_twin(cx: Context, about: ledger.Head) -> str:
    """The number of an appeal of the same request that is still open: a person merges, no rule."""
    found = cx.db.execute(
        select(Case.ref)
        .join(Appeal, Appeal.case_id == Case.id)
        .where(Appeal.about_case_id == about.id, Case.state.in_(engine.open_states("appeal")))
        .where(Case.about != office_matters.DISPUTE)
        .order_by(Case.id)
        .limit(1)
    ).scalar()
    return str(found or "")


def _write(
    cx: Context,
    case: ledger.Head,
    about: ledger.Head,
    told: AppealAsTold,
    *,
    late: bool,
    consent: str,
    continued: bool,
) -> None:
    key = case_key(cx.database.settings, case)
    determination: Any = cx.db.execute(
        select(func.max(Determination.id)).where(Determination.case_id == about.id)
    ).scalar()
    cx.db.execute(
        insert(Appeal).values(
            case_id=case.id,
            about_case_id=about.id,
            determination_id=determination,
            dispute_about="payment" if told.payment else "service",
            claim=told.claim[:40],
            filer_name=told.filing.name,
            filer_treats=told.filer_treats,
            reason_ct=seal.seal_text(key, told.reason, f"reason:{case.id}"),
            late=late,
            consent=consent,
            continuation=continued,
        )
    )
