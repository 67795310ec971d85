"""Questions about passkeys: those of an account, and the one that a browser shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.context import Context
from casework.models import Passkey


@dataclass(frozen=True, slots=True)
class Kept:
    """One passkey that is kept: the public half alone."""

    id: int
    user_id: int
    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    added_at: datetime
    used_at: datetime | None


def own(cx: Context) -> tuple[Kept, ...]:
    """The passkeys of the acting person, the oldest first."""
    rows = cx.db.scalars(
        select(Passkey).where(Passkey.user_id == cx.principal.id).order_by(Passkey.id)
    )
    return tuple(_kept(row) for row in rows)


def by_credential(cx: Context, credential_id: bytes) -> Kept | None:
    """The passkey that a browser names, of whomever; None: it is none of ours."""
    row = cx.db.execute(select(Passkey).where(Passkey.credential_id == credential_id)).scalar()
    return _kept(row) if row is not None else None


def any_of(cx: Context, user_id: int) -> bool:
    """Whether this account has a passkey; only the system asks this of another's."""
    found = select(Passkey.id).where(Passkey.user_id == user_id).limit(1)
    return cx.db.execute(found).first() is not None


def _kept(row: Passkey) -> Kept:
    return Kept(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        credential_id=bytes(row.credential_id),
        public_key=bytes(row.public_key),
        sign_count=row.sign_count,
        transports=tuple(row.transports),
        added_at=row.added_at,
        used_at=row.used_at,
    )
