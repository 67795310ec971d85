"""The loop that carries out changes of accounts on their day, and makes tasks of licences that end
soon; one that fails stops no other."""

import structlog

from casework import job_desk
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import house_tasks, people

log = structlog.get_logger("casework.account_days")


def look_after(database: Database) -> int:
    """Do what was planned for today; how many changes were tried."""
    with database.reading(database.context(SYSTEM)) as cx:
        waiting = people.planned(cx)
        ending = house_tasks.licences_to_warn_of(cx)
    for number in waiting:
        try:
            state = people.carry_out_planned(database.context(), number)
        except Problem as error:
            log.warning("account_change_waits", change_id=number, error=error.type)
        else:
            log.info("account_change_carried_out", change_id=number, state=state)
    if ending:
        house_tasks.warn_of_licences(database.context())
    job_desk.look_after(database)
    return len(waiting)
