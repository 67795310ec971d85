"""Whom a bearer token stands for, and which tokens there are. Reads account tables only.

The token itself is never here: it is looked up by its hash, so nothing secret is compared.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import bearer
from casework.models import ApiToken, User


@dataclass(frozen=True, kw_only=True)
class Presented:
    """A living token: its own id, the id of the client it belongs to, and for whom it acts.

    `client_id` is the id of the client's own token, for an access token as well, so that a client
    stays the same principal while its access tokens come and go.
    """

    token_id: int
    client_id: int
    name: str
    organization_id: int | None
    user: User | None
    scopes: frozenset[str]
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One token as an administrator sees it. Access tokens of OAuth are not listed."""

    id: int
    name: str
    organization_id: int | None
    user_id: int | None
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def presented(session: Session, plain: str, *, wall: datetime) -> Presented | None:
    """Whom this token stands for at this instant of the wall clock; None for no living token.

    An access token lives no longer than the client's own token, and a person's token no longer
    than his account.
    """
    if not bearer.is_shape(plain):
        return None
    token = session.scalars(
        select(ApiToken).where(ApiToken.token_sha256 == bearer.digest(plain))
    ).one_or_none()
    if token is None or not _alive(token, wall):
        return None
    client = _client_of(session, token)
    if client is None or not _alive(client, wall):
        return None
    user = session.get(User, client.user_id) if client.user_id is not None else None
    if client.user_id is not None and (user is None or not user.active):
        return None
    return Presented(
        token_id=token.id,
        client_id=client.id,
        name=client.name,
        organization_id=client.organization_id,
        user=user,
        scopes=frozenset(token.scopes),
        expires_at=token.expires_at,
    )


def listed(session: Session, *, organization_id: int | None = None) -> tuple[Listed, ...]:
    """All tokens that were handed out by hand, the newest first; of one organization when given."""
    wanted = select(ApiToken).where(ApiToken.name.not_like(bearer.ACCESS + "%"))
    if organization_id is not None:
        wanted = wanted.where(ApiToken.organization_id == organization_id)
    return tuple(
        Listed(
            id=row.id,
            name=row.name,
            organization_id=row.organization_id,
            user_id=row.user_id,
            scopes=tuple(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in session.scalars(wanted.order_by(ApiToken.id.desc()))
    )


def _alive(token: ApiToken, wall: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > wall)


def _client_of(session: Session, token: ApiToken) -> ApiToken | None:
    if not token.name.startswith(bearer.ACCESS):
        return token
    return session.get(ApiToken, int(token.name.removeprefix(bearer.ACCESS)))
