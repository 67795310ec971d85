"""The pages of the staff: desk, cases, steps, intake, rules, operation."""

from casework.web.staff import (
    acting,
    case_page,
    contract_change,
    contracts,
    desk,
    escalations,
    intake,
    next_case,
    operation,
    reading_room,
    rule_cards,
    rules,
    what_if,
)
from casework.web.staff.blueprint import staff

__all__ = [
    "acting",
    "case_page",
    "contract_change",
    "contracts",
    "desk",
    "escalations",
    "intake",
    "next_case",
    "operation",
    "reading_room",
    "rule_cards",
    "rules",
    "staff",
    "what_if",
]
