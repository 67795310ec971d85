"""The public figures of a year, to read: units with their years, counts, the cases behind each
number, and the editions that everybody may read.

Counts are of the whole unit; cases are named only within the reader's reach.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, PublishedFigures, YearCase, YearCount
from casework.records import year_figures
from casework.records.reporting_units import FIRST_YEAR, Unit, due_on, units
from casework.records.year_counting import APPEAL, LEFT_OUT, REQUEST
from casework.records.year_figures import Behind, shares
from sla.calendars import local_day, zone

MOST_LISTED: Final = 60
MOST_CASES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Count:
    """One count: of which unit and year, how far it is, its figures once it is done."""

    id: int
    unit: str
    year: int
    choices: Mapping[str, str]
    as_of: datetime
    asked_by: str
    state: str
    seen: int
    total: int
    figures: Mapping[str, Any]
    error: str
    ended_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether the worker still counts, or has not begun."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition."""

    unit: str
    year: int
    edition: int
    count_id: int
    figures: Mapping[str, Any]
    sha256: str
    reason: str
    published_on: date
    published_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit's year stands: the newest count, and how many editions are out."""

    unit: Unit
    year: int
    count: Count | None
    edition: Edition | None

    @property
    def due(self) -> date:
        """By when it must be public."""
        return due_on(self.year)


@dataclass(frozen=True, slots=True)
class CaseCounted:
    """One case behind a number."""

    id: int
    ref: str
    title: str
    what: str
    priority: str
    outcome: str
    extended: bool
    received_at: datetime
    decided_at: datetime


def standings(cx: Context) -> tuple[Standing, ...]:
    """The year before this one and this one, of each unit."""
    newest = (
        select(YearCount)
        .ext(distinct_on(YearCount.unit, YearCount.year))
        .order_by(YearCount.unit, YearCount.year, YearCount.id.desc())
    )
    counts = {(row.unit, row.year): _count(row) for row in cx.db.execute(newest).scalars()}
    out = {(each.unit, each.year): each for each in newest_editions(cx)}
    found = []
    for unit in units(cx):
        this = local_day(cx.now, zone(unit.zone)).year
        for year in range(max(FIRST_YEAR, this - 1), this + 1):
            key = (unit.code, year)
            found.append(Standing(unit, year, counts.get(key), out.get(key)))
    return tuple(sorted(found, key=lambda each: (-each.year, each.unit.name)))


def counts_of(cx: Context, unit: str, year: int) -> tuple[Count, ...]:
    """The newest counts of a unit's year."""
    rows = cx.db.execute(
        select(YearCount)
        .where(YearCount.unit == unit, YearCount.year == year)
        .order_by(YearCount.id.desc())
        .limit(MOST_LISTED)
    )
    return tuple(_count(row) for row in rows.scalars())


def count(cx: Context, number: int) -> Count:
    """One count. Raises NotFound."""
    row = cx.db.execute(select(YearCount).where(YearCount.id == number)).scalar()
    if row is None:
        raise NotFound(f"There is no count {number}.")
    return _count(row)


def newest_editions(cx: Context) -> tuple[Edition, ...]:
    """Of each unit and year the edition that holds; the newest year first."""
    rows = cx.db.execute(
        select(PublishedFigures)
        .ext(distinct_on(PublishedFigures.unit, PublishedFigures.year))
        .order_by(
            PublishedFigures.unit, PublishedFigures.year.desc(), PublishedFigures.edition.desc()
        )
    ).scalars()
    return tuple(_edition(row) for row in rows)


def editions(cx: Context, unit: str, year: int) -> tuple[Edition, ...]:
    """All editions of a unit's year, the newest first."""
    rows = cx.db.execute(
        select(PublishedFigures)
        .where(PublishedFigures.unit == unit, PublishedFigures.year == year)
        .order_by(PublishedFigures.edition.desc())
    ).scalars()
    return tuple(_edition(row) for row in rows)


def behind(figures: Mapping[str, Any], which: str) -> Behind:
    """Which cases the number with this name counts. Raises NotFound."""
    found = dict(numbers(figures)).get(which)
    if found is None:
        raise NotFound("There is no such number.")
    return found


def numbers(figures: Mapping[str, Any]) -> Iterator[tuple[str, Behind]]:
    """Every number of these figures that counts cases, by name, and which cases it counts."""
    for one in shares(figures):
        yield one.key, one.of_part
        yield f"{one.key}_of", one.of_whole
    for priority in year_figures.PRIORITIES:
        yield f"{priority}_decided", Behind(priority=priority)
        for outcome in ("approved", "partial", "denied"):
            yield f"{priority}_{outcome}_alone", Behind(REQUEST, priority, (outcome,))
    yield "extended_all", Behind(extended=True)
    yield "appeals_decided", Behind(APPEAL, "standard")
    for outcome in ("overturned", "partial", "upheld"):
        yield f"appeals_{outcome}", Behind(APPEAL, "standard", (outcome,))
    for reason in figures["left_out"]:
        yield f"left_out_{reason}", Behind(LEFT_OUT, "", (reason,))


def how_many(cx: Context, number: int, of: Behind) -> int:
    """How many cases of a count stand behind a number, within reach."""
    statement = select(func.count()).select_from(YearCase).where(YearCase.count_id == number)
    return int(cx.db.execute(statement.where(*year_figures.condition(of))).scalar_one())


def cases(
    cx: Context, number: int, of: Behind, *, after: int = 0, limit: int = 50
) -> tuple[CaseCounted, ...]:
    """The cases behind a number, within reach, by the number of the case."""
    columns = (
        *(YearCase.what, YearCase.priority, YearCase.outcome, YearCase.extended),
        *(YearCase.received_at, YearCase.decided_at),
    )
    rows = cx.db.execute(
        select(Case.id, Case.ref, Case.title, *columns)
        .join(YearCase, YearCase.case_id == Case.id)
        .where(
            YearCase.count_id == number,
            YearCase.case_id > after,
            *year_figures.condition(of),
        )
        .order_by(YearCase.case_id)
        .limit(min(limit, MOST_CASES))
    )
    return tuple(CaseCounted(**row._mapping) for row in rows)


def _count(row: YearCount) -> Count:
    return Count(**{name: getattr(row, name) for name in Count.__slots__})


def _edition(row: PublishedFigures) -> Edition:
    return Edition(**{name: getattr(row, name) for name in Edition.__slots__})
