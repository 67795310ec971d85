"""Forecasts of breaches: made by the worker every hour or when somebody asks, and held against what
happened. One command makes one; one checks the day's forecasts whose time has come.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, delete, exists, func, insert, literal, or_, select, update

from casework import policy
from casework.context import Context
from casework.db import command
from casework.models import Case, Clock, Forecast, ForecastCase, InformationRequest
from casework.records import house_measures, presence_ahead
from casework.records.house_measures import ZONE
from casework.staffing import outlook
from casework.staffing.outlook import Task
from sla.calendars import local_day, zone

TOPIC: Final = "study"  # the bell that tells the worker
BY_ITSELF: Final = ""
EVERY: Final = timedelta(hours=1)
HOURS: Final = (24, 72)
HORIZON: Final = max(HOURS)
MOST_CASES: Final = 20_000
LIKELY: Final = 0.5
# The way it is reckoned; a change of it is a new number, so that two ways are never compared.
METHOD: Final = 1


@command
def ask_forecast(cx: Context) -> int:
    """The id of a forecast that the worker is to make now; one that waits already is given again.
    Raises NotAllowed."""
    policy.require(cx.principal, "", "ask_forecast")
    waiting = cx.db.execute(_WANTED).scalar()
    if waiting is not None:
        return int(waiting)
    forecast = Forecast(
        asked_at=cx.now, asked_by=cx.principal.name[:120], figures={}, how={}, checked={}
    )
    cx.db.add(forecast)
    cx.db.flush()
    cx.db.info["topics"].add(TOPIC)
    return forecast.id


@command
def make_wanted(cx: Context) -> bool:
    """Make the forecast that somebody asked for; False when none is wanted."""
    _one_at_a_time(cx)
    wanted = cx.db.execute(_WANTED).scalar()
    if wanted is None:
        return False
    _make(cx, int(wanted))
    return True


@command
def make_hourly(cx: Context) -> bool:
    """Make a forecast where the newest is older than an hour; False when it is not due."""
    _one_at_a_time(cx)
    newest = cx.db.execute(select(func.max(Forecast.made_at))).scalar()
    if newest is not None and newest > cx.now - EVERY:
        return False
    forecast = Forecast(asked_at=cx.now, asked_by=BY_ITSELF, figures={}, how={}, checked={})
    cx.db.add(forecast)
    cx.db.flush()
    _make(cx, forecast.id)
    return True


@command
def check_one(cx: Context) -> bool:
    """Hold the oldest forecast whose time has come against what happened; False for none."""
    forecast = cx.db.execute(
        select(Forecast)
        .where(Forecast.check_at <= cx.now)
        .order_by(Forecast.check_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()
    if forecast is None or forecast.made_at is None:
        return False
    checked = dict(forecast.checked)
    for hours in HOURS:
        if str(hours) not in checked and forecast.made_at + timedelta(hours=hours) <= cx.now:
            checked[str(hours)] = _held_against(cx, forecast.id, forecast.made_at, hours)
    left = [hours for hours in HOURS if str(hours) not in checked]
    again = forecast.made_at + timedelta(hours=left[0]) if left else None
    cx.db.execute(
        update(Forecast).where(Forecast.id == forecast.id).values(checked=checked, check_at=again)
    )
    return True


_WANTED: Final = (
    select(Forecast.id).where(Forecast.made_at.is_(None)).order_by(Forecast.id).limit(1)
)


def _one_at_a_time(cx: Context) -> None:
    """Two workers would make the same forecast twice."""
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("forecast"))))


def _make(cx: Context, forecast_id: int) -> None:
    """Reckon, write the cases, and clear away what nobody needs any more."""
    times = house_measures.hand_times(cx)
    by_step = {(one.kind, one.state): one for one in times}
    rows = _work(cx)
    tasks = [_task(cx, row, by_step) for row in rows]
    people = presence_ahead.people_ahead(cx, HORIZON)
    runs = outlook.runs_for(len(tasks))
    likely = outlook.likely_late(tasks, people, runs=runs, seed=f"forecast {METHOD}")
    if rows:
        cx.db.execute(
            insert(ForecastCase),
            [
                {
                    "forecast_id": forecast_id,
                    "case_id": row.id,
                    "clock": row.next_clock,
                    "due_at": row.next_due_at,
                    "owner_id": row.assignee_id,
                    "queue": row.queue,
                    "overdue": row.next_due_at <= cx.now,
                    "likely": likely[row.id],
                }
                for row in rows
            ],
        )
    day = local_day(cx.now, zone(ZONE))
    is_first = cx.db.execute(select(Forecast.id).where(Forecast.day == day)).first() is None
    cx.db.execute(
        update(Forecast)
        .where(Forecast.id == forecast_id)
        .values(
            made_at=cx.now,
            day=day if is_first else None,
            check_at=cx.now + timedelta(hours=HOURS[0]) if is_first else None,
            figures=_figures(cx, rows, likely),
            how={
                "method": METHOD,
                "runs": runs,
                "times": [asdict(one) for one in times],
                "people": len(people),
                "there": sum(bool(person.windows) for person in people),
                "hours": round(sum(e - s for p in people for s, e in p.windows), 1),
                "arrivals": house_measures.arrivals(cx),
                "staff": house_measures.people(cx),
            },
        )
    )
    _clear_away(cx, forecast_id)


def _work(cx: Context) -> list[Any]:
    """What is open and due within the horizon, the nearest first, the late ones before all."""
    answer_due = (
        select(func.max(InformationRequest.due_at))
        .where(
            InformationRequest.case_id == Case.id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .correlate(Case)
        .scalar_subquery()
    )
    return list(
        cx.db.execute(
            select(
                Case.id,
                Case.kind,
                Case.state,
                Case.contract_id,
                Case.assignee_id,
                Case.queue,
                Case.next_clock,
                Case.next_due_at,
                case((Case.state == "pended", answer_due), else_=None).label("ready_at"),
            )
            .where(Case.open, Case.next_due_at <= cx.now + timedelta(hours=HORIZON))
            .order_by(Case.next_due_at, Case.id)
            .limit(MOST_CASES)
        )
    )


def _task(cx: Context, row: Any, times: Any) -> Task:
    role = presence_ahead.role_for(row.kind, row.state)
    return Task(
        id=row.id,
        due=_hours(row.next_due_at - cx.now),
        ready=max(0.0, _hours(row.ready_at - cx.now)) if row.ready_at else 0.0,
        owner=row.assignee_id or 0,
        pool=presence_ahead.pool(role, row.contract_id),
        effort=house_measures.effort_of(times, row.kind, row.state),
    )


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _figures(cx: Context, rows: list[Any], likely: dict[int, float]) -> dict[str, Any]:
    """The sums of the whole house."""
    ahead = [row for row in rows if row.next_due_at > cx.now]
    found: dict[str, Any] = {"overdue": len(rows) - len(ahead), "full": len(rows) == MOST_CASES}
    for hours in HOURS:
        due = [row for row in ahead if row.next_due_at <= cx.now + timedelta(hours=hours)]
        expected = round(sum(likely[row.id] for row in due), 2)
        found[str(hours)] = {"due": len(due), "expected": expected}
    return found


def _held_against(cx: Context, forecast_id: int, made_at: datetime, hours: int) -> dict[str, Any]:
    """What was expected and what happened: a case was late when its clock still had that due, and
    was met after it or not at all. `unforeseen` were late and stood in no forecast of that day."""
    until = made_at + timedelta(hours=hours)
    within = (
        ForecastCase.forecast_id == forecast_id,
        ForecastCase.overdue.is_(False),
        ForecastCase.due_at <= until,
    )
    same = and_(Clock.case_id == ForecastCase.case_id, Clock.name == ForecastCase.clock)
    was_late = and_(Clock.due_at == ForecastCase.due_at, _late(Clock.due_at))
    late = case((was_late, literal(1.0)), else_=literal(0.0))
    row = cx.db.execute(
        select(
            func.count().label("due"),
            func.coalesce(func.sum(ForecastCase.likely), 0).label("expected"),
            func.coalesce(func.sum(late), 0).label("happened"),
            func.coalesce(
                func.sum(case((ForecastCase.likely >= LIKELY, late), else_=literal(0.0))), 0
            ).label("foreseen"),
            func.avg((ForecastCase.likely - late) * (ForecastCase.likely - late)).label("brier"),
        )
        .select_from(ForecastCase)
        .outerjoin(Clock, same)
        .where(*within)
    ).one()
    known = exists().where(
        ForecastCase.forecast_id == forecast_id, ForecastCase.case_id == Clock.case_id
    )
    unforeseen = cx.db.execute(
        select(func.count())
        .select_from(Clock)
        .where(
            Clock.owner == "plan",
            Clock.due_at > made_at,
            Clock.due_at <= until,
            _late(Clock.due_at),
            ~known,
        )
    ).scalar_one()
    return {
        "due": int(row.due),
        "expected": round(float(row.expected), 2),
        "happened": int(row.happened),
        "foreseen": int(row.foreseen),
        "unforeseen": int(unforeseen),
        "brier": None if row.brier is None else round(float(row.brier), 4),
    }


def _late(due: Any) -> Any:
    """Met after this due, or not met and not ended without."""
    return or_(Clock.satisfied_at > due, and_(Clock.satisfied_at.is_(None), Clock.ended.is_(False)))


def _clear_away(cx: Context, newest: int) -> None:
    """The cases of forecasts that are neither the newest nor still to be checked."""
    over = select(Forecast.id).where(Forecast.id != newest, Forecast.check_at.is_(None))
    cx.db.execute(
        delete(ForecastCase)
        .where(ForecastCase.forecast_id.in_(over))
        .execution_options(synchronize_session=False)
    )
    cx.db.execute(
        delete(Forecast)
        .where(Forecast.id != newest, Forecast.day.is_(None), Forecast.made_at.is_not(None))
        .execution_options(synchronize_session=False)
    )
