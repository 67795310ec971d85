"""How the house works, measured from its events: what comes in on which weekday, how long hands are
at each step, which limits bind, who is away. Counts and hours only; nobody is named.

The hand-time of a step: from the same person's act before it, on whatever case, or from when the
case came there, whichever is later. More than two hours is no work but a pause, and is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, extract, func, select

from casework.context import Context
from casework.models import Absence, Case, CaseEvent, Clock, Role, User, user_role
from casework.staffing.office import Effort

ZONE: Final = "America/New_York"
BACK: Final = timedelta(days=28)
PAUSE: Final = timedelta(hours=2)
FEWEST: Final = 8  # fewer gaps than this say nothing
DESK: Final = ("nurse", "physician", "ag_specialist", "ag_clinician")
# Whose work each kind of case is, for the simulator.
WORKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "prior_auth": ("nurse",),
    "appeal": ("ag_specialist", "ag_clinician"),
    "grievance": ("ag_specialist",),
}
# Minutes taken for a step that was measured too seldom.
ASSUMED: Final[Mapping[tuple[str, str], float]] = {
    ("prior_auth", "received"): 10,
    ("prior_auth", "in_review"): 30,
    ("prior_auth", "in_physician_review"): 20,
    ("prior_auth", "pended"): 15,
    ("appeal", "received"): 20,
    ("appeal", "in_review"): 75,
    ("grievance", "received"): 15,
    ("grievance", "in_investigation"): 75,
}
ASSUMED_ELSE: Final = 30.0
_SPREAD: Final = 0.8  # of the mean, where it was not measured
# The steps that a case still goes through from each state, as a rule.
_AHEAD: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("prior_auth", "received"): ("received", "in_review"),
    ("appeal", "received"): ("received", "in_review"),
    ("grievance", "received"): ("received", "in_investigation"),
}


@dataclass(frozen=True)
class HandTime:
    """How long hands are at one step, in minutes, from so many; 0: it is assumed."""

    kind: str
    state: str
    measured: int
    mean: float
    spread: float


def hand_times(cx: Context) -> tuple[HandTime, ...]:
    """Each step of the last four weeks, with what is assumed for the others that we know."""
    acts = _acts(cx.now - BACK, cx.now)
    minutes = extract("epoch", acts.c.at - func.greatest(acts.c.person_before, acts.c.case_before))
    gap = (minutes / 60.0).label("minutes")
    gaps = (
        select(Case.kind, acts.c.state, gap)
        .join(Case, Case.id == acts.c.case_id)
        .where(acts.c.person_before.is_not(None), acts.c.step)
        .subquery("gaps")
    )
    rows = cx.db.execute(
        select(
            gaps.c.kind,
            gaps.c.state,
            func.count().label("measured"),
            func.avg(gaps.c.minutes).label("mean"),
            func.coalesce(func.stddev_samp(gaps.c.minutes), 0).label("spread"),
        )
        .where(gaps.c.minutes > 0.5, gaps.c.minutes <= PAUSE.total_seconds() / 60)
        .group_by(gaps.c.kind, gaps.c.state)
        .having(func.count() >= FEWEST)
    )
    found = {
        (row.kind, row.state): HandTime(
            row.kind, row.state, row.measured, float(row.mean), float(row.spread)
        )
        for row in rows
    }
    for (kind, state), mean in ASSUMED.items():
        found.setdefault((kind, state), HandTime(kind, state, 0, mean, mean * _SPREAD))
    return tuple(found[key] for key in sorted(found))


def effort_of(times: Mapping[tuple[str, str], HandTime], kind: str, state: str) -> Effort:
    """The work that a case in this state still takes, in hours."""
    mean, variance = 0.0, 0.0
    for step in _AHEAD.get((kind, state), (state,)):
        known = times.get((kind, step))
        one = known.mean if known else ASSUMED_ELSE
        mean += one
        variance += (known.spread if known else one * _SPREAD) ** 2
    return Effort(mean / 60, variance**0.5 / 60)


def arrivals(cx: Context) -> dict[str, dict[str, Any]]:
    """By kind of case: how many came on each day of the week (Monday first), a day's mean over the
    last four weeks; how many of them were urgent; and their middle limits in hours."""
    since = cx.now - BACK
    weekday = extract("isodow", func.timezone(ZONE, Case.received_at))
    found: dict[str, dict[str, Any]] = {
        kind: {"per_day": [0.0] * 7, "urgent": 0, "all": 0, "limits": {}} for kind in WORKERS
    }
    came = select(Case.kind, weekday.label("day"), Case.priority, func.count().label("cases"))
    for row in cx.db.execute(
        came.where(Case.received_at >= since, Case.received_at <= cx.now, Case.kind.in_(WORKERS))
        .group_by(Case.kind, weekday, Case.priority)
        .order_by(Case.kind)
    ):
        one = found[row.kind]
        one["per_day"][int(row.day) - 1] += row.cases * 7 / BACK.days
        one["all"] += row.cases
        one["urgent"] += row.cases if row.priority == "expedited" else 0
    hours = extract("epoch", Clock.due_at - Clock.anchor_at) / 3600.0
    for row in cx.db.execute(
        select(
            Case.kind,
            Case.priority,
            func.percentile_cont(0.5).within_group(hours).label("hours"),
        )
        .join(Clock, and_(Clock.case_id == Case.id, Clock.name == "decision"))
        .where(Case.received_at >= since, Case.received_at <= cx.now, Case.kind.in_(WORKERS))
        .group_by(Case.kind, Case.priority)
    ):
        found[row.kind]["limits"][row.priority] = float(row.hours)
    return found


def people(cx: Context) -> dict[str, dict[str, float]]:
    """By kind of case: how many work at it, and the share of the last four weeks that they were
    away, from the absences that were recorded."""
    until = cx.now.date()
    since = until - BACK
    away = func.least(Absence.ends_on, until) - func.greatest(Absence.starts_on, since) + 1
    by_role = {
        row.name: (int(row.people), int(row.days or 0))
        for row in cx.db.execute(
            select(
                Role.name,
                func.count(func.distinct(User.id)).label("people"),
                # LEAST and GREATEST pass over NULL: who has no absence is told apart by hand.
                func.sum(case((Absence.id.is_(None), 0), else_=away)).label("days"),
            )
            .join(user_role, user_role.c.role_id == Role.id)
            .join(User, User.id == user_role.c.user_id)
            .outerjoin(
                Absence,
                and_(
                    Absence.user_id == User.id,
                    Absence.ended_at.is_(None),
                    Absence.starts_on <= until,
                    Absence.ends_on >= since,
                ),
            )
            .where(Role.name.in_(DESK), User.active, User.left_on.is_(None))
            .group_by(Role.name)
        )
    }
    found = {}
    for kind, roles in WORKERS.items():
        count = sum(by_role.get(role, (0, 0))[0] for role in roles)
        days = sum(by_role.get(role, (0, 0))[1] for role in roles)
        found[kind] = {"people": count, "away": days / (count * BACK.days) if count else 0.0}
    return found


def _acts(since: datetime, until: datetime) -> Any:
    """What people of the desk did, each with their act before it and the case's event before it."""
    order = (CaseEvent.recorded_at, CaseEvent.case_id, CaseEvent.seq)
    before = func.lag(CaseEvent.recorded_at)
    return (
        select(
            CaseEvent.case_id,
            CaseEvent.from_state.label("state"),
            CaseEvent.recorded_at.label("at"),
            and_(CaseEvent.to_state != "", CaseEvent.from_state != "").label("step"),
            before.over(partition_by=CaseEvent.actor_id, order_by=order).label("person_before"),
            before.over(partition_by=CaseEvent.case_id, order_by=CaseEvent.seq).label(
                "case_before"
            ),
        )
        .where(
            CaseEvent.recorded_at >= since,
            CaseEvent.recorded_at < until,
            CaseEvent.actor_kind == "user",
            CaseEvent.actor_role.in_(DESK),
        )
        .subquery("acts")
    )
