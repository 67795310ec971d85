"""Opening a restricted case with a reason: the grounds, how long, and the words that are bound to
the row. Who may do so is policy; which cases open so the database says.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from casework import ledger
from casework.context import Principal
from casework.integrity.access import ALARM, UNSETTLED, says_of
from casework.models import EmergencyAccess
from casework.records.queue_rules import DESK_ZONE
from sla.calendars import end_of_day, local_day, plus_business_days

__all__ = [
    "ALARM",
    "CONFIRMED",
    "DOUBTED",
    "FEWEST",
    "FEWEST_MINUTES",
    "GROUNDS",
    "MINUTES",
    "MOST",
    "MOST_MINUTES",
    "NOTICE",
    "RECENT",
    "REVIEW_DAYS",
    "UNSETTLED",
    "VERDICTS",
    "WRONG",
    "lasts",
    "place",
    "proved",
    "review_is_late",
    "says_of",
    "sees_by_reason",
    "stands",
]

# For how many minutes a case opens, in the workflow of its contract; the wall knows the most.
MINUTES: Final = "restricted_minutes"
FEWEST_MINUTES, MOST_MINUTES = 5, 60
MOST: Final = timedelta(minutes=MOST_MINUTES)
# Whoever opens one showed a short while ago who he is: an open screen is no proof.
RECENT: Final = timedelta(minutes=5)
# Business days of the desk in which compliance looks at an opening; after that the right to open
# another rests (the plan's own policy: nothing that nobody looks at becomes a habit).
REVIEW_DAYS: Final = 2
FEWEST: Final = 20  # characters of a reason
GROUNDS: Final[Mapping[str, str]] = {
    "emergency": "A medical emergency of the member",
    "deadline": "A decision is due now, and whoever takes it must be found and told",
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
    reason: then he reads it."""
    return ledger.reads_only(principal, restricted=restricted)


def lasts(workflow: Mapping[str, Any]) -> timedelta:
    """For how long a case of a contract with this workflow opens."""
    return timedelta(minutes=min(int(workflow.get(MINUTES, MOST_MINUTES)), MOST_MINUTES))


def stands(wall: datetime) -> tuple[Any, ...]:
    """The conditions under which an opening holds at this instant of the wall clock, as the wall of
    the database has them."""
    return (
        EmergencyAccess.closed_at.is_(None),
        EmergencyAccess.closes_at > wall,
        EmergencyAccess.since > wall - MOST,
    )


def proved(at: datetime | None, *, wall: datetime) -> bool:
    """Whether what was shown at this instant of the wall clock is recent enough now."""
    return at is not None and timedelta(0) <= wall - at <= RECENT


def review_is_late(since: datetime, *, wall: datetime) -> bool:
    """Whether the review of what was opened at this instant of the wall clock is overdue now."""
    last = plus_business_days(local_day(since, DESK_ZONE), REVIEW_DAYS)
    return wall >= end_of_day(last, DESK_ZONE)


def place(case_id: int, what: str) -> str:
    """What the sealed words of an opening are bound to: `reason` or `review`."""
    return f"emergency_access:{case_id}:{what}"
