"""How a review outside the plan ended: the body decided, the claimant or the plan gave in."""

from datetime import datetime, timedelta
from typing import Final

from casework.ledger import Said
from casework.records.determinations import Words
from casework.seed import determinations
from casework.seed.appeal_endings import carry_out, rulings_of
from casework.seed.reviews import Review, take_step
from casework.services.appeal_decisions import OUTCOMES

ORDERED_BY: Final = {"iro": "iro", "ire": "ire", "state_fair_hearing": "fair_hearing"}
NAMES: Final = {
    "iro": "Independent review organization",
    "ire": "Independent Review Entity",
    "state_fair_hearing": "Bureau of State Hearings",
}


def decide(review: Review, trigger: str, at: datetime) -> None:
    """The body's decision reaches us; where it gives something, it orders the plan."""
    scene, scribe = review.scene, review.scribe
    reference = f"{review.body.upper()}-{scribe.id:06d}"
    review.row["reference"] = reference
    take_step(
        review,
        trigger,
        at,
        text={"reference": reference, "says": ""},
        sets={"outcome": OUTCOMES[trigger]},
        body_decision=reference,
    )
    decided_at = scribe.last_at or at
    determinations.write(
        scene,
        scribe,
        None,
        at=decided_at,
        outcome=OUTCOMES[trigger],
        ground="external",
        rulings=rulings_of(review.appeal, trigger),
        words=Words(rationale="The body read the file and the law of the plan."),
        criterion=reference,
        body=NAMES[review.body],
    )
    if trigger != "uphold":
        by = review.specialist.principal
        said = Said(by=ORDERED_BY[review.body])
        scribe.observe("effectuation_ordered", at=decided_at, by=by, said=said)
    scene.tell(scribe, decided_at + timedelta(minutes=2), "external_review_decided")


def effectuate(review: Review, at: datetime) -> None:
    """What the body ordered is carried out."""
    carry_out(review.appeal.request, review.scribe, review.specialist, at, other_step_open=None)
    review.scene.tell(review.scribe, at, "effectuated")


def withdraw(review: Review, at: datetime) -> None:
    """The claimant takes it back."""
    filer = review.filer
    review.scribe.step(
        "withdraw",
        at=review.scribe.no_earlier(at),
        by=filer,
        facts=review.scene.of(filer, withdrawal_by_party=True),
        text={"reason": "The treatment is no longer wanted.", "asked_by": "the member"},
        sets={"outcome": "withdrawn"},
    )


def terminate(review: Review, at: datetime) -> None:
    """The plan reverses itself while the body has the case."""
    reason = "New records show that the criterion is met."
    take_step(
        review,
        "terminate_by_reversal",
        at,
        text={"reason": reason},
        sets={"outcome": "overturned"},
        plan_reversed=True,
    )
    determinations.write(
        review.scene,
        review.scribe,
        review.specialist,
        at=review.scribe.last_at or at,
        outcome="overturned",
        ground="external",
        rulings=rulings_of(review.appeal, "overturn"),
        words=Words(rationale=reason),
    )
