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


@dataclass(frozen=True, slots=True)
class Beat:
    """A loop's heartbeat: how many seconds ago it finished a round, and how many it has done."""

    age: float
    rounds: int


def beat(cx: Context, name: str, *, wall: datetime) -> Beat | None:
    """The heartbeat of this loop as seen at `wall`; None when it never finished a round."""
    row = cx.db.execute(
        select(Heartbeat.at, Heartbeat.rounds).where(Heartbeat.name == name)
    ).one_or_none()
    return None if row is None else Beat((wall - row.at).total_seconds(), row.rounds)


def heartbeat_age(cx: Context, name: str, *, wall: datetime) -> float | None:
    """Seconds at `wall` since this loop last finished a round; None when it never did."""
    found = beat(cx, name, wall=wall)
    return None if found is None else found.age


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
