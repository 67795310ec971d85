"""Opening a review outside the plan: asked for by the member, or forwarded by the plan (Medicare).

The new case carries what its own clocks count from: when the plan's appeal was filed, and the
notice that opened the right. Both stand there as observations of the case that they come from.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import insert, select

from casework import bridge, ledger, seal
from casework.bridge import facts as known
from casework.bridge.law import clocks_of
from casework.context import SYSTEM, Context, Principal
from casework.ledger.entries import case_key
from casework.models import CaseEvent, ExternalReview, ReviewOrganization
from casework.records import obligations, series
from casework.records.filing import Filing
from casework.records.series import Family, Particulars
from statemachines.facts import Facts
from statemachines.grounds import BODIES

QUEUE: Final = "external_review"
_FORWARDING: Final = "42 CFR 422.590(a)(2), (b)(2), (c)(2), (d), (e)(5), (g)"
_OF_NOTICE: Final = ("notice_sent", "notice_received")


@dataclass(frozen=True, kw_only=True)
class ReviewAsTold:
    """Who asks for the review and how, why, and which of the ways to it is open."""

    filing: Filing
    reason: str = ""
    urgent: bool = False
    final_adverse_appeal: bool = False
    deemed_exhausted: bool = False
    urgent_with_appeal: bool = False


def body_of(cx: Context, case: Any) -> str:
    """The body that reviews on this case's line of business."""
    return BODIES[bridge.contract_of(cx, case.contract_version_id).line]


def opening(
    cx: Context, about: ledger.Head, told: ReviewAsTold, *, actor: Principal | None = None
) -> list[ledger.Change]:
    """The changes that open the review; the last one is its `request`."""
    new = series.opened_from(
        cx,
        about,
        "external_review",
        Particulars(
            received_at=told.filing.received_at,
            channel=told.filing.channel,
            filed_by=told.filing.filed_by,
            title=f"External review: {about.title.removeprefix('Appeal: ')}",
            queue=QUEUE,
            priority="expedited" if told.urgent else "standard",
            timing=about.timing,
            office_id=told.filing.office_id,
        ),
        in_series=True,
    )
    facts = replace(
        known.of_actor(cx) if actor is None else Facts(),
        line=bridge.contract_of(cx, about.contract_version_id).line,
        receipt_known=told.filing.received_at <= cx.now,
        body=body_of(cx, about),
        final_adverse_appeal=told.final_adverse_appeal,
        deemed_exhausted=told.deemed_exhausted,
        urgent_with_appeal=told.urgent_with_appeal,
    )
    asked = ledger.Change(
        case=new,
        trigger="request",
        occurred_at=told.filing.received_at,
        facts=facts,
        said=ledger.Said(by=told.filing.said_by, more={"about": about.ref}),
        text={"reason": told.reason} if told.reason else {},
        actor=actor,
    )
    return [*_from_below(cx, about, new), asked]


def write(cx: Context, case: ledger.Head, about: ledger.Head, told: ReviewAsTold) -> None:
    """The row of what only a review has; the body that is the same for all is entered at once."""
    key = case_key(cx.database.settings, case)
    body = body_of(cx, case)
    cx.db.execute(
        insert(ExternalReview).values(
            case_id=case.id,
            about_case_id=about.id,
            body=body,
            review_organization_id=_the_one(cx, body),
            reason_ct=seal.seal_text(key, told.reason, f"reason:{case.id}"),
            urgent=told.urgent,
        )
    )


def forwarding(
    cx: Context, kin: Family, facts: Facts, *, actor: Principal | None = None
) -> tuple[ReviewAsTold, list[ledger.Change]]:
    """The changes by which a Medicare appeal goes to the review entity: first `forward`, last the
    `request` of the new review (42 CFR 422.590)."""
    missed = facts.decision_missed
    told = ReviewAsTold(
        filing=Filing(
            filed_by="member",
            name="",
            received_at=cx.now,
            channel="plan",
            office_id=None,
        ),
        urgent=kin.case.fast_track,
        final_adverse_appeal=not missed or kin.case.outcome in ("upheld", "partial"),
        deemed_exhausted=missed,
    )
    forwarded = ledger.Change(case=kin.case, trigger="forward", facts=facts, actor=actor)
    return told, [forwarded, *opening(cx, kin.case, told, actor=actor)]


def forwarded(
    cx: Context, kin: Family, told: ReviewAsTold, recorded: Sequence[ledger.Recorded]
) -> str:
    """Write the forwarded review and owe the sending of its file; returns its number."""
    review = recorded[-1]
    write(cx, review.case, kin.case, told)
    clock = clocks_of(cx, kin.case)("forward_to_ire")
    obligations.owe(
        cx,
        review.case,
        obligations.SEND_FILE,
        "Send the case file to the independent review entity, and keep the proof.",
        due_at=clock.due_utc if clock else cx.now + obligations.CARRY_OUT_WITHIN,
        cause_seq=review.seq,
        citation=_FORWARDING,
    )
    return review.case.ref


def _from_below(cx: Context, about: ledger.Head, new: ledger.NewCase) -> list[ledger.Change]:
    """What the clocks of the review count from, copied from the case below it, oldest first."""
    changes = []
    if body_of(cx, about) == "state_fair_hearing":
        changes.append(
            ledger.Change(
                case=new,
                observation="appealed",
                occurred_at=about.received_at,
                said=ledger.Said(more={"of_case": about.ref}),
                actor=SYSTEM,
            )
        )
    changes += [_copied(row, about, new) for row in _last_notices(cx, about)]
    return changes


def _last_notices(cx: Context, about: ledger.Head) -> list[Any]:
    rows = cx.db.execute(
        select(CaseEvent)
        .where(CaseEvent.case_id == about.id, CaseEvent.event.in_(_OF_NOTICE))
        .order_by(CaseEvent.seq)
    ).scalars()
    adverse = {row.event: row for row in rows if _is_adverse(row)}
    return sorted(adverse.values(), key=lambda row: row.seq)


def _is_adverse(row: Any) -> bool:
    if row.event == "notice_sent":
        return bool(row.notice_kind == "adverse")
    return bool(json.loads(row.facts).get("of", "adverse") == "adverse")


def _copied(row: Any, about: ledger.Head, new: ledger.NewCase) -> ledger.Change:
    return ledger.Change(
        case=new,
        observation=row.event,
        occurred_at=row.occurred_at,
        said=ledger.Said(
            notice_kind=row.notice_kind, printed_on=row.printed_on, more={"of_case": about.ref}
        ),
        actor=SYSTEM,
    )


def _the_one(cx: Context, body: str) -> int | None:
    """The review entity or the hearing office, where the directory knows it; never an IRO."""
    if body == "iro":
        return None
    on = cx.now.date()
    return cx.db.execute(
        select(ReviewOrganization.id)
        .where(
            ReviewOrganization.body == body,
            (ReviewOrganization.effective_from.is_(None))
            | (ReviewOrganization.effective_from <= on),
            (ReviewOrganization.effective_to.is_(None)) | (ReviewOrganization.effective_to >= on),
        )
        .order_by(ReviewOrganization.id)
        .limit(1)
    ).scalar()
