"""A thing said twice happens once: the answers of creating commands, stored with their effect.

A row is written in the transaction of the command it belongs to, so there is no moment at which the
case exists and its key does not. It knows no route and no body, only their hash.
"""

import json
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import BigInteger, Identity, String, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from casework.context import Idempotency, Principal
from casework.errors import Invalid
from casework.metadata import INSTANT, Base

MAX_KEY = 200


class IdempotencyKey(Base):
    """One use of an Idempotency-Key and the answer that it got."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("principal", "route", "key"),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    principal: Mapped[str] = mapped_column(String(80))
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(MAX_KEY))
    body_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Any] = mapped_column(INSTANT)


def claim(session: Session, principal: Principal, use: Idempotency, now: Any) -> str | None:
    """Take the key for this transaction. Returns the stored answer when it was used before.

    Waits for a transaction that holds the same key (up to the lock timeout, then Busy). Raises
    Invalid when the key was used with another body.
    """
    if len(use.key) > MAX_KEY:
        raise Invalid(
            f"An Idempotency-Key has at most {MAX_KEY} characters.",
            fields={"Idempotency-Key": f"Use at most {MAX_KEY} characters, such as a UUID."},
        )
    who = f"{principal.kind}:{principal.id}"
    taken = session.execute(
        pg_insert(IdempotencyKey)
        .values(
            principal=who, route=use.route, key=use.key, body_sha256=use.body_sha256, created_at=now
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    ).scalar()
    if taken is not None:
        return None
    found = session.execute(
        select(IdempotencyKey.body_sha256, IdempotencyKey.answer).where(
            IdempotencyKey.principal == who,
            IdempotencyKey.route == use.route,
            IdempotencyKey.key == use.key,
        )
    ).one()
    if found.body_sha256 != use.body_sha256:
        raise Invalid(
            "This Idempotency-Key was used before with another body.",
            fields={"Idempotency-Key": "Send a new key with a new request."},
        )
    return str(found.answer)


def remember(session: Session, principal: Principal, use: Idempotency, answer: Any) -> None:
    """Store the answer (a dataclass of JSON primitives) beside its effect."""
    session.execute(
        update(IdempotencyKey)
        .where(
            IdempotencyKey.principal == f"{principal.kind}:{principal.id}",
            IdempotencyKey.route == use.route,
            IdempotencyKey.key == use.key,
        )
        .values(answer=json.dumps(asdict(answer)))
    )


def replay(answer_type: Any, answer: str) -> Any:
    """The stored answer as its own type, marked as replayed."""
    return replace(answer_type(**json.loads(answer)), replayed=True)
