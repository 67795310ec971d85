"""What follows a review: the day on which a stay is looked at again, and a hand-over to care
management. Each becomes a task with a day, owned by who has the case.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from casework import bridge, ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.records import obligations, observing
from casework.records.answers import Done, done
from casework.records.forms import asks
from sla.calendars import local_day, zone

REVIEW: Final = "review_stay"
CARE: Final = "care_management"
CARE_WITHIN: Final = timedelta(days=2)
LONGEST: Final = timedelta(days=366)
PROGRAMS: Final = {
    "care_management": "care management",
    "behavioral_health": "behavioral health care management",
    "maternity": "maternity care management",
    "transition": "transition of care after discharge",
}


@dataclass(frozen=True, kw_only=True)
class NextReview:
    """On which day the stay is reviewed again, how many days are approved until then, and what is
    to be seen."""

    on: date = field(metadata=asks("Next review on"))
    days: int = field(metadata=asks("Days approved until then"))
    what: str = field(default="", metadata=asks("What is to be seen", most=200))


@dataclass(frozen=True, kw_only=True)
class CareReferral:
    """To which program the member is referred, and why."""

    program: Literal["care_management", "behavioral_health", "maternity", "transition"] = field(
        default="care_management", metadata=asks("To which program")
    )
    reason: str = field(metadata=asks("Why", hint="The program reads it", long=True, most=2000))


@command
def plan_next_review(cx: Context, ref: str, seen: int | None, form: NextReview) -> Done:
    """Plan the next review of a stay; the day becomes a task, and an earlier one ends. Raises
    StateRefused for a request that is no stay underway, Invalid for a day that does not fit."""
    case = observing.take(cx, ref, "plan_next_review", seen=seen)
    if case.timing != "concurrent":
        raise StateRefused(
            f"{case.ref} is no care that is underway: only such a stay is reviewed again.",
            source="state",
        )
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    today = local_day(cx.now, where)
    if not today < form.on <= today + LONGEST:
        raise Invalid("The next review lies ahead.", fields={"on": "Enter a day after today."})
    if not 1 <= form.days <= LONGEST.days:
        raise Invalid("Days are approved.", fields={"days": "Enter 1 to 366."})
    obligations.settle(cx, case, [REVIEW])
    said = ledger.Said(more={"next_review": form.on.isoformat(), "stay_days": form.days})
    change = ledger.Change(
        case=case,
        observation="next_review_planned",
        said=said,
        text={"what": form.what} if form.what else {},
    )
    [recorded] = ledger.record(cx, [change])
    obligations.owe(
        cx,
        recorded.case,
        REVIEW,
        f"Review the stay again: {form.days} days were approved until then.",
        due_at=datetime.combine(form.on, time(17), where).astimezone(UTC),
        cause_seq=recorded.seq,
    )
    return done(recorded)


@command
def refer_to_care(cx: Context, ref: str, seen: int | None, form: CareReferral) -> Done:
    """Refer the member to a program; handing it over becomes a task of two days. No clock of the
    case moves, and nobody outside is told. Raises Invalid without a reason."""
    case = observing.take(cx, ref, "refer_to_care", seen=seen)
    if not form.reason.strip():
        raise Invalid("Say why.", fields={"reason": "Write why the program is to help."})
    change = ledger.Change(
        case=case,
        observation="care_referred",
        said=ledger.Said(more={"program": PROGRAMS[form.program]}),
        text={"reason": form.reason},
    )
    [recorded] = ledger.record(cx, [change])
    obligations.owe(
        cx,
        recorded.case,
        CARE,
        f"Hand the referral over to {PROGRAMS[form.program]}.",
        due_at=cx.now + CARE_WITHIN,
        cause_seq=recorded.seq,
    )
    return done(recorded)
