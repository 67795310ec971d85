"""The loop that hands on what nobody has answered for: batch by batch, then what a batch broke on.

One broken case stops no other. Who gets what is `services.handing_on`'s business.
"""

from typing import Final

import structlog

from casework.context import SYSTEM
from casework.db import Database
from casework.services import handing_on
from casework.services.handing_on import HandedOn

BATCH: Final = 100
log = structlog.get_logger("casework.handing_on")


def hand_on_all(database: Database) -> int:
    """Hand on everything whose time on its rung is over; returns how many escalations went on."""
    gone = 0
    broken: set[int] = set()
    while True:
        try:
            done = handing_on.hand_on_batch(database.context(), BATCH, broken)
        except Exception as error:  # a batch that fails is redone case by case
            log.warning("hand_on_batch_failed", error=type(error).__name__)
            done = _one_by_one(database, broken)
        gone += done.handed_on
        if not done.cases:
            return gone


def _one_by_one(database: Database, broken: set[int]) -> HandedOn:
    """Each case alone; one that fails is left for the next sweep."""
    with database.reading(database.context(SYSTEM)) as cx:
        ids = handing_on.waiting(cx, BATCH, broken)
    gone = 0
    for case_id in ids:
        try:
            gone += handing_on.hand_on_case(database.context(), case_id).handed_on
        except Exception as error:
            log.error("hand_on_failed", case_id=case_id, error=type(error).__name__)
            broken.add(case_id)
    return HandedOn(cases=len(ids), handed_on=gone)
