"""Questions about accounts: the demo people, a person's sign-ins, and whose records he may open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.models import Contract, Member, Organization, User, WebSession

DEMO_DOMAIN: Final = "@demo.example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo town who signs in with one click."""

    id: int
    name: str
    title: str
    kind: str
    roles: tuple[str, ...]
    works_for: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which a person is signed in now."""

    id: int
    since: datetime
    last_seen: datetime


def demo_people(cx: Context) -> tuple[DemoPerson, ...]:
    """The demo town's active people, by id; `works_for` is the organization of an office."""
    rows = cx.db.execute(
        select(User, Organization.name)
        .outerjoin(Organization, Organization.id == User.organization_id)
        .where(User.email.endswith(DEMO_DOMAIN, autoescape=True), User.active)
        .order_by(User.id)
    ).all()
    return tuple(
        DemoPerson(
            id=user.id,
            name=user.name,
            title=user.title,
            kind=user.kind,
            roles=tuple(sorted(role.name for role in user.roles)),
            works_for=organization or "",
        )
        for user, organization in rows
    )


def open_sessions(cx: Context, *, wall: datetime) -> tuple[OpenSession, ...]:
    """The acting person's sessions that have not reached their end at `wall`, newest first."""
    rows = cx.db.execute(
        select(WebSession.id, WebSession.created_at, WebSession.last_seen_at)
        .where(WebSession.user_id == cx.principal.id, WebSession.expires_at > wall)
        .order_by(WebSession.created_at.desc())
    ).all()
    return tuple(OpenSession(row.id, row.created_at, row.last_seen_at) for row in rows)


def reach_in_names(cx: Context) -> tuple[str, ...]:
    """Whose records the acting person may open: names of contracts, his organization, a member.

    `("*",)` stands for all, an empty tuple for none.
    """
    principal = cx.principal
    if principal.reach == "all":
        return ("*",)
    if principal.reach == "contracts":
        names = select(Contract.name).where(Contract.id.in_(principal.ids)).order_by(Contract.name)
        return tuple(cx.db.scalars(names))
    if principal.reach == "organizations":
        where = Organization.id.in_(principal.ids)
        return tuple(cx.db.scalars(select(Organization.name).where(where)))
    if principal.reach == "members":
        found = select(Member.given_name, Member.family_name).where(Member.id.in_(principal.ids))
        return tuple(f"{row.given_name} {row.family_name}" for row in cx.db.execute(found))
    return ()


def own_language(cx: Context) -> str:
    """The language that the plan knows of the member who asks; empty for anybody else."""
    own = select(Member.language).where(Member.id.in_(cx.principal.ids))
    return str(cx.db.execute(own).scalar() or "") if cx.principal.reach == "members" else ""
