"""Sign-in attempts, counted in the database so that throttling survives the loss of anything else.

An attempt is written before the password is looked at, and taken back when it was right; so that no
number of simultaneous guesses gets past the limit. It knows no password and no page.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import delete, func, insert, select

from casework.context import Context
from casework.db import command
from casework.errors import Problem
from casework.models import SignInAttempt

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 5
PER_ADDRESS: Final = 20
Factor = Literal["password", "code"]


class TooManyTries(Problem):
    """Too many wrong tries within a quarter of an hour; `retry_after` is in seconds."""

    status, type = 429, "too-many-tries"

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that is under way: what to take back when it turns out right."""

    account_key: str
    address_id: int


@command
def take(cx: Context, *, account: str, address: str, factor: Factor = "password") -> Attempt:
    """Count one try for this account and this network address (`cx.now` is the wall clock).

    `account` is what was typed, known here or not. Raises TooManyTries when five tries for the
    account or twenty from the address went wrong within 15 minutes.
    """
    account_key = _key(factor, account.strip().lower())
    address_key = _key("address", address)
    _refuse(cx, account_key, PER_ACCOUNT)
    _refuse(cx, address_key, PER_ADDRESS)
    _write(cx, account_key)
    return Attempt(account_key, _write(cx, address_key))


@command
def forgive(cx: Context, attempt: Attempt) -> None:
    """Take back a try that was right, and with it the earlier wrong ones for the same account."""
    cx.db.execute(delete(SignInAttempt).where(SignInAttempt.key == attempt.account_key))
    cx.db.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt.address_id))


def _key(kind: str, text: str) -> str:
    """A name that the table may keep: neither an e-mail address nor a network address."""
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def _refuse(cx: Context, key: str, limit: int) -> None:
    """Hold this key to the end of the transaction, so that simultaneous tries are counted too."""
    lock = int.from_bytes(bytes.fromhex(key)[:8], "big", signed=True)
    cx.db.execute(select(func.pg_advisory_xact_lock(lock)))
    since = cx.now - WINDOW
    cx.db.execute(delete(SignInAttempt).where(SignInAttempt.key == key, SignInAttempt.at <= since))
    count, oldest = cx.db.execute(
        select(func.count(), func.min(SignInAttempt.at)).where(SignInAttempt.key == key)
    ).one()
    if count >= limit:
        raise _too_many(oldest, cx.now)


def _too_many(oldest: datetime, now: datetime) -> TooManyTries:
    wait = max(1, int((oldest + WINDOW - now).total_seconds()) + 1)
    return TooManyTries(
        "There were too many tries. Please wait 15 minutes, then try again.", retry_after=wait
    )


def _write(cx: Context, key: str) -> int:
    written: Any = cx.db.execute(
        insert(SignInAttempt).values(key=key, at=cx.now).returning(SignInAttempt.id)
    ).scalar_one()
    return int(written)
