"""What a member's letters heed, as it stands, and how it came to be so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Member, StandingNeed

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Needs:
    """The standing needs of one member. `confidential_since`: since when letters go only to the
    safe address."""

    id: int
    name: str
    number: str
    language: str
    letter_format: str
    contact_preference: str
    texts_ok: bool
    email: str
    phone: str
    address: tuple[str, ...]
    address_bad: bool
    confidential_since: datetime | None
    safe_address: tuple[str, ...]
    safe_email: str
    safe_phone: str
    representatives: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change of them: what, from and to (plain values), when, by whom."""

    need: str
    was: Any
    became: Any
    reason: str
    at: datetime
    by_name: str
    by_role: str


def needs_of(cx: Context, member_id: int) -> Needs:
    """The standing needs of this member. Raises NotFound, the same for absent and out of reach."""
    row = cx.db.execute(select(Member).where(Member.id == member_id)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such member here.")
    return Needs(
        id=row.id,
        name=f"{row.given_name} {row.family_name}",
        number=row.number,
        language=row.language,
        letter_format=row.letter_format,
        contact_preference=row.contact_preference,
        texts_ok=row.texts_ok,
        email=row.email,
        phone=row.phone,
        address=tuple(row.address),
        address_bad=row.address_bad_since is not None,
        confidential_since=row.confidential_since,
        safe_address=tuple(row.safe_address),
        safe_email=str(row.safe_contact.get("email", "")),
        safe_phone=str(row.safe_contact.get("phone", "")),
        representatives=bool(row.safe_contact.get("representatives", False)),
    )


def history_of(cx: Context, member_id: int) -> tuple[Change, ...]:
    """The changes of this member's needs, newest first."""
    rows = cx.db.execute(
        select(StandingNeed)
        .where(StandingNeed.member_id == member_id)
        .order_by(StandingNeed.id.desc())
        .limit(MOST)
    ).scalars()
    return tuple(
        Change(
            need=row.need,
            was=row.was,
            became=row.became,
            reason=row.reason,
            at=row.at,
            by_name=row.by_name,
            by_role=row.by_role,
        )
        for row in rows
    )
