"""The loop that looks after forms which end soon; one that fails stops no other."""

import structlog

from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import forms_ending

log = structlog.get_logger("casework.forms_ending")


def look_after(database: Database) -> int:
    """Make tasks of the forms that end soon; how many tasks there are more."""
    with database.reading(database.context(SYSTEM)) as cx:
        waiting = forms_ending.ending(cx)
    made = 0
    for number in waiting:
        try:
            made += forms_ending.ask_for_renewal(database.context(), number)
        except Problem as error:
            log.warning("form_waits", form_id=number, error=error.type)
    return made
