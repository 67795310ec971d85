"""Sign-in attempts, counted in the database so that throttling survives the loss of anything else.

An attempt is written before the password is looked at, and taken back when it was right; so that no
number of simultaneous guesses gets past the limit. It knows no password and no page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from casework.context import Context
from casework.db import command
from casework.errors import Problem
from casework.records import tries
from casework.records.tries import PER_ACCOUNT, WINDOW

__all__ = ["PER_ACCOUNT", "PER_ADDRESS", "WINDOW", "Attempt", "TooManyTries", "forgive", "take"]

PER_ADDRESS: Final = 20
QUESTIONS_PER_ADDRESS: Final = 60
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
    account_key = tries.key_of(factor, account.strip().lower())
    address_key = tries.key_of("address", address)
    for key, limit in ((account_key, PER_ACCOUNT), (address_key, PER_ADDRESS)):
        refuse(cx, tries.full_until(cx, key, limit))
    tries.count(cx, account_key, kind=factor)
    return Attempt(account_key, tries.count(cx, address_key, kind="address"))


@command
def look(cx: Context, *, address: str) -> None:
    """Count that somebody unknown at this network address was given a question for a passkey, each
    of which keeps a session (`cx.now` is the wall clock). Raises TooManyTries after sixty within 15
    minutes."""
    key = tries.key_of("passkey-ask", address)
    refuse(cx, tries.full_until(cx, key, QUESTIONS_PER_ADDRESS))
    tries.count(cx, key, kind="passkey-ask")


@command
def forgive(cx: Context, attempt: Attempt) -> None:
    """Take back a try that was right, and with it the earlier wrong ones for the same account."""
    tries.forget(cx, key=attempt.account_key, row_id=attempt.address_id)


def refuse(cx: Context, until: datetime | None) -> None:
    """Raises TooManyTries while tries are not taken: until this instant of the wall clock."""
    if until is None:
        return
    raise TooManyTries(
        "There were too many tries. Please wait 15 minutes, then try again.",
        retry_after=max(1, int((until - cx.now).total_seconds()) + 1),
    )
