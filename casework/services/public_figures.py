"""The public figures of a year: counted by the worker slice by slice, then published by compliance.

A slice is one short transaction; a worker that is killed loses that slice alone, and no case is
counted twice. What was published stays: a correction is a new edition with its reason.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import now, observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, Problem, StateRefused
from casework.models import PublishedFigures, YearCase, YearCount
from casework.records import year_counting, year_figures
from casework.records.reporting_units import FIRST_YEAR, Unit, unit_of
from casework.records.year_counting import Year
from sla.calendars import local_day, zone

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
OPEN: Final = (WAITING, RUNNING)
TOPIC: Final = "study"
SLICE_SECONDS: Final = 1.0
MOST_WAITING: Final = 10
MOST_REASON: Final = 400


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A year of a reporting unit (its code), and what to do where the rule leaves a choice."""

    unit: str
    year: int
    choices: dict[str, str] = field(default_factory=lambda: dict(year_figures.DEFAULTS))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """The figures that are published: the number of the count, and why a new edition is needed."""

    count: int
    reason: str = ""


@command
def count_year(cx: Context, wanted: Wanted) -> int:
    """The id of a new count that waits for the worker. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", "count_figures")
    unit = unit_of(cx, wanted.unit)
    _require_choices(wanted.choices)
    today = local_day(cx.now, zone(unit.zone))
    if not FIRST_YEAR <= wanted.year <= today.year:
        raise Invalid(
            "That year cannot be counted.",
            fields={"year": f"Choose a year from {FIRST_YEAR} to {today.year}."},
        )
    waiting = cx.db.execute(
        select(func.count()).select_from(YearCount).where(YearCount.state.in_(OPEN))
    ).scalar_one()
    if waiting >= MOST_WAITING:
        raise Invalid(
            f"{waiting} counts are not done yet.",
            fields={"unit": "Wait until one of them is done."},
        )
    count = YearCount(
        unit=unit.code,
        year=wanted.year,
        choices=dict(wanted.choices),
        as_of=cx.now,
        asked_by_id=cx.principal.id or None,
        asked_by=cx.principal.name,
        state=WAITING,
    )
    cx.db.add(count)
    cx.db.flush()
    observations.append(cx, "figures_counted", what=f"count:{count.id}")
    cx.db.info["topics"].add(TOPIC)
    return count.id


@command
def count_slice(
    cx: Context, *, seconds: float = SLICE_SECONDS, page_size: int = year_counting.PAGE
) -> bool:
    """Count some more cases of the oldest open count, for about so many seconds; False when none
    waits or somebody else is at it. As the system: the figures are of the whole unit."""
    count = _next(cx)
    if count is None:
        return False
    started = now.monotonic()
    try:
        unit = unit_of(cx, count.unit)
    except Problem as problem:  # a contract that is reported otherwise since
        _put_down(cx, count, state=FAILED, error=problem.sentence[:200], ended_at=cx.now)
        return True
    year = Year(unit, count.year, count.as_of)
    upto, total, seen, after = count.upto, count.total, count.seen, count.cursor
    if upto is None:
        upto, total = year_counting.how_many(cx, year)
    more = True
    while more:
        read, after, found = year_counting.page_after(cx, year, after, upto, size=page_size)
        if found:
            cx.db.execute(insert(YearCase), [{"count_id": count.id, **one.row} for one in found])
        seen += read
        more = read == page_size
        if now.monotonic() - started >= seconds:
            break
    _put_down(cx, count, state=RUNNING, seen=seen, total=total, cursor=after, upto=upto)
    if not more:
        _end(cx, count, unit, seen)
    return True


@command
def give_up_count(cx: Context, error: str) -> None:
    """End the oldest open count as failed. `error` is a sentence or the name of an error."""
    count = _next(cx)
    if count is not None:
        _put_down(cx, count, state=FAILED, error=error[:200], ended_at=cx.now)


@command
def publish_figures(cx: Context, publication: Publication) -> int:
    """Publish a count that is done, under the name of who does it and today's date; returns the
    edition. Where an edition of that year stands already, a reason is needed.

    Raises NotAllowed, NotFound, StateRefused where the year is not over or this count is out
    already, Invalid for a missing reason.
    """
    policy.require(cx.principal, "", "publish_figures")
    count = _locked(cx, publication.count)
    if count.state != DONE:
        raise StateRefused("Only a count that is done can be published.")
    unit = unit_of(cx, count.unit)
    today = local_day(cx.now, zone(unit.zone))
    _require_whole_year(count, unit)
    before = cx.db.execute(
        select(PublishedFigures)
        .where(PublishedFigures.unit == unit.code, PublishedFigures.year == count.year)
        .order_by(PublishedFigures.edition.desc())
    ).scalars()
    editions = list(before)
    reason = " ".join(publication.reason.split())
    _require_news(count, editions, reason)
    edition = editions[0].edition + 1 if editions else 1
    cx.db.add(
        PublishedFigures(
            unit=unit.code,
            year=count.year,
            edition=edition,
            count_id=count.id,
            figures=count.figures,
            sha256=year_figures.sha256(count.figures),
            reason=reason,
            published_on=today,
            published_at=cx.now,
            published_by_id=cx.principal.id or None,
            published_by=cx.principal.name,
        )
    )
    cx.db.flush()
    observations.append(cx, "figures_published", what=f"count:{count.id} edition:{edition}")
    return int(edition)


def _locked(cx: Context, number: int) -> YearCount:
    """The count, with all counts of its unit and year locked: editions get their numbers one after
    the other."""
    wanted = cx.db.execute(select(YearCount).where(YearCount.id == number)).scalar()
    if wanted is None:
        raise NotFound(f"There is no count {number}.")
    alike = select(YearCount.id).where(YearCount.unit == wanted.unit, YearCount.year == wanted.year)
    cx.db.execute(alike.order_by(YearCount.id).with_for_update()).all()
    return wanted


def _require_choices(choices: dict[str, str]) -> None:
    for name, known in year_figures.CHOICES.items():
        if choices.get(name) not in known:
            raise Invalid(
                "One choice is missing.", fields={name: f"Choose one of: {', '.join(known)}."}
            )


def _require_whole_year(count: YearCount, unit: Unit) -> None:
    """A year is published once it is over: the count must have seen its last day."""
    if local_day(count.as_of, zone(unit.zone)) <= date(count.year, 12, 31):
        raise StateRefused(
            f"This count was made before {count.year} was over. Count the year again from"
            f" January 1, {count.year + 1}."
        )


def _require_news(count: YearCount, editions: list[PublishedFigures], reason: str) -> None:
    if any(each.count_id == count.id for each in editions):
        raise StateRefused("This count is published already.")
    if editions and not reason:
        raise Invalid(
            "Figures of this year are published already: a new edition corrects them.",
            fields={"reason": "Say what was wrong and what is corrected."},
        )
    if len(reason) > MOST_REASON:
        raise Invalid(
            "The reason is too long.", fields={"reason": f"Use at most {MOST_REASON} characters."}
        )


def _next(cx: Context) -> YearCount | None:
    """The oldest count that is not done, locked; None while somebody else has it."""
    oldest = cx.db.execute(
        select(YearCount.id).where(YearCount.state.in_(OPEN)).order_by(YearCount.id).limit(1)
    ).scalar()
    if oldest is None:
        return None
    return cx.db.execute(
        select(YearCount)
        .where(YearCount.id == oldest, YearCount.state.in_(OPEN))
        .with_for_update(skip_locked=True)
    ).scalar()


def _end(cx: Context, count: YearCount, unit: Unit, seen: int) -> None:
    figures = year_figures.summed(
        cx, count.id, unit, year=count.year, as_of=count.as_of, choices=count.choices
    )
    _put_down(cx, count, state=DONE, figures=figures, total=seen, ended_at=cx.now)


def _put_down(cx: Context, count: YearCount, **values: Any) -> None:
    cx.db.execute(update(YearCount).where(YearCount.id == count.id).values(**values))
