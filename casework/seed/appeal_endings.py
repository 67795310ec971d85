"""How an appeal of the seeded past ended: decided and told, carried out, or ended otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from casework.ledger import Said
from casework.ledger.scribe import Scribe
from casework.models import Obligation
from casework.records.appeal_opening import QUEUE
from casework.records.determinations import LineRuling, Words
from casework.records.obligations import CARRY_OUT, CARRY_OUT_WITHIN
from casework.seed import decisions, determinations
from casework.seed.appeals import Appeal, by_specialist
from casework.seed.requests import Request
from casework.seed.town import Person
from casework.services.appeal_decisions import OUTCOMES

LETTERS: Final = {
    "uphold": ("appeal_upheld", "adverse"),
    "overturn": ("appeal_overturned", "favorable"),
    "overturn_in_part": ("appeal_partly_overturned", "adverse"),
}
_DISCUSSED: Final = {
    "uphold": "A new doctor read the whole file and found the same: the criterion is not met.",
    "overturn": "A new doctor read the whole file. The new notes show that the criterion is met.",
    "overturn_in_part": "A new doctor read the whole file. The criterion is met for a part of it.",
}


def decide(appeal: Appeal, trigger: str, at: datetime) -> None:
    """The reviewer decides and signs; nobody is told yet."""
    scene, scribe, reviewer = appeal.scene, appeal.scribe, appeal.reviewer
    assert reviewer is not None
    outcome = OUTCOMES[trigger]
    scribe.step(
        trigger,
        at=scribe.no_earlier(at),
        by=reviewer.principal,
        facts=scene.deciding(
            reviewer,
            everything_considered=True,
            unread_papers=(),
            decision_discussed=True,
            new_evidence_used=False,
            **appeal.known(),
        ),
        text={"reason": "", "criterion": ""},
        sets={"outcome": outcome, "new_papers_at": None, "queue": QUEUE},
    )
    about = appeal.request.about
    words = Words(
        reason=about.reason if trigger != "overturn" else "",
        provision="Your plan book, chapter 4: the service must be medically needed.",
        standard="We compared the records with each point of the policy.",
        rationale=_DISCUSSED[trigger],
        considered=("The request with its notes", "The appeal", "The policy"),
    )
    appeal.determination_id = determinations.write(
        scene,
        scribe,
        reviewer,
        at=scribe.last_at or at,
        outcome=outcome,
        ground="clinical",
        rulings=rulings_of(appeal, trigger),
        words=words,
        criterion=about.criterion,
    )


def tell(appeal: Appeal, trigger: str, at: datetime) -> None:
    """The letter about the decision leaves."""
    code, kind = LETTERS[trigger]
    appeal.scene.tell(appeal.scribe, at, code, kind)


def owe_carrying_out(appeal: Appeal) -> None:
    """Where no rule of the contract times the carrying out, somebody owes it all the same."""
    scribe = appeal.scribe
    if scribe.answer().clock("effectuation") is not None:
        return
    decided_at = scribe.last_at or appeal.scene.now
    scribe.add(
        Obligation,
        kind=CARRY_OUT,
        says="Carry out what the appeal gave: authorize or pay it, and record the proof.",
        cause_seq=scribe.head.event_seq,
        owner_id=scribe.head.assignee_id,
        owner_role="ag_specialist",
        due_at=decided_at + CARRY_OUT_WITHIN,
        raised_at=decided_at,
    )


def effectuate(appeal: Appeal, at: datetime) -> None:
    """What was given is authorized; the request has its authorization, the appeal its end."""
    carry_out(appeal.request, appeal.scribe, appeal.specialist, at, other_step_open=False)
    appeal.scene.tell(appeal.scribe, at, "effectuated")


def carry_out(
    request: Request, scribe: Scribe, by: Person, at: datetime, *, other_step_open: bool | None
) -> None:
    """The reversal that stands on this case is carried out on the request, in one stroke."""
    scene = request.scene
    at = scribe.no_earlier(request.scribe.no_earlier(at))
    rulings = decisions.all_approved(request)
    proof = determinations.authorize(
        scene, request.scribe, rulings, at, determination_id=None, effectuates=scribe.id
    )
    scribe.step(
        "effectuate",
        at=at,
        by=by.principal,
        facts=scene.acting(
            by, carried_out_proof=proof, still_to_carry_out=0, other_step_open=other_step_open
        ),
        said=Said(more={"proof": proof}),
    )
    request.scribe.step(
        "carry_out_reversal",
        at=at,
        by=by.principal,
        facts=scene.acting(by, carried_out_proof=proof, reversal_stands=True),
        said=Said(more={"proof": proof, "of_case": scribe.head.ref}),
    )


def rulings_of(appeal: Appeal, trigger: str) -> Sequence[LineRuling]:
    """What a decision against the denial gives, line by line."""
    given = decisions.all_approved(appeal.request)
    if trigger == "overturn":
        return given
    refused = decisions.all_denied(appeal.request)
    if trigger == "uphold":
        return refused
    return [replace(given[0], result="approved_other"), *refused[1:]]


def withdraw(appeal: Appeal, at: datetime) -> None:
    """The filer takes it back."""
    scene, filer = appeal.scene, appeal.filer
    appeal.scribe.step(
        "withdraw",
        at=appeal.scribe.no_earlier(at),
        by=filer,
        facts=scene.of(filer, withdrawal_by_party=True),
        text={"reason": "The matter was settled with the office.", "asked_by": "the member"},
        sets={"outcome": "withdrawn"},
    )
    scene.tell(appeal.scribe, at, "appeal_withdrawn")


def dismiss(appeal: Appeal, at: datetime, told_at: datetime) -> None:
    """There is nothing to appeal: the service was approved meanwhile."""
    evidence = "A newer request for the same service was approved."
    by_specialist(
        appeal,
        "dismiss",
        at,
        said=Said(ground="nothing_to_appeal"),
        text={"evidence": evidence, "duplicate_of": ""},
        sets={"outcome": "dismissed"},
        dismissal_ground="nothing_to_appeal",
        evidence=evidence,
    )
    appeal.scene.tell(appeal.scribe, told_at, "appeal_dismissed", "dismissal")


def convert(appeal: Appeal, at: datetime, category: str) -> None:
    """It disputes no decision: it goes on as a grievance."""
    reason = "It tells how long the wait was; it disputes no decision."
    by_specialist(
        appeal,
        "convert",
        at,
        said=Said(more={"category": category}),
        text={"reason": reason},
        sets={"outcome": "converted"},
        disputes_decision=False,
        reason=reason,
    )


def join(later: Appeal, earlier: Appeal, at: datetime) -> None:
    """The two are one: the later one ends in the earlier."""
    reason = "The letter repeats what was said on the phone."
    by_specialist(
        later,
        "merge",
        at,
        said=Said(more={"into_case": earlier.scribe.head.ref}),
        text={"reason": reason},
        sets={"outcome": "merged"},
        same_member=True,
        same_kind=True,
        same_matter=True,
        other_open=True,
        review_outside=False,
        reason=reason,
    )
    joined_at = later.scribe.last_at or at
    earlier.scribe.observe(
        "case_taken_in",
        at=earlier.scribe.no_earlier(joined_at),
        by=later.specialist.principal,
        said=Said(more={"from_case": later.scribe.head.ref}),
        text={"reason": reason},
        sets={"new_papers_at": joined_at},
    )
