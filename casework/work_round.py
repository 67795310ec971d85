"""The loops beside the clocks: holds that are over, work that nobody takes, much handed out.

Batch by batch, then alone what a batch broke on: one broken case stops no other.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

import structlog

from casework.context import SYSTEM, Context
from casework.db import Database
from casework.errors import Problem
from casework.models import User
from casework.queries.principals import principal_for
from casework.services import handing_out, holds, pulling

BATCH: Final = 100
log = structlog.get_logger("casework.work_round")


def end_holds(database: Database) -> None:
    """End every hold that is over."""
    _all(database, "end_hold", holds.end_holds_batch, holds.end_hold_of, holds.over_now)


def surface(database: Database) -> None:
    """Bring what nobody takes onto the supervisors' list."""
    _all(database, "surface", pulling.surface_batch, pulling.surface_case, pulling.passed_over)


def hand_out_slice(database: Database) -> bool:
    """Carry the next rows of the oldest batch that waits, as whoever made it. False: none waits."""
    with database.reading(database.context(SYSTEM)) as cx:
        found = handing_out.next_open(cx)
    if found is None:
        return False
    number, maker = found
    with database.looking_up() as session:
        account = session.get(User, maker)
        who = principal_for(session, account) if account is not None else SYSTEM
    _carry(database.context(who), number)
    return True


def _carry(cx: Context, number: int) -> None:
    """A slice; where it fails, its first row alone; where that fails too, it is given up."""
    for limit in (handing_out.SLICE, 1):
        try:
            handing_out.carry_slice(cx, number, limit)
            return
        except Problem as error:
            log.warning("handing_out_waits", batch=number, error=error.type)
            if limit == 1:
                said = "It could not be handed out."
                handing_out.give_up_row(cx, number, said)
        except Exception as error:
            log.error("handing_out_failed", batch=number, error=type(error).__name__)
            if limit == 1:
                said = f"It could not be handed out ({type(error).__name__})."
                handing_out.give_up_row(cx, number, said)


def _all(
    database: Database,
    what: str,
    batch: Callable[..., Any],
    alone: Callable[..., Any],
    waiting: Callable[..., list[int]],
) -> None:
    broken: set[int] = set()
    while True:
        try:
            cases = batch(database.context(), BATCH, broken).cases
        except Exception as error:  # a batch that fails is redone case by case
            log.warning("work_batch_failed", what=what, error=type(error).__name__)
            cases = _one_by_one(database, what, alone, waiting, broken)
        if not cases:
            return


def _one_by_one(
    database: Database,
    what: str,
    alone: Callable[..., Any],
    waiting: Callable[..., list[int]],
    broken: set[int],
) -> int:
    """Each case alone; one that fails is left for the next sweep."""
    with database.reading(database.context(SYSTEM)) as cx:
        ids: Collection[int] = waiting(cx, BATCH, broken)
    for case_id in ids:
        try:
            alone(database.context(), case_id)
        except Exception as error:
            log.error("work_failed", what=what, case_id=case_id, error=type(error).__name__)
            broken.add(case_id)
    return len(ids)
