"""What can be done with a case now: every trigger of its machine, open or with the reason why not.

The order of refusals is law, policy, state (decision 21). What a form will answer refuses nothing
here; it stands in `asks`.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from casework import ledger, policy
from casework.bridge import office_matters
from casework.context import Context
from casework.records import page_facts
from sla.values import Answer
from statemachines import engine


@dataclass(frozen=True)
class Choice:
    """One trigger: open, or refused with a sentence, its law or the name of the policy row."""

    trigger: str
    label: str
    open: bool
    sentence: str
    citation: str
    source: str
    by_hand: bool
    adverse: bool


def choices(
    cx: Context, case: Any, *, by_hand: Container[str], answer: Answer | None = None
) -> tuple[Choice, ...]:
    """Every trigger of the case's kind, in the order of the machine's table.

    `by_hand` are the triggers that a door offers; the others belong to the system. `answer` is what
    the clock engine says of the case, where it is at hand.
    """
    facts = page_facts.of(cx, case, answer=answer)
    adverse = engine.adverse_triggers(case.kind)
    return tuple(
        _choice(cx, case, facts, choice, by_hand=choice.trigger in by_hand, adverse=adverse)
        for choice in engine.allowed(case.kind, case.state, facts)
    )


def _choice(
    cx: Context, case: Any, facts: Any, choice: Any, *, by_hand: bool, adverse: Any
) -> Choice:
    sentence = citation = source = ""
    only_read = ledger.reads_only(cx.principal, restricted=case.restricted)
    by_guard, by_state = engine.refusals(case.kind, case.state, choice.trigger, facts)
    by_policy = policy.refusal(cx.principal, case.kind, choice.trigger)
    no_step = office_matters.refused(case, choice.trigger)
    if only_read:
        sentence, source = ledger.READS_ONLY, ledger.OPENED
    elif no_step:
        sentence, source = no_step, "dispute"
    elif by_guard is not None:
        sentence, citation, source = by_guard.sentence, by_guard.cite, "guard"
    elif by_policy is not None:
        sentence, source = by_policy.sentence, by_policy.source
    elif by_state is not None:
        sentence, citation, source = by_state.sentence, by_state.cite, "state"
    return Choice(
        trigger=choice.trigger,
        label=choice.label,
        open=not sentence,
        sentence=sentence,
        citation=citation,
        source=source,
        by_hand=by_hand,
        adverse=choice.trigger in adverse,
    )
