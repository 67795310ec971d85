"""From an account to a principal: which rows exist for the person who signed in.

Roles that do not belong to the kind of account count for nothing. It reads accounts, and the forms
by which somebody speaks for a member.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Date, column, func, select, true
from sqlalchemy.orm import Session

from casework import now, policy
from casework.context import Narrowed, Principal, Reach
from casework.metadata import INSTANT
from casework.models import AccountMember, TimeOffset, User, UserContract

READS_ALL: Final = frozenset({"compliance"})
OF_STAFF: Final = policy.STAFF | {"admin"}
OF_OFFICES: Final = frozenset({"provider", "provider_admin"})
FORM: Final = "form"
HELPS: Final = "representative"
# What `link_behind` tells: the days and the scope of a form; since when the member keeps apart.
_BEHIND: Final = (
    column("form_starts", Date),
    column("form_ends", Date),
    column("form_series", BigInteger),
    column("form_looks", Boolean),
    column("apart_since", INSTANT),
    column("hidden", Boolean),
    column("form_private", Boolean),
)


@dataclass(frozen=True)
class _Link:
    """A member whose records an account opens besides its own."""

    member_id: int
    basis: str
    in_force: bool
    series_id: int | None
    looks_only: bool
    sees_private: bool


def principal_for(session: Session, user: User) -> Principal:
    """The principal of this account, with its reach.

    Compliance reads all; other staff the contracts that they work for; an administrator no case; a
    provider's people their organization; members and representatives their members, each as long
    as what lets them stands. An account that is switched off, or whose data do not fit its kind,
    reaches nothing.
    """
    roles = frozenset(role.name for role in user.roles)
    reach, ids, kept = _nothing()
    narrowed = Narrowed()
    if user.active and user.kind == "staff":
        reach, ids, kept = _of_staff(session, user, roles & OF_STAFF)
    elif user.active and user.kind == "provider" and user.organization_id is not None:
        reach, ids, kept = "organizations", (user.organization_id,), roles & OF_OFFICES
    elif user.active and user.kind == "member":
        links = _links(session, user)
        # Whose last form has ended still comes to an empty page, not to a refusal.
        if links or user.member_id is not None or HELPS in roles:
            reach, ids, kept = "members", _members(user, links), roles & policy.MEMBERS
        narrowed = _narrowed(user, links)
    return Principal(
        kind="user",
        id=user.id,
        name=user.name,
        roles=kept,
        reach=reach if kept and (ids or reach != "members") else "none",
        ids=ids if kept else (),
        restricted=user.kind == "staff" and user.sees_restricted,
        organization_id=user.organization_id if user.kind == "provider" else None,
        email=user.email,
        narrowed=narrowed,
    )


def _members(user: User, links: tuple[_Link, ...]) -> tuple[int, ...]:
    """The members of this account: its own first. Where a form is behind it, the form decides."""
    ended = {link.member_id for link in links if link.basis == FORM and not link.in_force}
    own = () if user.member_id is None or user.member_id in ended else (user.member_id,)
    helped = sorted({link.member_id for link in links if link.in_force} - set(own))
    return (*own, *helped)


def _narrowed(user: User, links: tuple[_Link, ...]) -> Narrowed:
    """What the account sees less of those whom it helps. A child's or a spouse's confidential cases
    stay theirs (45 CFR 164.502(g)(3), 164.522(b)); a form may cover one service, or reading only.
    An account whose mailbox the plan does not know sees nothing confidential of its own member
    either, and cannot say where the plan writes to.
    """
    helped = [link for link in links if link.in_force]
    hushed = [link.member_id for link in helped if not link.sees_private]
    if user.unproved_since is not None and user.member_id is not None:
        hushed.append(user.member_id)
    forms = [link for link in helped if link.basis == FORM]
    limited = [link for link in forms if link.series_id is not None]
    return Narrowed(
        hushed=_sorted(hushed),
        limited=_sorted(link.member_id for link in limited),
        series=_sorted(link.series_id or 0 for link in limited),
        looks_only=_sorted(link.member_id for link in forms if link.looks_only),
    )


def _links(session: Session, user: User) -> tuple[_Link, ...]:
    """The links of this account that nobody has ended, as of today in case time."""
    behind = func.link_behind(AccountMember.representative_id, AccountMember.member_id)
    found = behind.table_valued(*_BEHIND).lateral()
    moved = select(TimeOffset.seconds).where(TimeOffset.id == 1).scalar_subquery()
    rows = session.execute(
        select(AccountMember, found, moved.label("moved"))
        .select_from(AccountMember)
        .outerjoin(found, true())
        .where(AccountMember.user_id == user.id, AccountMember.ended_at.is_(None))
        .order_by(AccountMember.id)
    ).all()
    return tuple(_link(row) for row in rows)


def _link(row: Any) -> _Link:
    link: AccountMember = row.AccountMember
    today = now.case_time(timedelta(seconds=row.moved or 0)).date()
    stands = _covers(link.starts_on, link.ends_on, today)
    if link.basis == FORM:
        stands = stands and row.form_starts is not None
        stands = stands and _covers(row.form_starts, row.form_ends, today)
    else:
        stands = stands and not _keeps_apart(link, row)
    private = link.basis == FORM and bool(row.form_private)
    looks = bool(row.form_looks)
    return _Link(link.member_id, link.basis, stands, row.form_series, looks, private)


def _keeps_apart(link: AccountMember, row: Any) -> bool:
    """Whether the member keeps data from the own house since this link was made: it holds no more.
    What the member agreed to knowing that stands."""
    since = row.apart_since
    hidden = row.hidden and not link.while_hidden
    return bool(hidden or (since is not None and since > link.added_at))


def _covers(starts_on: date, ends_on: date | None, today: date) -> bool:
    return starts_on <= today and (ends_on is None or today <= ends_on)


def _sorted(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(ids)))


def _nothing() -> tuple[Reach, tuple[int, ...], frozenset[str]]:
    return "none", (), frozenset()


def _of_staff(
    session: Session, user: User, roles: frozenset[str]
) -> tuple[Reach, tuple[int, ...], frozenset[str]]:
    if roles & READS_ALL:
        return "all", (), roles
    if not roles - {"admin"}:
        return "none", (), roles
    contracts = session.scalars(
        select(UserContract.contract_id)
        .where(UserContract.user_id == user.id)
        .order_by(UserContract.contract_id)
    )
    return "contracts", tuple(contracts), roles
