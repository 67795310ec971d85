"""The pages of the staff: desk, cases, steps, intake, rules, operation."""

from casework.web.staff import (
    acting,
    case_page,
    desk,
    intake,
    next_case,
    operation,
    reading_room,
    rules,
)
from casework.web.staff.blueprint import staff

__all__ = [
    "acting",
    "case_page",
    "desk",
    "intake",
    "next_case",
    "operation",
    "reading_room",
    "rules",
    "staff",
]
