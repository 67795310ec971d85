"""The loop that carries out what was asked of parked work and was not answered at once."""

import structlog

from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import job_retries

log = structlog.get_logger("casework.job_desk")


def look_after(database: Database) -> int:
    """Answer what is asked; how many."""
    with database.reading(database.context(SYSTEM)) as cx:
        asked = job_retries.waiting(cx)
    for number in asked:
        try:
            job_retries.carry_out_retry(database.context(), number)
        except Problem as error:
            log.warning("job_retry_waits", retry_id=number, error=error.type)
    return len(asked)
