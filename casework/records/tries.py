"""Tries within a quarter of an hour, counted in the database: throttling survives a lost broker.

A key is held to the end of the transaction, so that simultaneous tries are counted too; the table
keeps hashes, neither a person's number nor a network address. It knows no page.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select

from casework.context import Context
from casework.models import SignInAttempt

WINDOW: Final = timedelta(minutes=15)
# Wrong tries of one account within the window, after which no further one is taken.
PER_ACCOUNT: Final = 5


def key_of(kind: str, text: str) -> str:
    """The name under which tries of this kind for this text are counted."""
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def full_until(cx: Context, key: str, limit: int, *, window: timedelta = WINDOW) -> datetime | None:
    """When the next try is taken again, where `limit` tries stand in the window; else None.

    Forgets the tries that are older. `cx.now` is the wall clock.
    """
    lock = int.from_bytes(bytes.fromhex(key)[:8], "big", signed=True)
    cx.db.execute(select(func.pg_advisory_xact_lock(lock)))
    since = cx.now - window
    cx.db.execute(delete(SignInAttempt).where(SignInAttempt.key == key, SignInAttempt.at <= since))
    count, oldest = cx.db.execute(
        select(func.count(), func.min(SignInAttempt.at)).where(SignInAttempt.key == key)
    ).one()
    return oldest + window if count >= limit and oldest is not None else None


def standing(cx: Context, key: str, limit: int, *, window: timedelta = WINDOW) -> datetime | None:
    """The same for whoever only looks: nothing is held, nothing forgotten."""
    number, oldest = cx.db.execute(
        select(func.count(), func.min(SignInAttempt.at)).where(
            SignInAttempt.key == key, SignInAttempt.at > cx.now - window
        )
    ).one()
    return oldest + window if number >= limit and oldest is not None else None


def count(cx: Context, key: str, *, kind: str = "") -> int:
    """Count one try; returns its row, to take it back when it turns out right. `kind` is what was
    tried, in a word, for whoever lifts locks."""
    written: Any = cx.db.execute(
        insert(SignInAttempt).values(key=key, kind=kind, at=cx.now).returning(SignInAttempt.id)
    ).scalar_one()
    return int(written)


def forget(cx: Context, *, key: str = "", row_id: int = 0) -> None:
    """Take back every try under this key, or one try by its row."""
    if key:
        cx.db.execute(delete(SignInAttempt).where(SignInAttempt.key == key))
    if row_id:
        cx.db.execute(delete(SignInAttempt).where(SignInAttempt.id == row_id))
