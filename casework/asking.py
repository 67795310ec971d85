"""The loop that asks carriers about copies in doubt: their folders and logs, never by sending.

One that cannot be asked waits for a person; a broken one stops no other.
"""

import structlog

from casework.carriers.asking import ask
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import doubts

log = structlog.get_logger("casework.asking")


def ask_about_all(database: Database) -> int:
    """Ask about every copy in doubt; returns how many are in doubt no more."""
    with database.reading(database.context(SYSTEM)) as cx:
        waiting = doubts.in_doubt(cx)
    settled = 0
    for doubt in waiting:
        heard = ask(database.settings, doubt.channel, doubt.external_key)
        if heard is None:
            continue
        try:
            settled += doubts.carrier_says(
                database.context(), doubt, left=heard.left, proof=heard.proof
            )
        except Problem as error:
            log.warning("doubt_waits", delivery_id=doubt.delivery_id, error=error.type)
    return settled
