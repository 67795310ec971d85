"""Staffing studies to read, and what the form starts with: the house as it was measured lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Forecast, StaffingStudy
from casework.records import house_measures
from casework.staffing import answer
from casework.staffing.answer import Tried

MOST_LISTED: Final = 20
# Hours kept back of a limit for the steps after the nurse: the physician and the letter.
KEPT_BACK: Final = 24.0
AWAY_ASSUMED: Final = 0.1
_LIMITS: Final = {"standard": 14 * 24.0, "expedited": 72.0}


@dataclass(frozen=True)
class Study:
    """One study: what was asked by whom, how far it came, what the runs gave so far."""

    id: int
    asked: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    state: str
    seen: int
    total: int
    rows: tuple[Tried, ...]
    weeks: int
    error: str

    @property
    def running(self) -> bool:
        """Whether the worker still plays, or has not begun."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class Measured:
    """The house for one kind of work: per day of the week, share of urgent ones, hand-time and its
    spread in minutes (0 gaps: assumed), limits in hours, people, share of days away (None: no
    absence was recorded)."""

    per_day: tuple[float, ...]
    urgent: float
    effort: float
    spread: float
    gaps: int
    standard_limit: float
    urgent_limit: float
    people: int
    away: float | None


def studies(cx: Context) -> tuple[Study, ...]:
    """The last ones, the newest first."""
    rows = cx.db.execute(
        select(StaffingStudy).order_by(StaffingStudy.id.desc()).limit(MOST_LISTED)
    ).scalars()
    return tuple(_study(row) for row in rows)


def study(cx: Context, number: int) -> Study:
    """One study. Raises NotFound."""
    row = cx.db.get(StaffingStudy, number)
    if row is None:
        raise NotFound("There is no such study.")
    return _study(row)


def measured(cx: Context, work: str) -> Measured:
    """What the newest forecast measured; measured now where there is none."""
    how = cx.db.execute(
        select(Forecast.how)
        .where(Forecast.made_at.is_not(None))
        .order_by(Forecast.made_at.desc())
        .limit(1)
    ).scalar()
    if how is None:
        times = [vars(one) for one in house_measures.hand_times(cx)]
        how = {
            "times": times,
            "arrivals": house_measures.arrivals(cx),
            "staff": house_measures.people(cx),
        }
    return _measured(how, work)


def _measured(how: Mapping[str, Any], work: str) -> Measured:
    came, staff = how["arrivals"][work], how["staff"][work]
    times = {(one["kind"], one["state"]): house_measures.HandTime(**one) for one in how["times"]}
    first = house_measures.effort_of(times, work, "received")
    limits = _LIMITS | came["limits"]
    steps = [t for (kind, _), t in times.items() if kind == work]
    return Measured(
        per_day=tuple(float(count) for count in came["per_day"]),
        urgent=came["urgent"] / came["all"] if came["all"] else 0.0,
        effort=first.mean * 60,
        spread=first.spread * 60,
        gaps=sum(t.measured for t in steps),
        standard_limit=float(limits["standard"]),
        urgent_limit=float(limits["expedited"]),
        people=int(staff["people"]),
        away=float(staff["away"]) or None,
    )


def _study(row: StaffingStudy) -> Study:
    return Study(
        id=row.id,
        asked=row.asked,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        seen=row.seen,
        total=row.total,
        rows=answer.tried(row.result.get("runs", {})),
        weeks=int(row.result.get("weeks", 0)),
        error=row.error,
    )
