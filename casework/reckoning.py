"""What the worker reckons when it has time: staffing studies, forecasts, and how good they were.

One that cannot be worked out is given up; a database that is away ends nothing.
"""

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from casework.db import Database
from casework.errors import Problem
from casework.services import forecasts, staffing

log = structlog.get_logger("casework.reckoning")


def carry_one(database: Database) -> bool:
    """One forecast that somebody asked for, or a slice of the oldest staffing study; False when
    nothing waits."""
    return _forecast(database) or _study(database)


def _forecast(database: Database) -> bool:
    """Make the forecast that is wanted; one that fails is tried again and stops no study."""
    try:
        return forecasts.make_wanted(database.context())
    except Exception as error:  # whatever it is: a study behind it does not wait
        log.error("forecast_failed", error=type(error).__name__)
        return False


def _study(database: Database) -> bool:
    try:
        return staffing.answer_slice(database.context())
    except (OperationalError, InterfaceError, Problem) as error:
        log.warning("reckoning_waits", error=type(error).__name__)
        return False
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        log.error("reckoning_failed", error=type(error).__name__)
        said = f"It could not be worked out ({type(error).__name__})."
        staffing.give_up_staffing(database.context(), said)
        return False


def look_ahead(database: Database) -> int:
    """The forecast of the hour, where it is due, and the checks whose time has come; how many."""
    made = 0
    try:
        made += forecasts.make_hourly(database.context())
        while forecasts.check_one(database.context()):
            made += 1
    except Exception as error:  # the next turn tries again; nothing else waits for it
        log.error("forecast_failed", error=type(error).__name__)
    return made
