"""What goes outside without anybody's hand: Medicare appeals to the review entity; and what the
plan writes down when a body outside lets its own time run out.

A decision that is adverse forwards in its own transaction; what ran out of time is found here, by
how the cases stand. Whoever dies in the middle loses nothing: the next sweep finds it again.
"""

import structlog

from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import appeal_forwards, external_file

log = structlog.get_logger("casework.forwarding")


def forward_all(database: Database) -> int:
    """Forward what is owed to the review entity; returns how many went on."""
    with database.reading(database.context(SYSTEM)) as cx:
        refs = appeal_forwards.owed(cx)
    done = 0
    for ref in refs:
        try:
            appeal_forwards.forward_owed(database.context(), ref)
            done += 1
        except Problem as error:
            log.warning("forward_refused", error=error.type)
    return done


def miss_reviews(database: Database) -> None:
    """A body outside that has not decided in its time: the plan writes it down and asks."""
    with database.reading(database.context(SYSTEM)) as cx:
        refs = external_file.overdue(cx)
    for ref in refs:
        try:
            external_file.deadline_missed(database.context(), ref)
        except Problem as error:
            log.warning("review_miss_refused", error=error.type)
