"""Opening a restricted case with a reason: the grounds, how long, and the words that are bound to
the row. Who may do so is policy; which cases open so the database says.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from casework.context import Principal
from casework.integrity.access import ALARM, UNSETTLED, says_of

__all__ = [
    "ALARM",
    "CONFIRMED",
    "DOUBTED",
    "FEWEST",
    "GROUNDS",
    "LASTS",
    "NOTICE",
    "UNSETTLED",
    "VERDICTS",
    "WRONG",
    "place",
    "says_of",
    "sees_by_reason",
]

LASTS: Final = timedelta(hours=4)
FEWEST: Final = 20  # characters of a reason
GROUNDS: Final[Mapping[str, str]] = {
    "emergency": "A medical emergency of the member",
    "deadline": "A decision is due now, and nobody with the right is here",
    "member_calls": "The member, or who speaks for the member, is on the telephone",
    "authority": "A court or an authority asks, and cannot wait",
}
# What compliance may say of it; one that is doubted is looked into until it is one of the others.
CONFIRMED, DOUBTED, WRONG = "confirmed", "doubted", "wrong"
VERDICTS: Final[Mapping[str, str]] = {
    CONFIRMED: "It was right",
    DOUBTED: "I doubt it: it is being looked into, and is closed now",
    WRONG: "It was not right: what the law asks after that begins (45 CFR 164.402)",
}
NOTICE: Final = "restricted_opened"


def sees_by_reason(principal: Principal, *, restricted: bool) -> bool:
    """Whether this person of the staff sees a restricted case only because he opened it with a
    reason: then it cannot become his work."""
    return restricted and not principal.restricted and principal.reach == "contracts"


def place(case_id: int, what: str) -> str:
    """What the sealed words of an opening are bound to: `reason` or `review`."""
    return f"emergency_access:{case_id}:{what}"
