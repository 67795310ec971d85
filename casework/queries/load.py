"""What everybody has to do: open cases by person and by queue, how near, the oldest, who is away.

Each person's pile is read by its own index and no further than MOST, so that a page costs the same
whether a thousand or a hundred thousand cases are open.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import case as when
from sqlalchemy import func, select, true

from casework.context import Context
from casework.models import Case, Queue, Role, User, UserContract, user_role
from casework.queries.due import windows
from casework.records.whereabouts import Whereabouts, whereabouts

MOST: Final = 1000
DESK_ZONE: Final = "America/New_York"
# What one open case weighs: the nearer, the more; the fast track one more.
WEIGHTS: Final = {"overdue": 4, "today": 3, "soon": 2, "later": 1, "none": 1}
FAST: Final = 1
WORKERS: Final = ("nurse", "physician", "ag_specialist", "ag_clinician", "intake", "supervisor")


@dataclass(frozen=True)
class Pile:
    """Open cases that lie together, counted up to MOST: how many, how near, how heavy, the due and
    the receipt of the first."""

    open: int = 0
    overdue: int = 0
    today: int = 0
    soon: int = 0
    weight: int = 0
    next_due_at: datetime | None = None
    oldest_at: datetime | None = None


@dataclass(frozen=True)
class PersonsLoad:
    """One of us with a pile. `here`: works with us; `away_until`: the last day of an absence of
    today; `leaves_on`: the first day of the next one; `stuck`: cases that stand still meanwhile."""

    id: int
    name: str
    title: str
    roles: tuple[str, ...]
    here: bool
    away_until: date | None
    leaves_on: date | None
    pile: Pile


@dataclass(frozen=True)
class QueuesLoad:
    """What nobody has in one queue, and how many people of its roles are here today."""

    code: str
    name: str
    roles: tuple[str, ...]
    people: int
    pile: Pile

    @property
    def unworked(self) -> bool:
        """Whether something lies there and nobody of its roles is here."""
        return bool(self.roles and self.pile.open) and not self.people


def of_people(cx: Context, away: Whereabouts | None = None) -> tuple[PersonsLoad, ...]:
    """Everybody who works for a contract within reach, and whoever left work behind; the heaviest
    pile first, in three questions."""
    away = away or whereabouts(cx)
    staff = _staff(cx)
    piles = piles_of(cx, staff)
    found = [
        PersonsLoad(
            id=row.id,
            name=row.name,
            title=row.title,
            roles=tuple(sorted(row.roles)),
            here=row.id not in away.gone,
            away_until=away.away.get(row.id),
            leaves_on=away.leaves.get(row.id),
            pile=piles[row.id],
        )
        for row in staff.values()
        if row.id not in away.gone or piles[row.id].open
    ]
    return tuple(sorted(found, key=lambda each: (-each.pile.weight, each.name, each.id)))


def of_queues(cx: Context, people: Iterable[PersonsLoad]) -> tuple[QueuesLoad, ...]:
    """What nobody has, queue by queue in their order, in one question."""
    inner = _first(Case.queue == Queue.code, Case.assignee_id.is_(None))
    rows = cx.db.execute(
        select(Queue.code, Queue.name, Queue.roles, *_counted(cx.now, inner))
        .select_from(Queue)
        .outerjoin(inner, true())
        .where(Queue.closed_at.is_(None))
        .group_by(Queue.code, Queue.name, Queue.position, Queue.roles)
        .order_by(Queue.position, Queue.code)
    )
    present = [each for each in people if each.here and each.away_until is None]
    return tuple(
        QueuesLoad(
            code=row.code,
            name=row.name,
            roles=tuple(row.roles),
            people=sum(bool(set(row.roles) & set(each.roles)) for each in present),
            pile=_pile(row),
        )
        for row in rows
    )


def piles_of(cx: Context, user_ids: Collection[int]) -> dict[int, Pile]:
    """The pile of each of these people, in one question."""
    inner = _first(Case.assignee_id == User.id)
    rows = cx.db.execute(
        select(User.id, *_counted(cx.now, inner))
        .select_from(User)
        .outerjoin(inner, true())
        .where(User.id.in_(user_ids))
        .group_by(User.id)
    )
    found = {row.id: _pile(row) for row in rows}
    return {user_id: found.get(user_id, Pile()) for user_id in user_ids}


def weight_of(group: str, *, fast: bool) -> int:
    """What an open case of this group of dues weighs in somebody's load."""
    return WEIGHTS[group] + (FAST if fast else 0)


def _first(*conditions: Any) -> Any:
    """The first cases of a pile by their due, as a lateral table."""
    return (
        select(Case.id, Case.next_due_at, Case.fast_track, Case.received_at)
        .where(Case.open, *conditions)
        .order_by(Case.next_due_at.asc().nulls_last(), Case.id)
        .limit(MOST)
        .lateral("pile")
    )


def _counted(now: datetime, inner: Any) -> tuple[Any, ...]:
    near = windows(now, DESK_ZONE)
    tomorrow, after_two = near["today"][1], near["soon"][1]
    due = inner.c.next_due_at
    weight = when(
        (inner.c.id.is_(None), 0),
        (due < now, WEIGHTS["overdue"]),
        (due < tomorrow, WEIGHTS["today"]),
        (due < after_two, WEIGHTS["soon"]),
        else_=WEIGHTS["later"],
    ) + when((inner.c.fast_track, FAST), else_=0)
    return (
        func.count(inner.c.id).label("open"),
        func.count(inner.c.id).filter(due < now).label("overdue"),
        func.count(inner.c.id).filter(due >= now, due < tomorrow).label("today"),
        func.count(inner.c.id).filter(due >= tomorrow, due < after_two).label("soon"),
        func.coalesce(func.sum(weight), 0).label("weight"),
        func.min(due).label("next_due_at"),
        func.min(inner.c.received_at).label("oldest_at"),
    )


def _pile(row: Any) -> Pile:
    return Pile(
        open=row.open,
        overdue=row.overdue,
        today=row.today,
        soon=row.soon,
        weight=int(row.weight),
        next_due_at=row.next_due_at,
        oldest_at=row.oldest_at,
    )


@dataclass(frozen=True)
class _Person:
    id: int
    name: str
    title: str
    roles: frozenset[str]


def _staff(cx: Context) -> dict[int, _Person]:
    """The people of ours who have work of their own on a contract within reach, with their roles;
    also those who left, as long as they are known."""
    reach = cx.principal
    statement = (
        select(User.id, User.name, User.title, Role.name.label("role"))
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(User.kind == "staff", Role.name.in_(WORKERS))
        .order_by(User.id)
    )
    if reach.reach != "all":
        ours = select(UserContract.user_id).where(UserContract.contract_id.in_(reach.ids))
        statement = statement.where(User.id.in_(ours))
    found: dict[int, _Person] = {}
    for row in cx.db.execute(statement):
        known = found.get(row.id, _Person(row.id, row.name, row.title, frozenset()))
        found[row.id] = _Person(known.id, known.name, known.title, known.roles | {row.role})
    return found
