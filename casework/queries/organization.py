"""The organization chart as of a day, what was changed on it, and who is away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from casework.context import Context
from casework.models import Absence, ReportingLine, Role, User, user_role

MOST: int = 100


@dataclass(frozen=True)
class Place:
    """One person in the chart of a day: how deep below the top, under whom since when."""

    id: int
    name: str
    title: str
    roles: tuple[str, ...]
    depth: int
    manager: str
    since: date | None
    by: str
    away_until: date | None


@dataclass(frozen=True)
class Line:
    """One line of the history: who reported to whom from when to when, by whom recorded, why."""

    person: str
    manager: str
    starts_on: date
    ends_on: date | None
    reason: str
    recorded_at: datetime | None
    recorded_by: str
    ended_at: datetime | None
    ended_by: str
    ended_reason: str

    @property
    def never(self) -> bool:
        """Whether it was replaced before it began."""
        return self.ends_on is not None and self.ends_on < self.starts_on


def people(cx: Context) -> tuple[tuple[int, str], ...]:
    """Id and name of everybody of ours who is here, by name."""
    rows = cx.db.execute(
        select(User.id, User.name, User.title)
        .where(User.kind == "staff", User.active, User.left_on.is_(None))
        .order_by(User.name, User.id)
    )
    return tuple((row.id, f"{row.name}, {row.title}" if row.title else row.name) for row in rows)


def chart(cx: Context, on: date) -> tuple[Place, ...]:
    """Everybody as of this day, each below his manager, the top first."""
    lines = {
        row.user_id: row
        for row in cx.db.execute(
            select(ReportingLine)
            .where(
                ReportingLine.starts_on <= on,
                or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= on),
            )
            .order_by(ReportingLine.id)
        ).scalars()
    }
    staff = _staff(cx, set(lines) | {row.manager_id for row in lines.values()})
    away = _away(cx, on)
    below: dict[int | None, list[int]] = {}
    for user_id in staff:
        line = lines.get(user_id)
        below.setdefault(line.manager_id if line else None, []).append(user_id)
    return tuple(
        Place(
            id=user_id,
            name=staff[user_id].name,
            title=staff[user_id].title,
            roles=staff[user_id].roles,
            depth=depth,
            manager=staff[lines[user_id].manager_id].name if user_id in lines else "",
            since=lines[user_id].starts_on if user_id in lines else None,
            by=lines[user_id].recorded_by if user_id in lines else "",
            away_until=away.get(user_id),
        )
        for user_id, depth in _walked(below)
    )


def history(cx: Context) -> tuple[Line, ...]:
    """What was recorded of the chart, the newest first."""
    person, manager = aliased(User), aliased(User)
    rows = cx.db.execute(
        select(ReportingLine, person.name, manager.name)
        .join(person, person.id == ReportingLine.user_id)
        .join(manager, manager.id == ReportingLine.manager_id)
        .order_by(ReportingLine.recorded_at.desc().nulls_last(), ReportingLine.id.desc())
        .limit(MOST)
    )
    return tuple(
        Line(
            person=who,
            manager=under,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            reason=row.reason,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            ended_reason=row.ended_reason,
        )
        for row, who, under in rows
    )


def absences(cx: Context, on: date) -> Sequence[Any]:
    """Who is away on this day or later, the next to leave first."""
    return cx.db.execute(
        select(Absence.id, User.name, Absence.starts_on, Absence.ends_on, Absence.recorded_by)
        .join(User, User.id == Absence.user_id)
        .where(Absence.ended_at.is_(None), Absence.ends_on >= on)
        .order_by(Absence.starts_on, Absence.id)
    ).all()


@dataclass(frozen=True)
class _Person:
    name: str
    title: str
    roles: tuple[str, ...]


def _staff(cx: Context, named: set[int]) -> Mapping[int, _Person]:
    """The staff who are here, and whoever a line of that day names, by name."""
    rows = cx.db.execute(
        select(User.id, User.name, User.title, Role.name.label("role"))
        .outerjoin(user_role, user_role.c.user_id == User.id)
        .outerjoin(Role, Role.id == user_role.c.role_id)
        .where(
            User.kind == "staff",
            or_(User.active & User.left_on.is_(None), User.id.in_(named)),
        )
        .order_by(User.name, User.id, Role.name)
    )
    found: dict[int, _Person] = {}
    for row in rows:
        known = found.get(row.id, _Person(row.name, row.title, ()))
        roles = (*known.roles, row.role) if row.role else known.roles
        found[row.id] = _Person(known.name, known.title, roles)
    return found


def _away(cx: Context, on: date) -> dict[int, date]:
    rows = cx.db.execute(
        select(Absence.user_id, Absence.ends_on)
        .where(Absence.ended_at.is_(None), Absence.starts_on <= on, Absence.ends_on >= on)
        .order_by(Absence.ends_on)
    )
    return {row.user_id: row.ends_on for row in rows}


def _walked(below: Mapping[int | None, Sequence[int]]) -> list[tuple[int, int]]:
    """Everybody with his depth, each right below his manager; who leads others first."""
    found: list[tuple[int, int]] = []

    def visit(user_id: int, depth: int) -> None:
        found.append((user_id, depth))
        for each in below.get(user_id, ()):
            visit(each, depth + 1)

    tops = below.get(None, ())
    for user_id in sorted(tops, key=lambda each: each not in below):
        visit(user_id, 0)
    return found
