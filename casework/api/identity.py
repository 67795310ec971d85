"""Who stands behind a request: the bearer token in the Authorization header, and nothing else.

Cookies, query parameters and bodies are never looked at. What the principal may do is not known
here.
"""

from flask import g, request
from sqlalchemy.orm import Session

from casework import now
from casework.api import edge
from casework.api.refusals import TokenDead, TokenNeeded
from casework.context import Principal
from casework.errors import SignInNeeded
from casework.queries.api_tokens import Presented, presented
from casework.queries.principals import principal_for


def recognise() -> SignInNeeded | None:
    """Bind the principal of the token to this request, or return why there is none.

    A client is one principal however many access tokens it has; a person's token is the person,
    held to the scopes of the token.
    """
    plain = _bearer(request.headers.get("Authorization", ""))
    if plain is None:
        return TokenNeeded()
    with edge.database().looking_up() as session:
        token = presented(session, plain, wall=now.wall())
        if token is None:
            return TokenDead()
        g.api_principal = _principal(session, token)
        g.api_scopes = token.scopes
    g.api_session_ref = f"token:{token.client_id}"
    return None


def _bearer(header: str) -> str | None:
    scheme, _, plain = header.strip().partition(" ")
    return plain.strip() if scheme.lower() == "bearer" and plain.strip() else None


def _principal(session: Session, token: Presented) -> Principal:
    if token.user is not None:
        return principal_for(session, token.user)
    organization = token.organization_id
    return Principal(
        kind="client",
        id=token.client_id,
        name=token.name,
        roles=frozenset({"client"}),
        reach="organizations" if organization is not None else "none",
        ids=(organization,) if organization is not None else (),
        organization_id=organization,
        scopes=token.scopes,
    )
