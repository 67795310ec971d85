"""The newest forecast of breaches within the reader's reach: by queue and by person, the cases
behind each number, how it was reckoned; and how earlier ones did. It reckons nothing anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, literal, select, tuple_

from casework.context import Context
from casework.models import Case, Forecast, ForecastCase, User

HOURS: Final = (24, 72)
SURE: Final = 0.9
MOST_DAYS: Final = 14
MOST_GROUPS: Final = 200
# Which cases a number counts.
WHICH: Final = ("due", "expected", "sure", "overdue")
Cursor = tuple[float, int]


@dataclass(frozen=True)
class Made:
    """The newest forecast, and whether another is being made."""

    id: int
    at: datetime
    by: str
    how: Mapping[str, Any]
    full: bool


@dataclass(frozen=True)
class Pile:
    """What is due with one person or in one queue: `expected` is the sum of the likelihoods, `sure`
    those that are late in nine of ten plays, `overdue` those that are late already."""

    key: str
    words: str
    due: int
    expected: float
    sure: int
    overdue: int


@dataclass(frozen=True)
class Ahead:
    """One case of a forecast."""

    ref: str
    title: str
    kind: str
    state: str
    owner: str
    queue: str
    clock: str
    due_at: datetime
    overdue: bool
    likely: float


@dataclass(frozen=True)
class Cases:
    """A page of them, and where the next begins (None: nowhere)."""

    rows: tuple[Ahead, ...]
    next_after: Cursor | None


@dataclass(frozen=True)
class Day:
    """How the forecast of one day did, for so many hours ahead; None where it is not known yet."""

    day: date
    made_at: datetime
    expected: float
    due: int
    happened: int | None
    unforeseen: int | None
    brier: float | None


def newest(cx: Context) -> Made | None:
    """The last forecast that was made; None before the first."""
    row = cx.db.execute(
        select(Forecast)
        .where(Forecast.made_at.is_not(None))
        .order_by(Forecast.made_at.desc(), Forecast.id.desc())
        .limit(1)
    ).scalar()
    if row is None or row.made_at is None:
        return None
    return Made(row.id, row.made_at, row.asked_by, row.how, bool(row.figures.get("full")))


def is_being_made(cx: Context) -> bool:
    """Whether somebody asked for a forecast that the worker has not made yet."""
    return cx.db.execute(select(Forecast.id).where(Forecast.made_at.is_(None))).first() is not None


def whole(cx: Context, made: Made, hours: int) -> Pile:
    """All of it within reach."""
    row = cx.db.execute(
        select(*_sums(made, hours)).join(Case, Case.id == ForecastCase.case_id).where(_of(made))
    ).one()
    return _pile("", "", row)


def by_queue(cx: Context, made: Made, hours: int) -> tuple[Pile, ...]:
    """By the queue in which the cases lie, the worst first."""
    rows = cx.db.execute(
        select(ForecastCase.queue.label("key"), *_sums(made, hours))
        .join(Case, Case.id == ForecastCase.case_id)
        .where(_of(made))
        .group_by(ForecastCase.queue)
        .limit(MOST_GROUPS)
    ).all()
    return _worst_first(_pile(row.key, row.key, row) for row in rows)


def by_person(cx: Context, made: Made, hours: int) -> tuple[Pile, ...]:
    """By the person who has the cases (key: the id, 0 for nobody), the worst first."""
    owner = func.coalesce(ForecastCase.owner_id, 0)
    rows = cx.db.execute(
        select(owner.label("key"), func.max(User.name).label("name"), *_sums(made, hours))
        .join(Case, Case.id == ForecastCase.case_id)
        .outerjoin(User, User.id == ForecastCase.owner_id)
        .where(_of(made))
        .group_by(owner)
        .limit(MOST_GROUPS)
    ).all()
    return _worst_first(_pile(str(row.key), row.name or "", row) for row in rows)


def cases(
    cx: Context,
    made: Made,
    hours: int,
    *,
    which: str = "expected",
    queue: str | None = None,
    person: int | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Cases:
    """The cases behind one number, the likeliest to be late first."""
    statement: Any = (
        select(
            Case.id,
            Case.ref,
            Case.title,
            Case.kind,
            Case.state,
            User.name.label("owner"),
            ForecastCase.queue,
            ForecastCase.clock,
            ForecastCase.due_at,
            ForecastCase.overdue,
            ForecastCase.likely,
        )
        .join(Case, Case.id == ForecastCase.case_id)
        .outerjoin(User, User.id == ForecastCase.owner_id)
        .where(_of(made), _counted(made, hours)[which])
    )
    if queue is not None:
        statement = statement.where(ForecastCase.queue == queue)
    if person is not None:
        owner = ForecastCase.owner_id
        statement = statement.where(owner == person if person else owner.is_(None))
    if after is not None:
        place = tuple_(-ForecastCase.likely, Case.id)
        statement = statement.where(place > tuple_(literal(-after[0]), literal(after[1])))
    found = cx.db.execute(statement.order_by(-ForecastCase.likely, Case.id).limit(limit + 1)).all()
    rows = found[:limit]
    following = (rows[-1].likely, rows[-1].id) if len(found) > limit else None
    return Cases(tuple(_ahead(row) for row in rows), following)


def record(cx: Context, hours: int) -> tuple[Day, ...]:
    """How the last days' forecasts did, the newest first."""
    rows = cx.db.execute(
        select(Forecast)
        .where(Forecast.day.is_not(None))
        .order_by(Forecast.day.desc())
        .limit(MOST_DAYS)
    ).scalars()
    return tuple(_day(row, hours) for row in rows)


def _of(made: Made) -> Any:
    return ForecastCase.forecast_id == made.id


def _counted(made: Made, hours: int) -> dict[str, Any]:
    within = and_(
        ForecastCase.overdue.is_(False), ForecastCase.due_at <= made.at + timedelta(hours=hours)
    )
    return {
        "due": within,
        "expected": and_(within, ForecastCase.likely > 0),
        "sure": and_(within, ForecastCase.likely >= SURE),
        "overdue": ForecastCase.overdue,
    }


def _sums(made: Made, hours: int) -> list[Any]:
    counted = _counted(made, hours)
    return [
        func.count().filter(counted["due"]).label("due"),
        func.coalesce(func.sum(ForecastCase.likely).filter(counted["due"]), 0).label("expected"),
        func.count().filter(counted["sure"]).label("sure"),
        func.count().filter(counted["overdue"]).label("overdue"),
    ]


def _pile(key: str, words: str, row: Any) -> Pile:
    return Pile(key, words, row.due, float(row.expected), row.sure, row.overdue)


def _worst_first(piles: Any) -> tuple[Pile, ...]:
    return tuple(sorted((p for p in piles if p.due or p.overdue), key=_rank))


def _rank(pile: Pile) -> tuple[float, int, int, str]:
    return (-round(pile.expected, 6), -pile.due, -pile.overdue, pile.key)


def _ahead(row: Any) -> Ahead:
    return Ahead(
        ref=row.ref,
        title=row.title,
        kind=row.kind,
        state=row.state,
        owner=row.owner or "",
        queue=row.queue,
        clock=row.clock,
        due_at=row.due_at,
        overdue=row.overdue,
        likely=float(row.likely),
    )


def _day(row: Forecast, hours: int) -> Day:
    said, checked = row.figures.get(str(hours), {}), row.checked.get(str(hours))
    assert row.day is not None
    return Day(
        day=row.day,
        made_at=row.made_at or row.asked_at,
        expected=float(said.get("expected", 0)),
        due=int(said.get("due", 0)),
        happened=checked["happened"] if checked else None,
        unforeseen=checked["unforeseen"] if checked else None,
        brier=checked["brier"] if checked else None,
    )
