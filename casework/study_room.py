"""The study room: what-ifs that people asked, carried on slice by slice when the worker has time.

Studies of clock rules come first, then those of approval rules. One that cannot be worked out is
ended with a sentence; a database that is away ends nothing.
"""

from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from casework.context import Context
from casework.db import Database
from casework.errors import Problem
from casework.services import approval_studies, studies

log = structlog.get_logger("casework.worker")

# What a study ends with, unlike a bell that took too long or a database that is away.
UNANSWERABLE: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
    DBAPIError,
)


def go_on(database: Database) -> bool:
    """Go on with the oldest study for about a second. False: none waits."""
    return _one(database, studies.answer_slice, studies.give_up_study) or _one(
        database, approval_studies.answer_slice, approval_studies.give_up_study
    )


def _one(
    database: Database,
    answer: Callable[[Context], bool],
    give_up: Callable[[Context, str], None],
) -> bool:
    try:
        return answer(database.context())
    except (OperationalError, InterfaceError, Problem) as error:
        log.warning("study_waits", error=type(error).__name__)
        return False
    except UNANSWERABLE as error:
        log.error("study_failed", error=type(error).__name__)
        give_up(database.context(), f"It could not be worked out ({type(error).__name__}).")
        return True
