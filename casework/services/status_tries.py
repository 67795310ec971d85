"""Tries at the public look-up of a case: five for one number, twenty from one address, in 15 min.

A try is counted before anything is looked up, whether the number exists or not, and taken back when
it was right. It knows no page and no case.
"""

from dataclasses import dataclass
from typing import Final

from casework.context import Context
from casework.db import command
from casework.records import tries
from casework.services.sign_in import TooManyTries

PER_NUMBER: Final = 5
PER_ADDRESS: Final = 20


@dataclass(frozen=True, slots=True)
class Try:
    """One try that is under way: what to take back when it turns out right."""

    number_key: str
    address_id: int


@command
def take(cx: Context, *, number: str, address: str) -> Try:
    """Count one try for this case number from this network address (`cx.now` is the wall clock).

    Raises TooManyTries with the seconds to wait.
    """
    number_key = tries.key_of("status", number.strip().upper())
    address_key = tries.key_of("status-from", address)
    waits = [
        tries.full_until(cx, number_key, PER_NUMBER),
        tries.full_until(cx, address_key, PER_ADDRESS),
    ]
    until = max((wait for wait in waits if wait is not None), default=None)
    if until is not None:
        raise TooManyTries(
            "There were too many tries. Please wait 15 minutes, then try again.",
            retry_after=max(1, int((until - cx.now).total_seconds()) + 1),
        )
    tries.count(cx, number_key)
    return Try(number_key, tries.count(cx, address_key))


@command
def forgive(cx: Context, attempt: Try) -> None:
    """Take back a try that was right, and with it the earlier wrong ones for the same number."""
    tries.forget(cx, key=attempt.number_key, row_id=attempt.address_id)
