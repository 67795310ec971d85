"""The worker's turn at the public figures of a year: a slice of the oldest count.

A count that cannot be worked out is ended; a database that is away ends nothing.
"""

from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from casework.db import Database
from casework.errors import Problem
from casework.services import public_figures

log = structlog.get_logger("casework.worker")
_UNCOUNTABLE: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
    DBAPIError,
)


def count_some(database: Database) -> bool:
    """Go on with the oldest count. False: none waits, or it must wait."""
    try:
        return public_figures.count_slice(database.context())
    except (OperationalError, InterfaceError, Problem) as error:
        log.warning("count_waits", error=type(error).__name__)
        return False
    except _UNCOUNTABLE as error:
        log.error("count_failed", error=type(error).__name__)
        said = f"It could not be counted ({type(error).__name__})."
        public_figures.give_up_count(database.context(), said)
        return True
