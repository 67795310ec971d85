"""Whose records an account opens, and who else opens one's own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import AccountMember, Member, Representative, User


@dataclass(frozen=True, slots=True)
class Helped:
    """One member whose records this account opens besides its own, until that day."""

    id: int
    name: str
    basis: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody else whose account opens one's own records."""

    id: int
    name: str
    basis: str


def helped(cx: Context) -> tuple[Helped, ...]:
    """Those whose records the acting person opens now besides his own."""
    rows = cx.db.execute(
        select(AccountMember, Member.given_name, Member.family_name, Representative.ends_on)
        .join(Member, Member.id == AccountMember.member_id)
        .outerjoin(Representative, Representative.id == AccountMember.representative_id)
        .where(
            AccountMember.user_id == cx.principal.id,
            AccountMember.ended_at.is_(None),
            AccountMember.member_id.in_(cx.principal.ids),
        )
        .order_by(AccountMember.id)
    ).all()
    return tuple(_helped(row) for row in rows)


def seers(cx: Context) -> tuple[Seer, ...]:
    """Those whose accounts open the acting person's own records."""
    own = select(User.member_id).where(User.id == cx.principal.id).scalar_subquery()
    rows = cx.db.execute(
        select(AccountMember.id, AccountMember.basis, User.name)
        .join(User, User.id == AccountMember.user_id)
        .where(
            AccountMember.member_id == own,
            AccountMember.ended_at.is_(None),
            AccountMember.user_id != cx.principal.id,
        )
        .order_by(AccountMember.id)
    ).all()
    return tuple(Seer(row.id, row.name, row.basis) for row in rows)


def _helped(row: Any) -> Helped:
    link: AccountMember = row.AccountMember
    ends = [day for day in (link.ends_on, row.ends_on) if day is not None]
    name = f"{row.given_name} {row.family_name}"
    return Helped(link.id, name, link.basis, min(ends, default=None))
