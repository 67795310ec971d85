"""Bearer tokens: made, handed out once, revoked. Only the hash is stored.

Life and expiry are on the wall clock, which is an argument: a demonstration that moves case time
ends no token. It knows no web framework and not what a scope opens.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update

from casework import bearer, observations, policy
from casework.bearer import ACCESS
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import ApiToken, Organization, User

# What a token may be for. A client's token has some of these; a person's token has all that the
# person has, or only the part that is named.
SCOPES: Final = {
    "requests:submit": "Submit requests for prior authorization",
    "cases:read": "Read the cases, letters and papers of the organization",
    "cases:act": "Act on the cases of the organization: withdraw, answer, ask for speed",
    "appeals:file": "File appeals, grievances and requests for external review",
    "documents:add": "Add papers to a case",
    "eligibility:read": "Ask whether a member is covered on a day",
    "pa-list:read": "Ask whether prior authorization is required",
    "fhir:pas": "Use the FHIR door (Da Vinci PAS)",
    "edi:278": "Use the X12 278 door",
}
MAX_NAME: Final = 80
ACCESS_LIFE: Final = timedelta(minutes=30)
# How long an expired access token stays, so that the history's reference to it can be followed.
ACCESS_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made. `token` is the only copy in clear; it cannot be shown again.

    `expires_at` is ISO 8601 in UTC, empty when it does not expire.
    """

    id: int
    name: str
    token: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """A token that no longer opens anything, and how many access tokens went with it."""

    id: int
    name: str
    access_tokens: int


@command
def create_token(
    cx: Context,
    name: str,
    *,
    wall: datetime,
    organization_id: int | None = None,
    user_id: int | None = None,
    scopes: tuple[str, ...] = (),
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a token for a client (of an organization, or of none) or for a person.

    A client's token needs at least one scope; a person's without scopes has all that the person
    has. Only an administrator or the system makes tokens; a person may make his own. Raises
    NotAllowed, or Invalid naming each field to mend. Never give this command an Idempotency-Key:
    the answer would be stored, and the token with it.
    """
    if cx.idempotency is not None:
        raise RuntimeError("A token is shown once and stored nowhere, so it cannot be replayed.")
    _require_right(cx, user_id=user_id)
    _refuse_wrong(cx, name, user_id=user_id, organization_id=organization_id, scopes=scopes)
    _refuse_past(expires_at, wall)
    made = _insert(
        cx,
        name.strip(),
        plain=bearer.fresh(),
        organization_id=organization_id,
        user_id=user_id,
        scopes=tuple(dict.fromkeys(scopes)),
        created_at=wall,
        expires_at=expires_at,
    )
    observations.append(cx, "token_created", what=f"token:{made.id}")
    return made


@command
def issue_access_token(
    cx: Context, client_id: int, *, plain: str, scopes: tuple[str, ...], wall: datetime
) -> NewToken:
    """Store a short-lived access token of a client that has proved itself (RFC 6749, 4.4).

    `client_id` is the id of the client's own token; the scopes are some of that token's. It never
    outlives that token. Raises NotFound when the client's token has ended meanwhile, NotAllowed for
    a scope that it lacks. Expired access tokens of the client are removed.
    """
    client = _living(cx, client_id, wall)
    lacking = set(scopes) - set(client.scopes)
    if lacking or client.user_id is not None:
        raise NotAllowed("The client may not have these scopes.", source=" ".join(sorted(lacking)))
    mine = f"{ACCESS}{client.id}"
    cx.db.execute(
        delete(ApiToken).where(ApiToken.name == mine, ApiToken.expires_at < wall - ACCESS_KEPT)
    )
    ends = min(end for end in (wall + ACCESS_LIFE, client.expires_at) if end is not None)
    return _insert(
        cx,
        mine,
        plain=plain,
        organization_id=client.organization_id,
        user_id=None,
        scopes=scopes,
        created_at=wall,
        expires_at=ends,
    )


@command
def revoke_token(cx: Context, token_id: int, *, wall: datetime) -> Revoked:
    """End a token now, and with it every access token that it obtained.

    Revoking twice changes nothing. Raises NotFound, NotAllowed.
    """
    token = cx.db.get(ApiToken, token_id, with_for_update=True)
    if token is None or token.name.startswith(ACCESS):
        raise NotFound("There is no token with this number.")
    _require_right(cx, user_id=token.user_id)
    if token.revoked_at is None:
        token.revoked_at = wall
    alive = (ApiToken.name == f"{ACCESS}{token.id}") & ApiToken.revoked_at.is_(None)
    ended = cx.db.scalars(
        update(ApiToken).where(alive).values(revoked_at=wall).returning(ApiToken.id)
    ).all()
    cx.db.flush()
    observations.append(cx, "token_revoked", what=f"token:{token.id}")
    return Revoked(id=token.id, name=token.name, access_tokens=len(ended))


def _require_right(cx: Context, *, user_id: int | None) -> None:
    who = cx.principal
    if who.kind == "system" or (who.kind == "user" and user_id == who.id):
        return
    policy.require(who, "", "administer")


def _refuse_wrong(
    cx: Context,
    name: str,
    *,
    user_id: int | None,
    organization_id: int | None,
    scopes: tuple[str, ...],
) -> None:
    """Everything that is wrong, at once."""
    wrong: dict[str, str] = {}
    plain = name.strip()
    if not 0 < len(plain) <= MAX_NAME or not plain.isprintable() or plain.startswith(ACCESS):
        wrong["name"] = f"Give the token a name of 1 to {MAX_NAME} characters, not {ACCESS}…."
    if user_id is not None and organization_id is not None:
        wrong["organization_id"] = "A token is for a person or for an organization: leave one out."
    elif organization_id is not None and cx.db.get(Organization, organization_id) is None:
        wrong["organization_id"] = "There is no organization with this number."
    elif user_id is not None and not _is_active(cx, user_id):
        wrong["user_id"] = "There is no active account with this number."
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown:
        wrong["scopes"] = f"No such scope: {', '.join(unknown)}. There are: {', '.join(SCOPES)}."
    elif not scopes and user_id is None:
        wrong["scopes"] = f"A client needs at least one scope: {', '.join(SCOPES)}."
    if wrong:
        raise Invalid("This token cannot be made: " + " ".join(wrong.values()), fields=wrong)


def _refuse_past(expires_at: datetime | None, wall: datetime) -> None:
    if expires_at is not None and expires_at <= wall:
        fix = "Send an instant that lies ahead."
        raise Invalid(f"Please correct expires_at: {fix}", fields={"expires_at": fix})


def _is_active(cx: Context, user_id: int) -> bool:
    return bool(cx.db.scalar(select(User.active).where(User.id == user_id)))


def _living(cx: Context, client_id: int, wall: datetime) -> ApiToken:
    client = cx.db.scalars(
        select(ApiToken)
        .where(
            ApiToken.id == client_id,
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > wall),
        )
        .with_for_update(read=True)
    ).one_or_none()
    if client is None or client.name.startswith(ACCESS):
        raise NotFound("There is no living client with this number.")
    return client


def _insert(
    cx: Context,
    name: str,
    *,
    plain: str,
    organization_id: int | None,
    user_id: int | None,
    scopes: tuple[str, ...],
    created_at: datetime,
    expires_at: datetime | None,
) -> NewToken:
    row = ApiToken(
        name=name,
        token_sha256=bearer.digest(plain),
        organization_id=organization_id,
        user_id=user_id,
        scopes=list(scopes),
        created_at=created_at,
        expires_at=expires_at,
    )
    cx.db.add(row)
    cx.db.flush()
    return NewToken(
        id=row.id,
        name=name,
        token=plain,
        scopes=scopes,
        expires_at=expires_at.isoformat() if expires_at else "",
    )
