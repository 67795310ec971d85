"""What a provider has with the plan in its own right: how such a case is known, and its clock.

A dispute about payment runs on the contract between the plan and its providers, not on the law of
member appeals: one limit, written on its first event when it came, shown as policy.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sla.rulefile import read_rule
from sla.rules import RuleBook, book_of
from sla.values import Answer, Clock, Contract, Subject

DISPUTE: Final = "dispute"  # `about` of the case
LIMIT: Final = "dispute_days"  # of the contract's workflow, and on the first event
WINDOW: Final = "dispute_window_days"
LEVELS: Final = "dispute_levels"
DEFAULTS: Final = {LIMIT: 60, WINDOW: 180, LEVELS: 2}
LAYER: Final = "policy"
RULE: Final = "POLICY-DISPUTE"
OFFICES: Final = ("provider", "physician")
_CITATION: Final = "Policy of the contract: disputes of providers about payment"
_ADOPTED: Final = "owner"


# Steps of the member's appeal that a provider's own dispute does not have, and why.
NO_STEPS: Final = {
    "forward": "A provider's own dispute runs on its contract: no Medicare appeal is forwarded.",
    "continue_benefits": "A provider's own dispute is about money: no care goes on by it.",
}


def refused(case: Any, trigger: str) -> str:
    """Why this case has no such step, because it is a provider's own dispute; else empty."""
    return NO_STEPS.get(trigger, "") if is_dispute(case) else ""


def is_dispute(case: Any) -> bool:
    """Whether this case is a provider's own dispute about payment."""
    return bool(case.about == DISPUTE)


def is_of_an_office(kind: str, about: str, filed_by: str) -> bool:
    """Whether a case is a matter of an office itself: its dispute, its complaint about the plan."""
    return about == DISPUTE or (kind == "grievance" and filed_by in OFFICES)


def whose(kind: str, about: str, filed_by: str) -> str:
    """`office` for such a matter, empty for the member's: by it the catalogue knows its letters."""
    return "office" if is_of_an_office(kind, about, filed_by) else ""


def term(workflow: Mapping[str, Any], name: str) -> int:
    """What this contract says of its disputes: LIMIT, WINDOW (days) or LEVELS."""
    return int(workflow.get(name, DEFAULTS[name]))


def on_its_terms(
    contract: Contract, subject: Subject, rows: Sequence[Any]
) -> tuple[Contract, Subject, RuleBook]:
    """What a dispute is computed with: the one rule that its first event names, and no law."""
    days = _days(rows)
    plain = replace(subject, about="other", priority="standard", timing="post_service")
    return replace(contract, layers=(_ADOPTED,)), plain, _book(days)


def as_policy(answer: Answer) -> Answer:
    """The same answer with its rule shown as what it is: policy of the contract."""
    return replace(answer, clocks=tuple(_as_policy(clock) for clock in answer.clocks))


def _as_policy(clock: Clock) -> Clock:
    return replace(
        clock,
        candidates=tuple(
            replace(each, terms=replace(each.terms, layer=LAYER, tag=""))
            if each.terms.id == RULE
            else each
            for each in clock.candidates
        ),
    )


def _days(rows: Sequence[Any]) -> int:
    facts = next((row.facts for row in rows if row.event == "received"), "{}")
    return int(json.loads(facts).get(LIMIT, DEFAULTS[LIMIT]))


@lru_cache(maxsize=64)
def _book(days: int) -> RuleBook:
    block = {
        "id": RULE,
        "version": 1,
        "clock": "decision",
        "line": ["medicaid", "marketplace", "medicare"],
        "when": {"kind": ["appeal"]},
        "limit": f"{days} calendar days",
        "anchor": "received",
        "citation": _CITATION,
        "tag": "P",
        "source": "the contract version",
        "checked": date(2026, 11, 22),
    }
    return book_of([read_rule(_ADOPTED, block, "dispute")])
