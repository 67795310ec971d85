"""What keeps the house running: heartbeats of the loops, and the demonstration's time offset."""

import math
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import now
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed
from casework.models import Heartbeat, TimeOffset

FURTHEST = timedelta(days=3650)


@command
def heartbeat(cx: Context, name: str) -> None:
    """Say that this loop finished a round at this instant of the wall clock."""
    statement = pg_insert(Heartbeat).values(name=name, at=now.wall(), rounds=1)
    cx.db.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"at": statement.excluded.at, "rounds": Heartbeat.rounds + 1},
        )
    )


@command
def move_time(cx: Context, to: datetime) -> datetime:
    """Move case time forward to this instant, for demonstrations; returns the new case time.

    The sweep's bell rings after the commit, so that what became due happens at once. Raises
    NotAllowed in production, Invalid for an instant that is past or absurdly far.
    """
    if cx.database.settings.production:
        raise NotAllowed("Time travel is impossible in production.", source="production")
    if to < cx.now:
        raise Invalid(
            "Time only moves forward here.",
            fields={"to": f"Choose an instant after {cx.now:%Y-%m-%d %H:%M} UTC."},
        )
    if to > cx.now + FURTHEST:
        raise Invalid("That is too far.", fields={"to": "Choose an instant within ten years."})
    seconds = cx.db.execute(
        select(TimeOffset.seconds).where(TimeOffset.id == 1).with_for_update()
    ).scalar_one()
    ahead = math.ceil((to - now.case_time(timedelta(seconds=seconds))).total_seconds())
    cx.db.execute(
        update(TimeOffset).where(TimeOffset.id == 1).values(seconds=seconds + max(ahead, 0))
    )
    cx.db.info["topics"].add("time")
    return to
