"""The loop that looks again at reviewers: one appeal at a time; one that fails stops no other."""

import structlog

from casework.context import SYSTEM
from casework.db import Database
from casework.services import second_looks

log = structlog.get_logger("casework.second_look")


def look_again_all(database: Database) -> int:
    """Judge every reviewer whose standing changed; returns how many tasks were made or ended."""
    with database.reading(database.context(SYSTEM)) as cx:
        refs = second_looks.to_look_at(cx)
    changed = 0
    for ref in refs:
        try:
            changed += second_looks.look_again(database.context(), ref)
        except Exception as error:
            log.error("second_look_failed", error=type(error).__name__)
    return changed
