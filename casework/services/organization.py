"""The organization chart: who reports to whom from which day, and who is away; with who said so.

A line is ended, never changed or removed: whether a reviewer is independent is judged as of the day
of the decision (42 CFR 438.406(b)(2)(i); 29 CFR 2560.503-1(h)(3)(ii)).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import observations, policy
from casework.bridge.facts import above
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import Absence, ReportingLine, User

ACTION: Final = "change_organization"
ONE_DAY: Final = timedelta(days=1)
FIRST_DAY: Final = date(2000, 1, 1)
MOST_AHEAD: Final = timedelta(days=366)
MOST_OF_A_REASON: Final = 200


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """To whom somebody reports (None: to nobody) from which day, and why."""

    user_id: int
    manager_id: int | None
    effective_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewAbsence:
    """From which to which day, both included, somebody is away."""

    user_id: int
    starts_on: date
    ends_on: date


@command
def change_line(cx: Context, form: NewLine) -> None:
    """From this day on the person reports to the new manager, until a later line that is known
    already. Raises NotAllowed, Invalid (unknown people, no reason, nothing new, a circle)."""
    policy.require(cx.principal, "", ACTION)
    _one_at_a_time(cx)
    _require_sound(cx, form)
    lines = _lines(cx)
    mine = [line for line in lines if line.user_id == form.user_id]
    later = [line.starts_on for line in mine if line.starts_on > form.effective_on and _is(line)]
    ends_on = min(later) - ONE_DAY if later else None
    standing = [line for line in mine if _covers(line, form.effective_on)]
    if {line.manager_id for line in standing} == {each for each in (form.manager_id,) if each}:
        raise Invalid(
            "That is how it is on that day already.",
            fields={"manager_id": "Choose another manager, or another day."},
        )
    others = [line for line in lines if line not in standing]
    _refuse_circle(cx, form, others, ends_on=ends_on)
    _end(cx, [line.id for line in standing], form)
    if form.manager_id is not None:
        _begin(cx, form, ends_on)
    to = form.manager_id or "nobody"
    what = f"user:{form.user_id}>{to} from {form.effective_on.isoformat()}"
    observations.append(cx, "organization_changed", what=what)


@command
def note_absence(cx: Context, form: NewAbsence) -> None:
    """Somebody is away on these days. Raises NotAllowed, Invalid."""
    policy.require(cx.principal, "", ACTION)
    _person(cx, form.user_id, field="away_id")
    if form.ends_on < form.starts_on:
        raise Invalid("It ends before it begins.", fields={"ends_on": "Enter a later day."})
    if form.starts_on > cx.now.date() + MOST_AHEAD:
        raise Invalid("That is too far ahead.", fields={"starts_on": "Enter an earlier day."})
    cx.db.execute(
        insert(Absence).values(
            user_id=form.user_id,
            starts_on=form.starts_on,
            ends_on=form.ends_on,
            recorded_at=cx.now,
            recorded_by=cx.principal.name[:120],
        )
    )
    observations.append(cx, "absence_noted", what=f"user:{form.user_id}")


@command
def end_absence(cx: Context, absence_id: int) -> None:
    """Somebody is back, or was never away. Raises NotAllowed, NotFound."""
    policy.require(cx.principal, "", ACTION)
    ended = cx.db.execute(
        update(Absence)
        .where(Absence.id == absence_id, Absence.ended_at.is_(None))
        .values(ended_at=cx.now)
        .returning(Absence.user_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound("There is no such absence.")
    observations.append(cx, "absence_ended", what=f"user:{ended}")


def _one_at_a_time(cx: Context) -> None:
    """Two changes at once could close a circle that neither sees."""
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("organization"))))


def _require_sound(cx: Context, form: NewLine) -> None:
    _person(cx, form.user_id, field="user_id")
    wrong = {}
    if form.manager_id is not None:
        _person(cx, form.manager_id, field="manager_id")
    if not form.reason.strip():
        wrong["reason"] = "Say why: an auditor reads it."
    elif len(form.reason) > MOST_OF_A_REASON:
        wrong["reason"] = f"Say it in {MOST_OF_A_REASON} characters."
    if not FIRST_DAY <= form.effective_on <= cx.now.date() + MOST_AHEAD:
        wrong["effective_on"] = "Enter a day between 2000 and a year from now."
    if wrong:
        raise Invalid("The change is not complete.", fields=wrong)


def _person(cx: Context, user_id: int, *, field: str) -> None:
    found = cx.db.execute(
        select(User.id).where(
            User.id == user_id, User.kind == "staff", User.active, User.left_on.is_(None)
        )
    ).scalar()
    if found is None:
        raise Invalid("Nobody of ours has this number.", fields={field: "Choose a person."})


def _lines(cx: Context) -> list[Any]:
    return list(
        cx.db.execute(
            select(
                ReportingLine.id,
                ReportingLine.user_id,
                ReportingLine.manager_id,
                ReportingLine.starts_on,
                ReportingLine.ends_on,
            ).order_by(ReportingLine.id)
        )
    )


def _is(line: Any) -> bool:
    """Whether the line was ever in force: one that was replaced on its first day was not."""
    return line.ends_on is None or bool(line.ends_on >= line.starts_on)


def _covers(line: Any, day: date) -> bool:
    return bool(line.starts_on <= day and (line.ends_on is None or line.ends_on >= day))


def _refuse_circle(
    cx: Context, form: NewLine, others: Sequence[Any], *, ends_on: date | None
) -> None:
    """Nobody is his own superior, on any day on which the new line holds. Raises Invalid."""
    if form.manager_id is None:
        return
    days = {form.effective_on} | {
        line.starts_on
        for line in others
        if line.starts_on > form.effective_on and (ends_on is None or line.starts_on <= ends_on)
    }
    for day in sorted(days):
        chart = _chart_on(others, day)
        over = above(chart, form.manager_id)
        if form.user_id == form.manager_id or form.user_id in over:
            names = _names(cx, over | {form.manager_id})
            raise Invalid(
                f"On {day:%B} {day.day}, {day.year} they would report to each other:"
                f" {', '.join(names)}.",
                fields={"manager_id": "Choose somebody who does not report to this person."},
            )


def _chart_on(lines: Iterable[Any], day: date) -> dict[int, set[int]]:
    chart: dict[int, set[int]] = {}
    for line in lines:
        if _covers(line, day):
            chart.setdefault(line.user_id, set()).add(line.manager_id)
    return chart


def _names(cx: Context, ids: set[int]) -> list[str]:
    return list(
        cx.db.execute(select(User.name).where(User.id.in_(ids)).order_by(User.name)).scalars()
    )


def _end(cx: Context, ids: Sequence[int], form: NewLine) -> None:
    if not ids:
        return
    cx.db.execute(
        update(ReportingLine)
        .where(ReportingLine.id.in_(ids))
        .values(
            ends_on=form.effective_on - ONE_DAY,
            ended_at=cx.now,
            ended_by=cx.principal.name[:120],
            ended_reason=form.reason.strip(),
        )
        .execution_options(synchronize_session=False)
    )


def _begin(cx: Context, form: NewLine, ends_on: date | None) -> None:
    cx.db.execute(
        insert(ReportingLine).values(
            user_id=form.user_id,
            manager_id=form.manager_id,
            starts_on=form.effective_on,
            ends_on=ends_on,
            reason=form.reason.strip(),
            recorded_at=cx.now,
            recorded_by=cx.principal.name[:120],
        )
    )
