"""Carrying out a reversal: the authorization on the denied request, and its proof.

A promise carries nothing out: the proof is an authorization number or a payment instruction
(42 CFR 438.424(a); 422.618, 422.619; 45 CFR 147.136(d)(2)(iv)).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import or_, select, update

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.errors import Invalid, StateRefused
from casework.models import Authorization, Case, CaseEvent, ExternalReview
from casework.records import determinations, obligations, rulings
from casework.records.forms import asks
from casework.records.series import Family
from casework.records.standing import REVERSED
from statemachines import engine
from statemachines.facts import Facts

_AUTHORIZED_ANEW: Final = ("denied", "partially_approved")


@dataclass(frozen=True, kw_only=True)
class Effectuation:
    """How a reversal is carried out: the window of the authorization (that of the decision where
    left out), or for money the number of the payment instruction."""

    starts_on: date | None = field(default=None, metadata=asks("First day"))
    ends_on: date | None = field(default=None, metadata=asks("Last day"))
    payment_instruction: str = field(
        default="", metadata=asks("Payment instruction", hint="Its number", most=60)
    )
    remaining: int = field(
        default=0, metadata=asks("How many services are still to be carried out after this")
    )
    note: str = field(default="", metadata=asks("Note", long=True))


def require_once(cx: Context, case: ledger.Head) -> None:
    """Raises StateRefused where nothing was overturned, or all of it is carried out already."""
    if case.outcome not in REVERSED:
        raise StateRefused(
            f"{case.ref} gave the member nothing that could be carried out.", source="state"
        )
    done = cx.db.execute(
        select(CaseEvent.occurred_at).where(
            CaseEvent.case_id == case.id, CaseEvent.event == "effectuated"
        )
    ).scalar()
    if done is not None:
        raise StateRefused(
            f"{case.ref} was carried out already, on {done:%Y-%m-%d}.", source="state"
        )


def carry_out(
    cx: Context, kin: Family, form: Effectuation, facts: Facts, *, payment: bool
) -> tuple[list[ledger.Change], str]:
    """The changes that carry out the reversal of `kin.case`, and the number that proves it.

    For a service the request gets its authorization in this very transaction. Raises Invalid for a
    missing window or instruction, StateRefused while the request itself is still open.
    """
    if payment:
        proof = form.payment_instruction.strip()
        if not proof:
            raise Invalid(
                "Money is carried out by a payment instruction.",
                fields={"payment_instruction": "Enter its number."},
            )
        return [_effectuated(kin, form, facts, proof)], proof
    assert kin.request is not None
    proof = _authorized(cx, kin, form)
    changes = [_effectuated(kin, form, facts, proof)]
    return [*changes, _on_the_request(cx, kin, proof)], proof


def owe_end_of_review(cx: Context, overturned: ledger.Recorded) -> None:
    """The plan gave everything while a body outside still looks: somebody is to end that review,
    and claimant and body are told, within one business day (45 CFR 147.136(d)(2)(iii)(B)(4))."""
    reviews = cx.db.execute(
        select(Case.id)
        .join(ExternalReview, ExternalReview.case_id == Case.id)
        .where(
            ExternalReview.about_case_id == overturned.case.id,
            Case.state.in_(engine.open_states("external_review")),
        )
    ).scalars()
    for review in ledger.take_all(cx, list(reviews)).values():
        obligations.owe(
            cx,
            review,
            obligations.END_REVIEW,
            "The plan gave everything in its own appeal: end this review by its reversal.",
            due_at=cx.now + obligations.END_REVIEW_WITHIN,
            cause_seq=review.event_seq,
            citation="45 CFR 147.136(d)(2)(iii)(B)(4)",
        )


def settled(cx: Context, kin: Family, form: Effectuation) -> None:
    """End the obligation to carry it out once nothing remains."""
    if not form.remaining:
        obligations.settle(cx, kin.case, [obligations.CARRY_OUT])


def _effectuated(kin: Family, form: Effectuation, facts: Facts, proof: str) -> ledger.Change:
    return ledger.Change(
        case=kin.case,
        trigger="effectuate",
        facts=replace(facts, carried_out_proof=proof, still_to_carry_out=form.remaining),
        said=ledger.Said(more={"proof": proof, "remaining": form.remaining}),
        text={"note": form.note} if form.note else {},
    )


def _on_the_request(cx: Context, kin: Family, proof: str) -> ledger.Change:
    """What the history of the request says of it; an approved one, whose authorization was cut and
    is given back, has no such step and notes it."""
    assert kin.request is not None
    said = ledger.Said(more={"authorization": proof, "of_case": kin.case.ref})
    if kin.request.state not in _AUTHORIZED_ANEW:
        return ledger.Change(case=kin.request, observation="note_added", said=said)
    facts = replace(known.of_case(cx, kin.request), reversal_stands=True, carried_out_proof=proof)
    return ledger.Change(case=kin.request, trigger="carry_out_reversal", facts=facts, said=said)


def _authorized(cx: Context, kin: Family, form: Effectuation) -> str:
    """The authorization that carries it out: the one that the request has meanwhile got by its own
    approval, else a new one."""
    request = kin.request
    assert request is not None
    if request.state in engine.open_states("prior_auth"):
        raise StateRefused(
            f"{request.ref} is still open: approve it there first, then record it here.",
            source="state",
        )
    standing = _standing(cx, request, after=kin.case.id)
    if standing is not None and standing.effectuates_case_id is not None:
        return str(standing.number)
    if request.state == "approved" and standing is not None:
        cx.db.execute(
            update(Authorization)
            .where(Authorization.id == standing.id)
            .values(effectuates_case_id=kin.case.id)
            .execution_options(synchronize_session=False)
        )
        return str(standing.number)
    starts_on, ends_on = _window(cx, kin, form)
    return determinations.authorize(
        cx,
        request,
        determination_id=None,
        starts_on=starts_on,
        ends_on=ends_on,
        effectuates_case_id=kin.case.id,
    )


def _standing(cx: Context, request: ledger.Head, *, after: int) -> Any:
    """An authorization of this request that was issued since this case was opened, and stands: the
    request's own, or one by which another level gave everything; nothing is authorized twice."""
    opened = (
        select(CaseEvent.recorded_at)
        .where(CaseEvent.case_id == after, CaseEvent.seq == 1)
        .scalar_subquery()
    )
    return cx.db.execute(
        select(Authorization.id, Authorization.number, Authorization.effectuates_case_id)
        .outerjoin(Case, Case.id == Authorization.effectuates_case_id)
        .where(
            Authorization.case_id == request.id,
            Authorization.ended_on.is_(None),
            or_(Authorization.effectuates_case_id.is_(None), Case.outcome == "overturned"),
            Authorization.issued_at >= opened,
        )
        .order_by(Authorization.id.desc())
        .limit(1)
    ).one_or_none()


def _window(cx: Context, kin: Family, form: Effectuation) -> tuple[date, date]:
    decided = rulings.window_of(cx, kin.case.id) or (None, None)
    starts_on, ends_on = form.starts_on or decided[0], form.ends_on or decided[1]
    if starts_on is None or ends_on is None or starts_on > ends_on:
        raise Invalid(
            "An authorization needs its first and last day.",
            fields={"starts_on": "Enter the first day.", "ends_on": "Enter the last day."},
        )
    return starts_on, ends_on
