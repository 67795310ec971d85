"""People who sign in, for whoever administers: the list by cursor, one person whole, what waits.

It reads accounts, never a case: how much work lies with somebody is a count of the whole house.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import aliased

from casework.context import Context
from casework.errors import NotFound
from casework.models import (
    AccountChange,
    Case,
    Contract,
    HouseTask,
    Licence,
    Organization,
    Role,
    SignInAttempt,
    User,
    UserContract,
    WayIn,
    user_role,
)
from casework.records import account_changes
from casework.records.tries import PER_ACCOUNT, WINDOW

PAGE: Final = 25
MOST_HISTORY: Final = 100
SHOWN: Final = {
    "here": "Open accounts",
    "closed": "Closed accounts",
    "offices": "People of offices",
    "all": "Everybody",
}


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for: words of a name or an address, a role, which accounts, and
    the person (by id) after whom the page begins."""

    words: str = ""
    role: str = ""
    shown: str = "here"
    after: int = 0


@dataclass(frozen=True)
class Person:
    """One line of the list."""

    id: int
    name: str
    title: str
    email: str
    kind: str
    roles: tuple[str, ...]
    active: bool
    left_on: date | None
    sees_restricted: bool
    works_for: str
    has_password: bool
    locked_until: datetime | None


@dataclass(frozen=True)
class Listed:
    """A page of the list, and where the next one begins."""

    rows: tuple[Person, ...]
    next: int


def people(cx: Context, wanted: Wanted, *, wall: datetime) -> Listed:
    """A page of people by name. Locks are those that stand at `wall`."""
    found: Any = (
        select(User, Organization.name.label("office"))
        .outerjoin(Organization, Organization.id == User.organization_id)
        .where(*_conditions(wanted))
        .order_by(User.name, User.id)
        .limit(PAGE + 1)
    )
    rows = cx.db.execute(found).all()
    shown = rows[:PAGE]
    contracts = contracts_of(cx, [row.User.id for row in shown])
    locks = locked(cx, [(row.User.id, row.User.email) for row in shown], wall=wall)
    more = shown[-1].User.id if len(rows) > PAGE else 0
    return Listed(
        tuple(_person(row.User, row.office, contracts, locks) for row in shown),
        more,
    )


def person(cx: Context, user_id: int, *, wall: datetime) -> Person:
    """One person. Raises NotFound."""
    row = cx.db.execute(
        select(User, Organization.name.label("office"))
        .outerjoin(Organization, Organization.id == User.organization_id)
        .where(User.id == user_id, User.kind.in_(("staff", "provider")))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such person here.")
    locks = locked(cx, [(row.User.id, row.User.email)], wall=wall)
    return _person(row.User, row.office, contracts_of(cx, [user_id]), locks)


def contracts_of(cx: Context, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """The contracts, id and name, for which each of these people works."""
    found: dict[int, list[tuple[int, str]]] = {}
    rows = cx.db.execute(
        select(UserContract.user_id, Contract.id, Contract.name)
        .join(Contract, Contract.id == UserContract.contract_id)
        .where(UserContract.user_id.in_(ids))
        .order_by(Contract.name)
    )
    for user_id, number, name in rows:
        found.setdefault(user_id, []).append((number, name))
    return found


def locked(
    cx: Context, accounts: Iterable[tuple[int, str]], *, wall: datetime
) -> dict[int, datetime]:
    """Until when each of these accounts (id and address) cannot be tried, where it is locked."""
    keys = {
        key: user_id
        for user_id, email in accounts
        for key, kind in account_changes.lock_keys(user_id, email).items()
        if kind != "forgot"
    }
    rows = cx.db.execute(
        select(SignInAttempt.key, func.min(SignInAttempt.at))
        .where(SignInAttempt.key.in_(keys), SignInAttempt.at > wall - WINDOW)
        .group_by(SignInAttempt.key)
        .having(func.count() >= PER_ACCOUNT)
    )
    return {keys[key]: oldest + WINDOW for key, oldest in rows}


def licences(cx: Context, user_id: int) -> Sequence[Any]:
    """The licences of this person, the ones in force first."""
    return cx.db.execute(
        select(
            Licence.id,
            Licence.kind,
            Licence.state,
            Licence.number,
            Licence.specialty,
            Licence.starts_on,
            Licence.ends_on,
            Licence.restricted,
        )
        .where(Licence.user_id == user_id)
        .order_by(Licence.ends_on.desc().nulls_first(), Licence.id)
        .limit(MOST_HISTORY)
    ).all()


def history(cx: Context, user_id: int) -> Sequence[AccountChange]:
    """What was changed on this account on screen, the newest first."""
    return cx.db.scalars(
        select(AccountChange)
        .where(AccountChange.user_id == user_id)
        .order_by(AccountChange.id.desc())
        .limit(MOST_HISTORY)
    ).all()


def waiting(cx: Context) -> Sequence[Any]:
    """Changes that wait for a second administrator or for their day, with whose account it is."""
    return cx.db.execute(
        select(AccountChange, User.name)
        .join(User, User.id == AccountChange.user_id)
        .where(AccountChange.state.in_(("waiting", "planned")))
        .order_by(AccountChange.effective_on, AccountChange.id)
        .limit(MOST_HISTORY)
    ).all()


def waiting_count(cx: Context) -> int:
    """How many changes wait for a second administrator."""
    count = select(func.count()).select_from(AccountChange)
    return int(cx.db.execute(count.where(AccountChange.state == "waiting")).scalar_one())


def tasks(cx: Context) -> Sequence[Any]:
    """What the house has to do about its people: licences that end, the first to end first."""
    return cx.db.execute(
        select(
            HouseTask.id,
            HouseTask.user_id,
            HouseTask.due_on,
            User.name,
            Licence.kind,
            Licence.state,
            Licence.number,
        )
        .join(User, User.id == HouseTask.user_id)
        .outerjoin(
            Licence, Licence.id == func.split_part(HouseTask.key, ":", 1).cast(Licence.id.type)
        )
        .where(HouseTask.done_at.is_(None), HouseTask.kind == account_changes.LICENCE_TASK)
        .order_by(HouseTask.due_on, HouseTask.id)
        .limit(MOST_HISTORY)
    ).all()


def work_of(cx: Context, user_id: int) -> int:
    """How many open cases lie with this person; only the system asks, the count names nobody."""
    return int(
        cx.db.execute(
            select(func.count()).select_from(Case).where(Case.assignee_id == user_id, Case.open)
        ).scalar_one()
    )


def last_link(cx: Context, user_id: int) -> str:
    """How far the last link to a password of this person came: asked, mailed, used …, or empty;
    only the system asks."""
    mine = select(WayIn.stage).where(WayIn.user_id == user_id, WayIn.purpose == "staff")
    return str(cx.db.execute(mine.order_by(WayIn.id.desc()).limit(1)).scalar() or "")


def administrators(cx: Context) -> int:
    """How many people administer now."""
    return int(
        cx.db.execute(
            select(func.count(func.distinct(User.id)))
            .join(user_role, user_role.c.user_id == User.id)
            .join(Role, Role.id == user_role.c.role_id)
            .where(Role.name == "admin", User.active, User.kind == "staff")
        ).scalar_one()
    )


def _conditions(wanted: Wanted) -> list[Any]:
    kinds = {"offices": ("provider",), "all": ("staff", "provider")}
    conditions: list[Any] = [User.kind.in_(kinds.get(wanted.shown, ("staff",)))]
    if wanted.shown == "here":
        conditions.append(User.active)
    if wanted.shown == "closed":
        conditions.append(User.active.is_(False))
    if wanted.words:
        like = or_(
            User.name.icontains(wanted.words, autoescape=True),
            User.email.icontains(wanted.words, autoescape=True),
            User.title.icontains(wanted.words, autoescape=True),
        )
        conditions.append(like)
    if wanted.role:
        held = (
            select(user_role.c.user_id)
            .join(Role, Role.id == user_role.c.role_id)
            .where(Role.name == wanted.role)
        )
        conditions.append(User.id.in_(held))
    if wanted.after:
        last = aliased(User)
        name = select(last.name).where(last.id == wanted.after).scalar_subquery()
        conditions.append(tuple_(User.name, User.id) > tuple_(name, wanted.after))
    return conditions


def _person(
    user: User,
    office: str | None,
    contracts: Mapping[int, list[tuple[int, str]]],
    locks: Mapping[int, datetime],
) -> Person:
    works_for = office or ", ".join(name for _, name in contracts.get(user.id, ()))
    return Person(
        id=user.id,
        name=user.name,
        title=user.title,
        email=user.email,
        kind=user.kind,
        roles=tuple(sorted(role.name for role in user.roles)),
        active=user.active,
        left_on=user.left_on,
        sees_restricted=user.sees_restricted,
        works_for=works_for,
        has_password=bool(user.password),
        locked_until=locks.get(user.id),
    )


def contract_choices(cx: Context) -> tuple[tuple[int, str], ...]:
    """Id and name of every contract, by name."""
    rows = cx.db.execute(select(Contract.id, Contract.name).order_by(Contract.name))
    return tuple((row.id, row.name) for row in rows)
