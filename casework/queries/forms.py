"""The forms by which people speak for a member, for the staff who help them to sign in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from casework.context import Context
from casework.models import AccountMember, Member, Representative, User
from casework.records.ways_in import normal_number


@dataclass(frozen=True, slots=True)
class Form:
    """One form on file: who speaks, since when, until when, what it covers, with an account?"""

    id: int
    name: str
    relation: str
    starts_on: date
    ends_on: date | None
    one_service: bool
    looks_only: bool
    signs_in: bool
    in_force: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A member within reach, with the forms."""

    id: int
    name: str
    forms: tuple[Form, ...]
    # The own account was made with an e-mail address that we did not know; since when, and ours.
    unproved: datetime | None
    phone: str


def forms_of(cx: Context, number: str) -> Found | None:
    """The member with exactly this number, if this principal sees him; else None."""
    member = cx.db.execute(select(Member).where(Member.number == normal_number(number))).scalar()
    if member is None:
        return None
    signs_in = exists().where(
        AccountMember.representative_id == Representative.id, AccountMember.ended_at.is_(None)
    )
    rows = cx.db.execute(
        select(Representative, signs_in.label("signs_in"))
        .where(Representative.member_id == member.id)
        .order_by(Representative.id)
    ).all()
    today = cx.now.date()
    forms = tuple(_form(row.Representative, row.signs_in, today) for row in rows)
    unproved = cx.db.execute(
        select(User.unproved_since).where(
            User.member_id == member.id, User.kind == "member", User.unproved_since.is_not(None)
        )
    ).scalar()
    name = f"{member.given_name} {member.family_name}"
    return Found(member.id, name, forms, unproved, member.phone)


def _form(row: Representative, signs_in: bool, today: date) -> Form:
    begun = row.starts_on <= today
    return Form(
        id=row.id,
        name=row.name,
        relation=row.relation,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        one_service=row.series_id is not None,
        looks_only=row.looks_only,
        signs_in=signs_in,
        in_force=begun and row.ended_at is None and (row.ends_on is None or row.ends_on >= today),
    )
