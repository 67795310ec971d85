"""Is the machinery running: the age of a heartbeat, and what waits in the outbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casework.context import Context
from casework.models import Heartbeat, OutboxItem


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many items wait or are parked, and how old the oldest waiting one is, in seconds."""

    waiting: int
    parked: int
    oldest_seconds: float


def heartbeat_age(cx: Context, name: str, *, wall: datetime) -> float | None:
    """Seconds at `wall` since this loop last finished a round; None when it never did."""
    at = cx.db.execute(select(Heartbeat.at).where(Heartbeat.name == name)).scalar()
    return None if at is None else (wall - at).total_seconds()


def backlog(cx: Context) -> Backlog:
    """What waits in the outbox at `cx.now`."""
    open_items = OutboxItem.state.in_(("waiting", "claimed"))
    waiting, oldest, parked = cx.db.execute(
        select(
            func.count().filter(open_items),
            func.min(OutboxItem.created_at).filter(open_items),
            func.count().filter(OutboxItem.state == "parked"),
        ).where(OutboxItem.state != "done")
    ).one()
    age = (cx.now - oldest).total_seconds() if oldest is not None else 0.0
    return Backlog(waiting, parked, max(0.0, age))
