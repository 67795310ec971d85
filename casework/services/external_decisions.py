"""What the body outside decided, carried out by the plan; and the plan's own reversal meanwhile.

The plan does not decide here: it records the body's decision with its reference and day, which
binds it, and carries it out (42 CFR 438.424(a); 422.618(b), 422.619(b); 45 CFR 147.136(d)(2)(iv)).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import Appeal, ExternalReview, ReviewOrganization
from casework.records import (
    deciders,
    determinations,
    obligations,
    reversals,
    review_facts,
    rulings,
    series,
)
from casework.records.answers import Done, done
from casework.records.determinations import LineRuling, Words
from casework.records.forms import asks
from casework.records.reversals import Effectuation
from casework.records.series import Family
from statemachines.facts import Facts

OUTCOMES: Final = {"uphold": "upheld", "overturn": "overturned", "overturn_in_part": "partial"}
_RULED: Final = {
    "uphold": rulings.upheld,
    "overturn": rulings.overturned,
    "overturn_in_part": rulings.in_part,
}
# How the clock engine names who orders the plan to carry out a reversal.
_ORDERED_BY: Final = {"iro": "iro", "ire": "ire", "state_fair_hearing": "fair_hearing"}
_NAMES: Final = {
    "iro": "Independent review organization",
    "ire": "Independent review entity",
    "state_fair_hearing": "State fair hearing",
}


@dataclass(frozen=True, kw_only=True)
class BodyDecision:
    """The body's own decision: its reference, when it was made and when it reached us. `lines` only
    where it is in part, or where nothing was refused line by line before."""

    reference: str = field(metadata=asks("Reference of the body's decision", most=80))
    decided_at: datetime = field(metadata=asks("Decided"))
    received_at: datetime | None = field(default=None, metadata=asks("Received by us"))
    rationale: str = field(default="", metadata=asks("What it says", long=True))
    lines: tuple[LineRuling, ...] = field(default=(), metadata=asks("Line by line"))


@dataclass(frozen=True, kw_only=True)
class OwnReversal:
    """Why the plan reverses its whole denial while the body still has the case."""

    reason: str = field(metadata=asks("Why the plan reverses itself", long=True))
    whole: bool = field(metadata=asks("The whole denial is reversed"))


@command
def uphold(cx: Context, ref: str, seen: int | None, form: BodyDecision) -> Done:
    """Record that the body left the denial as it was."""
    return _decided(cx, ref, seen, form, trigger="uphold")


@command
def overturn(cx: Context, ref: str, seen: int | None, form: BodyDecision) -> Done:
    """Record that the body gave everything; the order to carry it out starts its clock."""
    return _decided(cx, ref, seen, form, trigger="overturn")


@command
def overturn_in_part(cx: Context, ref: str, seen: int | None, form: BodyDecision) -> Done:
    """Record that the body gave some of it; that part is to be carried out."""
    return _decided(cx, ref, seen, form, trigger="overturn_in_part")


@command
def record_dismissal(cx: Context, ref: str, seen: int | None, form: BodyDecision) -> Done:
    """Record that the body dismissed the request without deciding it."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, body_decision=form.reference)
    ledger.permit(cx, kin.case, "record_dismissal", facts, seen=seen)
    _require_past(cx, form)
    _keep_reference(cx, kin, form)
    change = ledger.Change(
        case=kin.case,
        trigger="record_dismissal",
        facts=facts,
        occurred_at=form.decided_at,
        text={"reference": form.reference, "says": form.rationale},
        sets={"outcome": "dismissed"},
    )
    return done(ledger.record(cx, [change])[0])


@command
def terminate_by_reversal(cx: Context, ref: str, seen: int | None, form: OwnReversal) -> Done:
    """End the review because the plan reverses its whole denial; the claimant and the body are told
    within one business day (45 CFR 147.136(c)(2)(x), (d)(2)(iii)(B)(4))."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, plan_reversed=form.whole and bool(form.reason.strip()))
    ledger.permit(cx, kin.case, "terminate_by_reversal", facts, seen=seen)
    ruled = rulings.overturned(cx, kin, ())
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=kin.case,
                trigger="terminate_by_reversal",
                facts=facts,
                text={"reason": form.reason},
                sets={"outcome": "overturned"},
            )
        ],
    )
    determinations.write(
        cx,
        recorded.case,
        deciders.by_user(cx, kin.case, attested=False),
        outcome="overturned",
        ground="external",
        rulings=ruled,
        words=Words(rationale=form.reason),
        frozen=determinations.frozen_versions(cx, kin.case),
    )
    obligations.settle(cx, recorded.case, {obligations.END_REVIEW})
    _owe_after_reversal(cx, recorded)
    return done(recorded)


@command
def effectuate(cx: Context, ref: str, seen: int | None, form: Effectuation) -> Done:
    """Carry out what the body ordered, or the plan's own reversal; the request gets its
    authorization in the same transaction."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, carried_out_proof="pending", still_to_carry_out=form.remaining)
    ledger.permit(cx, kin.case, "effectuate", facts, seen=seen)
    reversals.require_once(cx, kin.case)
    payment = _about_payment(cx, kin)
    changes, proof = reversals.carry_out(cx, kin, form, facts, payment=payment)
    recorded = ledger.record(cx, changes)
    reversals.settled(cx, kin, form)
    return done(recorded[0], {"payment" if payment else "authorization": proof})


def _decided(cx: Context, ref: str, seen: int | None, form: BodyDecision, *, trigger: str) -> Done:
    kin, facts = _taken(cx, ref)
    facts = replace(facts, body_decision=form.reference)
    ledger.permit(cx, kin.case, trigger, facts, seen=seen)
    _require_past(cx, form)
    ruled = _RULED[trigger](cx, kin, form.lines)
    recorded = ledger.record(cx, _changes(cx, kin, facts, form, trigger=trigger))
    determinations.write(
        cx,
        replace(recorded[0].case, event_seq=recorded[0].seq),
        deciders.by_body(_name_of_body(cx, kin, facts.body)),
        outcome=OUTCOMES[trigger],
        ground="external",
        rulings=ruled,
        words=Words(rationale=form.rationale),
        criterion=form.reference,
        decided_at=form.decided_at,
        frozen=determinations.frozen_versions(cx, kin.case),
    )
    _keep_reference(cx, kin, form)
    return done(recorded[0])


def _changes(
    cx: Context, kin: Family, facts: Facts, form: BodyDecision, *, trigger: str
) -> list[ledger.Change]:
    """The body's decision on the day it was made; what it gave, ordered when it reached us."""
    decided = ledger.Change(
        case=kin.case,
        trigger=trigger,
        facts=facts,
        occurred_at=form.decided_at,
        text={"reference": form.reference, "says": form.rationale},
        sets={"outcome": OUTCOMES[trigger]},
    )
    if trigger == "uphold":
        return [decided]
    ordered = ledger.Change(
        case=kin.case,
        observation="effectuation_ordered",
        occurred_at=form.received_at or cx.now,
        said=ledger.Said(by=_ORDERED_BY[facts.body]),
    )
    return [decided, ordered]


def _require_past(cx: Context, form: BodyDecision) -> None:
    for name in ("decided_at", "received_at"):
        at = getattr(form, name)
        if at is not None and at > cx.now:
            raise Invalid("That lies in the future.", fields={name: "Enter when it happened."})


def _keep_reference(cx: Context, kin: Family, form: BodyDecision) -> None:
    cx.db.execute(
        update(ExternalReview)
        .where(ExternalReview.case_id == kin.case.id)
        .values(reference=form.reference[:80])
        .execution_options(synchronize_session=False)
    )


def _name_of_body(cx: Context, kin: Family, body: str) -> str:
    name = cx.db.execute(
        select(ReviewOrganization.name)
        .join(ExternalReview, ExternalReview.review_organization_id == ReviewOrganization.id)
        .where(ExternalReview.case_id == kin.case.id)
    ).scalar()
    return str(name or _NAMES[body])


def _about_payment(cx: Context, kin: Family) -> bool:
    if kin.about is None or kin.about.kind != "appeal":
        return False
    found = cx.db.execute(
        select(Appeal.dispute_about).where(Appeal.case_id == kin.about.id)
    ).scalar()
    return found == "payment"


def _owe_after_reversal(cx: Context, recorded: ledger.Recorded) -> None:
    """The letter tells claimant and body; the reversal is to be carried out, by the day that it
    prints, and no clock of the review times that."""
    obligations.owe(
        cx,
        recorded.case,
        obligations.CARRY_OUT,
        "Carry out the plan's own reversal: authorize or pay it, and record the proof.",
        due_at=cx.now + obligations.CARRY_OUT_WITHIN,
        cause_seq=recorded.seq,
    )


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="external_review")
    return kin, review_facts.of_review(cx, kin.case, known.of_case(cx, kin.case))
