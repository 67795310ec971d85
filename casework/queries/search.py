"""Finding a case by what one has in hand: any number of ours, or the member's name or number.

Everything stays within the principal's reach. Names never stand in an address: the door posts them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from casework import refs
from casework.context import Context
from casework.models import Authorization, Case, Contact, Contract, Escalation, Member
from casework.queries import claims

MOST_MEMBERS: Final = 20
MOST_CASES: Final = 100
_BY_NUMBER: Final = {
    "authorization": (Authorization.number, Authorization.case_id),
    "escalation": (Escalation.ref, Escalation.case_id),
    "contact": (Contact.ref, Contact.case_id),
}
_WORD: Final = re.compile(r"[^\W_][\w'’.-]*")
_BIRTH: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)


@dataclass(frozen=True)
class FoundCase:
    """A case of a member, the newest first."""

    ref: str
    kind: str
    state: str
    title: str
    contract: str
    received_at: datetime
    open: bool


@dataclass(frozen=True)
class FoundMember:
    """A member with the cases that are within reach."""

    id: int
    number: str
    name: str
    birth_date: date
    cases: tuple[FoundCase, ...]


def case_with(cx: Context, number: str) -> str | None:
    """The reference of the case that this number names or belongs to; None for none within reach.

    Takes the numbers of cases, authorizations, escalations, contacts and claims.
    """
    wanted = number.strip().upper()
    kind = refs.kind_of(wanted)
    if kind is None:
        return _of_claim(cx, wanted)
    found = select(Case.ref)
    if kind in _BY_NUMBER:
        column, case_id = _BY_NUMBER[kind]
        found = found.join(column.class_, case_id == Case.id).where(column == wanted)
    else:
        found = found.where(Case.ref == wanted)
    return cx.db.execute(found.limit(1)).scalar()


def _of_claim(cx: Context, number: str) -> str | None:
    """The newest dispute of the claim with this number, else the request that the claim names."""
    claim = claims.claim_numbered(cx, number) if number and "\x00" not in number else None
    if claim is None:
        return None
    ref, _state = claims.disputes_of(cx, [claim]).get(claim.number, ("", ""))
    return ref or claims.request_of(cx, claim) or None


def members_like(cx: Context, typed: str) -> tuple[FoundMember, ...]:
    """Members by their number, or by the beginnings of their names and, if typed, date of birth.

    Every word must fit the beginning of a given or family name. At most MOST_MEMBERS, by name.
    """
    condition = _condition(typed)
    if condition is None:
        return ()
    members = cx.db.execute(
        select(Member.id, Member.number, Member.given_name, Member.family_name, Member.birth_date)
        .where(condition)
        .order_by(Member.family_name, Member.given_name, Member.id)
        .limit(MOST_MEMBERS)
    ).all()
    cases = _cases_of(cx, [member.id for member in members])
    return tuple(
        FoundMember(
            id=member.id,
            number=member.number,
            name=f"{member.given_name} {member.family_name}",
            birth_date=member.birth_date,
            cases=tuple(cases.get(member.id, ())),
        )
        for member in members
    )


def _condition(typed: str) -> Any:
    text = " ".join("".join(c for c in typed if c.isprintable()).split())[:80]
    if re.fullmatch(r"[0-9 -]{6,20}", text):
        return Member.number == re.sub(r"[ -]", "", text)
    born = _BIRTH.search(text)
    words = _WORD.findall(_BIRTH.sub(" ", text))
    parts = [_name_begins(word) for word in words[:4] if len(word) > 1 or len(words) > 1]
    if born:
        day = _day(born)
        if day is None:
            return None
        parts.append(Member.birth_date == day)
    return and_(*parts) if parts else None


def _name_begins(word: str) -> Any:
    low = word.lower()
    return or_(
        func.lower(Member.family_name).startswith(low, autoescape=True),
        func.lower(Member.given_name).startswith(low, autoescape=True),
    )


def _day(found: re.Match[str]) -> date | None:
    month, day, year, iso_year, iso_month, iso_day = found.groups()
    try:
        if year:
            return date(int(year), int(month), int(day))
        return date(int(iso_year), int(iso_month), int(iso_day))
    except ValueError:
        return None


def _cases_of(cx: Context, members: Sequence[int]) -> dict[int, list[FoundCase]]:
    if not members:
        return {}
    rows = cx.db.execute(
        select(
            Case.member_id,
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Case.received_at,
            Case.open,
            Contract.name,
        )
        .join(Contract, Contract.id == Case.contract_id)
        .where(Case.member_id.in_(members))
        .order_by(Case.id.desc())
        .limit(MOST_CASES)
    )
    found: dict[int, list[FoundCase]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(
            FoundCase(
                ref=row.ref,
                kind=row.kind,
                state=row.state,
                title=row.title,
                contract=row.name,
                received_at=row.received_at,
                open=row.open,
            )
        )
    return found
