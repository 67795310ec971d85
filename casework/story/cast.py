"""Who plays: the demo's people at the API, each with a token of his own, as an operator makes them.

Making tokens is the only thing that the story does beside the doors; time is moved the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from casework import now
from casework.context import Context
from casework.models import Contract, CoverageSpan, Member, Organization, Practitioner, User
from casework.queries.accounts import DEMO_DOMAIN
from casework.services import tokens
from casework.story.door import Caller
from casework.story.place import Place

OFFICE: Final = "Maple Family Medicine"
SAMPLE: Final = "12345678901"
NEWER_MEDICAID: Final = "OH-MCD-2026"


@dataclass(frozen=True)
class Person:
    """A member as a request names him."""

    number: str
    born: str
    name: str


@dataclass(frozen=True)
class Cast:
    """Callers by the name before @demo.example, the office's own system, and the members."""

    callers: Mapping[str, Caller]
    ids: Mapping[str, int]
    office: Caller
    office_npi: str
    doctor_npi: str
    members: Mapping[str, Person]

    def __getitem__(self, name: str) -> Caller:
        return self.callers[name]


def assemble(place: Place) -> Cast:
    """Tokens for everybody of the demo, and one for the office's own system."""
    database = place.database
    with database.reading(database.context()) as cx:
        people = _people(cx)
        office = cx.db.execute(select(Organization).where(Organization.name == OFFICE)).scalar_one()
        doctor = cx.db.execute(
            select(Practitioner.npi)
            .where(Practitioner.organization_id == office.id)
            .order_by(Practitioner.id)
            .limit(1)
        ).scalar_one()
        members = _members(cx)
    return Cast(
        callers={
            name: Caller(place.address, _token(place, f"story {name}", user_id=user_id))
            for name, user_id in people.items()
        },
        ids=people,
        office=Caller(
            place.address,
            _token(place, "story office", organization_id=office.id, scopes=tuple(tokens.SCOPES)),
        ),
        office_npi=office.npi,
        doctor_npi=doctor,
        members=members,
    )


def _people(cx: Context) -> dict[str, int]:
    rows = cx.db.execute(select(User.id, User.email).where(User.email.endswith(DEMO_DOMAIN)))
    return {row.email.removesuffix(DEMO_DOMAIN): row.id for row in rows}


def _members(cx: Context) -> dict[str, Person]:
    mine = select(User.email, Member).join(Member, Member.id == User.member_id)
    rows = cx.db.execute(mine.where(User.email.endswith(DEMO_DOMAIN))).all()
    found = {row.email.removesuffix(DEMO_DOMAIN): _person(row.Member) for row in rows}
    newer = (
        select(Member)
        .join(CoverageSpan, CoverageSpan.member_id == Member.id)
        .join(Contract, Contract.id == CoverageSpan.contract_id)
        .where(Contract.code == NEWER_MEDICAID, CoverageSpan.ends_on.is_(None))
        .where(Member.restricted.is_(False))
        .order_by(Member.id)
        .limit(1)
    )
    return found | {"newer": _person(cx.db.execute(newer).scalar_one())}


def _person(member: Any) -> Person:
    name = f"{member.given_name} {member.family_name}"
    return Person(member.number, member.birth_date.isoformat(), name)


def _token(place: Place, name: str, **whose: Any) -> str:
    cx = place.database.context()
    return tokens.create_token(cx, name, wall=now.wall(), **whose).token
