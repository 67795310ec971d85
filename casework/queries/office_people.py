"""Who belongs to a provider's office: the practice, who treats there, who signs in for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from casework import bearer
from casework.context import Context
from casework.models import ApiToken, Organization, Practitioner, User


@dataclass(frozen=True)
class Doctor:
    """Somebody of the office who orders or treats."""

    npi: str
    name: str
    specialty: str


@dataclass(frozen=True)
class Office:
    """The practice as requests name it. `zone` is where its clocks hang."""

    id: int
    name: str
    npi: str
    phone: str
    zone: str
    in_network: bool
    doctors: tuple[Doctor, ...]


@dataclass(frozen=True)
class Colleague:
    """Somebody who signs in for the office."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    active: bool


def office_of(cx: Context) -> Office:
    """The office of the acting person, who must belong to one, with its people by name."""
    row = cx.db.execute(
        select(Organization).where(Organization.id == cx.principal.organization_id)
    ).scalar_one()
    doctors = cx.db.execute(
        select(Practitioner.npi, Practitioner.name, Practitioner.specialty)
        .where(Practitioner.organization_id == row.id)
        .order_by(Practitioner.name)
        .limit(200)
    )
    return Office(
        id=row.id,
        name=row.name,
        npi=row.npi,
        phone=row.phone,
        zone=row.zone,
        in_network=row.in_network,
        doctors=tuple(Doctor(d.npi, d.name, d.specialty) for d in doctors),
    )


def named(cx: Context, npis: set[str]) -> dict[str, str]:
    """Who these NPIs are, as far as the plan's directory knows: names of people or practices."""
    wanted = {npi for npi in npis if npi}
    if not wanted:
        return {}
    offices = cx.db.execute(
        select(Organization.npi, Organization.name).where(Organization.npi.in_(wanted))
    )
    found = {row.npi: row.name for row in offices}
    people = cx.db.execute(
        select(Practitioner.npi, Practitioner.name).where(Practitioner.npi.in_(wanted))
    )
    return found | {row.npi: row.name for row in people}


def colleagues(cx: Context) -> tuple[Colleague, ...]:
    """Who signs in for the acting person's office, by name."""
    rows = cx.db.execute(
        select(User)
        .where(User.organization_id == cx.principal.organization_id, User.kind == "provider")
        .order_by(User.name)
    ).scalars()
    return tuple(
        Colleague(
            id=user.id,
            name=user.name,
            email=user.email,
            roles=tuple(sorted(role.name for role in user.roles)),
            active=user.active,
        )
        for user in rows
    )


def zone_of(cx: Context) -> str:
    """The IANA zone in which the acting person's office works."""
    found = cx.db.execute(
        select(Organization.zone).where(Organization.id == cx.principal.organization_id)
    ).scalar()
    return str(found or "America/New_York")


@dataclass(frozen=True)
class Token:
    """A token of the office's programs: whose it is, what it may do, how long it lives."""

    id: int
    name: str
    user_id: int | None
    owner: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def tokens_of(cx: Context) -> tuple[Token, ...]:
    """The tokens of the acting person's office and of its people, the newest first; those that
    programs fetch for half an hour are left out."""
    mine = cx.principal.organization_id
    rows = cx.db.execute(
        select(ApiToken, User.name.label("owner"))
        .outerjoin(User, User.id == ApiToken.user_id)
        .where(
            or_(ApiToken.organization_id == mine, User.organization_id == mine),
            ApiToken.name.not_like(f"{bearer.ACCESS}%"),
        )
        .order_by(ApiToken.id.desc())
        .limit(100)
    )
    return tuple(
        Token(
            id=row.ApiToken.id,
            name=row.ApiToken.name,
            user_id=row.ApiToken.user_id,
            owner=row.owner or "",
            scopes=tuple(row.ApiToken.scopes),
            created_at=row.ApiToken.created_at,
            expires_at=row.ApiToken.expires_at,
            revoked_at=row.ApiToken.revoked_at,
        )
        for row in rows
    )
