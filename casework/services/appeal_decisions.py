"""Deciding an appeal, forwarding it, and carrying out what it gave.

Every deciding step repeats the independence of the one who decides (decision 17). An upheld
Medicare appeal goes to the review entity at once, by the plan itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import update

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.bridge import office_matters
from casework.context import SYSTEM, Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import Appeal
from casework.records import (
    appeal_facts,
    considered,
    deciders,
    determinations,
    dispute_opening,
    dispute_rulings,
    obligations,
    reversals,
    review_opening,
    rulings,
    series,
)
from casework.records.answers import Done, done
from casework.records.appeal_opening import QUEUE
from casework.records.determinations import LineRuling, Words
from casework.records.forms import asks
from casework.records.reversals import Effectuation
from casework.records.series import Family
from statemachines.facts import Facts

OUTCOMES: Final = {"uphold": "upheld", "overturn": "overturned", "overturn_in_part": "partial"}
_RULED: Final[dict[str, Callable[..., tuple[LineRuling, ...]]]] = {
    "uphold": rulings.upheld,
    "overturn": rulings.overturned,
    "overturn_in_part": rulings.in_part,
}


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The decision of an appeal. `words.rationale` is its discussion, `words.considered` what was
    looked at; `lines` only where it differs from what was asked or why it was denied."""

    words: Words = field(metadata=asks("The decision in words"))
    everything_considered: bool = field(
        default=False, metadata=asks("Everything that was submitted was considered")
    )
    attested: bool = field(
        default=False, metadata=asks("I attest expertise in this kind of service")
    )
    lines: tuple[LineRuling, ...] = field(default=(), metadata=asks("Line by line"))
    criterion: str = field(default="", metadata=asks("Criterion that was applied"))
    expert_id: int | None = field(
        default=None, metadata=asks("Professional who was consulted", hint="Marketplace")
    )
    new_evidence_used: bool = field(
        default=False, metadata=asks("It relies on evidence or a rationale that is new")
    )


@command
def uphold(cx: Context, ref: str, seen: int | None, form: Resolution) -> Done:
    """Leave the denial as it was; on Medicare the appeal is forwarded in the same transaction."""
    return _decide(cx, ref, seen, form, trigger="uphold")


@command
def overturn(cx: Context, ref: str, seen: int | None, form: Resolution) -> Done:
    """Give everything that was denied."""
    return _decide(cx, ref, seen, form, trigger="overturn")


@command
def overturn_in_part(cx: Context, ref: str, seen: int | None, form: Resolution) -> Done:
    """Give some of it; the rest stays denied, with its reasons and the next right."""
    return _decide(cx, ref, seen, form, trigger="overturn_in_part")


@command
def forward(cx: Context, ref: str, seen: int | None) -> Done:
    """Forward a Medicare appeal to the review entity: also one whose time ran out undecided."""
    kin, facts = _taken(cx, ref)
    if no_step := office_matters.refused(kin.case, "forward"):
        raise StateRefused(no_step, source="dispute")
    ledger.permit(cx, kin.case, "forward", facts, seen=seen)
    told, changes = review_opening.forwarding(cx, kin, facts)
    recorded = ledger.record(cx, changes)
    review = review_opening.forwarded(cx, kin, told, recorded)
    return done(recorded[0], {"external_review": review})


@command
def effectuate(cx: Context, ref: str, seen: int | None, form: Effectuation) -> Done:
    """Carry out what the appeal gave, with its proof; the denied request gets its authorization in
    the same transaction."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, carried_out_proof="pending", still_to_carry_out=form.remaining)
    ledger.permit(cx, kin.case, "effectuate", facts, seen=seen)
    reversals.require_once(cx, kin.case)
    payment = facts.about == "payment"
    changes, proof = reversals.carry_out(cx, kin, form, facts, payment=payment)
    recorded = ledger.record(cx, changes)
    reversals.settled(cx, kin, form)
    return done(recorded[0], {"payment" if payment else "authorization": proof})


def _decide(cx: Context, ref: str, seen: int | None, form: Resolution, *, trigger: str) -> Done:
    kin, facts = _taken(cx, ref)
    facts = appeal_facts.of_reviewer(
        cx,
        kin.case,
        facts,
        user_id=cx.principal.id,
        attested=form.attested,
        expert_id=form.expert_id,
    )
    facts = replace(
        facts,
        everything_considered=form.everything_considered,
        unread_papers=considered.unread(cx, kin.case, user_id=cx.principal.id),
        decision_discussed=bool(form.words.rationale.strip()),
        new_evidence_used=form.new_evidence_used,
    )
    ledger.permit(cx, kin.case, trigger, facts, seen=seen)
    _require_words(facts, form, trigger=trigger, own_dispute=bridge.is_dispute(kin.case))
    ruled = _ruled(cx, kin, form, trigger=trigger)
    obligations.settle(cx, kin.case, {obligations.OTHER_REVIEWER})
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=kin.case,
                trigger=trigger,
                facts=facts,
                text={"reason": form.words.reason, "criterion": form.criterion},
                sets={"outcome": OUTCOMES[trigger], "new_papers_at": None, "queue": _queue(kin)},
            )
        ],
    )
    determinations.write(
        cx,
        recorded.case,
        deciders.by_user(cx, kin.case, attested=form.attested),
        outcome=OUTCOMES[trigger],
        ground=appeal_facts.ground_of(cx, series.detail_of(cx, kin.case)),
        rulings=ruled,
        words=form.words,
        criterion=form.criterion,
        frozen=determinations.frozen_versions(cx, kin.case) | _considered(cx, kin),
    )
    _name_the_reviewer(cx, kin)
    return _follow(cx, kin, recorded, line=facts.line)


def _queue(kin: Family) -> str:
    return dispute_opening.QUEUE if bridge.is_dispute(kin.case) else QUEUE


def _ruled(cx: Context, kin: Family, form: Resolution, *, trigger: str) -> tuple[LineRuling, ...]:
    """Line by line: of the request that is disputed, or of the claim."""
    if bridge.is_dispute(kin.case):
        return dispute_rulings.ruled(cx, kin.case, trigger, form.lines, words=form.words)
    return _RULED[trigger](cx, kin, form.lines)


def _considered(cx: Context, kin: Family) -> dict[str, Any]:
    """What the decision keeps of the papers that its author read."""
    readings = considered.readings_of(cx, kin.case)
    return {"considered": considered.kept_with_decision(readings, user_id=cx.principal.id)}


def _name_the_reviewer(cx: Context, kin: Family) -> None:
    cx.db.execute(
        update(Appeal)
        .where(Appeal.case_id == kin.case.id)
        .values(reviewer_id=cx.principal.id)
        .execution_options(synchronize_session=False)
    )


def _follow(cx: Context, kin: Family, recorded: ledger.Recorded, *, line: str) -> Done:
    """What a decision makes owed at once: the forward (Medicare), the carrying out."""
    if recorded.event != "upheld":
        _owe_carrying_out(cx, recorded)
    if recorded.event == "overturned":
        reversals.owe_end_of_review(cx, recorded)
    own_dispute = bridge.is_dispute(recorded.case)
    if recorded.event == "overturned" or line != "medicare" or own_dispute:
        return done(recorded)
    decided = replace(kin, case=recorded.case)
    facts = known.of_case(cx, recorded.case, Facts())
    told, changes = review_opening.forwarding(cx, decided, facts, actor=SYSTEM)
    on = ledger.record(cx, changes)
    review = review_opening.forwarded(cx, decided, told, on)
    return done(on[0], {"external_review": review})


def _owe_carrying_out(cx: Context, recorded: ledger.Recorded) -> None:
    """Where no rule of the contract times the carrying out, somebody owes it all the same."""
    if bridge.standing_answer(cx, recorded.case).clock("effectuation") is not None:
        return
    obligations.owe(
        cx,
        recorded.case,
        obligations.CARRY_OUT,
        "Carry out what the appeal gave: authorize or pay it, and record the proof.",
        due_at=cx.now + obligations.CARRY_OUT_WITHIN,
        cause_seq=recorded.seq,
    )


def _require_words(facts: Facts, form: Resolution, *, trigger: str, own_dispute: bool) -> None:
    """What the notice of this line must say and only the reviewer knows. Raises Invalid."""
    if trigger == "overturn":
        return
    missing = {}
    if facts.is_clinical and not form.attested:
        missing["attested"] = "Attest your expertise: a denial on a clinical ground stays so."
    if facts.line == "marketplace" and not own_dispute:
        missing |= {
            f"words/{name}": sentence
            for name, sentence in _MARKETPLACE.items()
            if not getattr(form.words, name)
        }
    if missing:
        raise Invalid("The decision letter needs more words.", fields=missing)


# 45 CFR 147.136(b)(3)(ii)(E)(3); 29 CFR 2560.503-1(j)(1)-(5).
_MARKETPLACE: Final = {
    "considered": "List what was looked at.",
    "provision": "Name the plan provision that the decision rests on.",
    "standard": "Describe the standard that was used.",
}


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="appeal")
    return kin, appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))
