"""The nightly look at gold cards: once for each day of case time that a worker sees.

It proposes; a person ends a card. A process that starts again looks again, which does no harm.
"""

from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from casework.db import Database
from casework.errors import Problem
from casework.services import gold_cards

log = structlog.get_logger("casework.worker")
_DAY: Final = "gold_watch.day"


def look_once_a_day(database: Database) -> int:
    """How many endings were newly proposed; 0 where this day was looked at already."""
    cx = database.context()
    if database.remembered.get(_DAY) == cx.now.date():
        return 0
    try:
        proposed = gold_cards.look_at_records(cx)
    except (OperationalError, Problem) as error:
        log.warning("gold_watch_waits", error=type(error).__name__)
        return 0
    database.remembered[_DAY] = cx.now.date()
    return proposed
