"""Every kind of work that the house does by itself: what waits, what is in hands, what is stuck,
since when, and what ran. Counts are of the whole house and name nobody; each is bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import (
    Alarm,
    ClockMark,
    Delivery,
    JobRetry,
    Letter,
    Obligation,
    OutboxItem,
    PacketSent,
    RuleStudy,
)

MOST: Final = 1_000
MOST_SHOWN: Final = 50
MOST_RETRIES: Final = 200
# Work that is ready this long and in nobody's hands is late.
PATIENCE: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Heap:
    """One kind of work: how much waits, is in hands and is stuck (up to MOST), the oldest of what
    waits, and the oldest of what is stuck."""

    code: str
    waiting: int
    busy: int
    stuck: int
    oldest: datetime | None
    stuck_since: datetime | None


@dataclass(frozen=True)
class Dead:
    """Work that failed too often: its number, topic, tries, since when, why, and who asked for it
    to be tried again (newest first)."""

    id: int
    topic: str
    attempts: int
    created_at: datetime
    error: str
    retries: tuple[Any, ...]

    @property
    def asked(self) -> bool:
        """Whether somebody asked just now and the house did not answer yet."""
        return any(row.state == "asked" for row in self.retries)


def heaps(cx: Context) -> tuple[Heap, ...]:
    """Every kind of work, the topics of the outbox first; asked as the system."""
    return (*_topics(cx), *_others(cx))


def dead(cx: Context) -> tuple[Dead, ...]:
    """Parked work, the oldest first, with what was asked for about it."""
    rows = cx.db.execute(
        select(
            OutboxItem.id,
            OutboxItem.topic,
            OutboxItem.attempts,
            OutboxItem.created_at,
            OutboxItem.error,
        )
        .where(OutboxItem.state == "parked")
        .order_by(OutboxItem.id)
        .limit(MOST_SHOWN)
    ).all()
    retries: dict[int, list[Any]] = {}
    found = cx.db.scalars(
        select(JobRetry)
        .where(JobRetry.item_id.in_([row.id for row in rows]))
        .order_by(JobRetry.id.desc())
        .limit(MOST_RETRIES)
    )
    for row in found:
        retries.setdefault(row.item_id, []).append(row)
    return tuple(Dead(*row, tuple(retries.get(row.id, ()))) for row in rows)


def retried(cx: Context) -> Sequence[Any]:
    """What was tried again lately, the newest first, with how the work stands now."""
    return cx.db.execute(
        select(JobRetry, OutboxItem.topic, OutboxItem.state)
        .join(OutboxItem, OutboxItem.id == JobRetry.item_id)
        .order_by(JobRetry.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def ran_today(cx: Context) -> dict[str, int]:
    """How much of each topic was done in the last 24 hours, each up to MOST."""
    recent = (
        select(OutboxItem.topic)
        .where(OutboxItem.done_at > cx.now - timedelta(days=1), OutboxItem.state == "done")
        .limit(20 * MOST)
        .subquery()
    )
    rows = cx.db.execute(select(recent.c.topic, func.count()).group_by(recent.c.topic))
    return {topic: min(count, MOST) for topic, count in rows}


def _topics(cx: Context) -> list[Heap]:
    late = OutboxItem.next_at < cx.now - PATIENCE
    waits, busy = OutboxItem.state == "waiting", OutboxItem.state == "claimed"
    parked = OutboxItem.state == "parked"
    stuck = parked | (waits & late)
    rows = cx.db.execute(
        select(
            OutboxItem.topic,
            func.count().filter(waits),
            func.count().filter(busy),
            func.count().filter(stuck),
            func.min(OutboxItem.created_at).filter(waits | busy),
            func.min(OutboxItem.created_at).filter(stuck),
        )
        .where(OutboxItem.state != "done")
        .group_by(OutboxItem.topic)
        .order_by(OutboxItem.topic)
    )
    return [Heap(*row) for row in rows]


def _others(cx: Context) -> list[Heap]:
    """Work whose rows stand elsewhere. A step of a ladder or a task waits for its day and is stuck
    once that is past; a study waits for the worker."""
    due = (ClockMark.state == "pending") & (ClockMark.fire_at <= cx.now)
    marks = _one(cx, ClockMark.fire_at, due, stuck=ClockMark.state == "failed")
    open_tasks = Obligation.done_at.is_(None)
    late = open_tasks & (Obligation.due_at < cx.now)
    tasks = _one(cx, Obligation.raised_at, open_tasks, stuck=late, since=Obligation.due_at)
    unsent = Letter.state.in_(("due", "deposited"))
    letters = _one(cx, Letter.owed_at, unsent, stuck=Letter.state.in_(("refused", "parked")))
    doubts = _one(
        cx, Delivery.intended_at, Delivery.state == "sending", stuck=Delivery.state == "in_doubt"
    )
    packets = _one(
        cx,
        PacketSent.intended_at,
        PacketSent.state == "intent",
        stuck=PacketSent.state == "in_doubt",
    )
    studies = _one(
        cx,
        RuleStudy.asked_at,
        RuleStudy.state.in_(("waiting", "running")),
        stuck=(RuleStudy.state == "waiting") & (RuleStudy.asked_at < cx.now - PATIENCE),
    )
    alarms = _one(cx, Alarm.raised_at, Alarm.id < 0, stuck=Alarm.ended_at.is_(None))
    named = {
        "marks": marks,
        "obligations": tasks,
        "letters": letters,
        "copies": doubts,
        "packets": packets,
        "studies": studies,
        "alarms": alarms,
    }
    return [Heap(code, one[0], 0, one[1], one[2], one[3]) for code, one in named.items()]


def _one(cx: Context, at: Any, waits: Any, *, stuck: Any, since: Any = None) -> tuple[Any, ...]:
    """How many wait and are stuck (each up to MOST), and the oldest of either."""
    seen = since if since is not None else at
    some = select(at.label("at")).where(waits).limit(MOST + 1).subquery()
    bad = select(seen.label("at")).where(stuck).limit(MOST + 1).subquery()
    one = cx.db.execute(
        select(
            select(func.count()).select_from(some).scalar_subquery(),
            select(func.count()).select_from(bad).scalar_subquery(),
            select(func.min(some.c.at)).scalar_subquery(),
            select(func.min(bad.c.at)).scalar_subquery(),
        )
    ).one()
    return tuple(one)
