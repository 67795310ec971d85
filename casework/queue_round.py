"""The loop beside the clocks that moves open cases into the queues that rules name, slice by slice.

One broken case stops no other: where a slice fails its first case is tried alone, then passed over.
A case that somebody holds, or a database that is away, is waited for.
"""

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from casework.db import Database
from casework.services import queue_rules

log = structlog.get_logger("casework.queue_round")


def move_slice(database: Database) -> bool:
    """Move the next slice. False: nothing is to be moved now."""
    for limit in (queue_rules.SLICE, 1):
        try:
            return queue_rules.carry_move(database.context(), limit)
        except (OperationalError, InterfaceError) as error:
            log.warning("queue_move_waits", error=type(error).__name__)
            return False
        except Exception as error:
            log.error("queue_move_failed", limit=limit, error=type(error).__name__)
            if limit == 1:
                queue_rules.pass_over_case(database.context(), type(error).__name__)
    return True
