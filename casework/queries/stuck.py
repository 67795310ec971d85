"""What is stuck and who must mend it: loops, parked work, refused letters, doubtful deliveries.

Counts are of the whole house and name nobody; the cases behind them come only within reach.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import Case, ClockMark, Delivery, Heartbeat, Letter, OutboxItem

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Beat:
    """One loop: when it last finished a round (wall clock), and how many it has done."""

    name: str
    at: datetime
    rounds: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The outbox by topic and state, with the oldest item and the most tries of one."""

    topic: str
    state: str
    count: int
    oldest: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Parked:
    """Work that failed too often: what, on which case (by the id of its row), the last error."""

    id: int
    topic: str
    case_id: int | None
    attempts: int
    created_at: datetime
    error: str


def beats(cx: Context) -> tuple[Beat, ...]:
    """Every loop that ever finished a round, by name."""
    rows = cx.db.execute(
        select(Heartbeat.name, Heartbeat.at, Heartbeat.rounds).order_by(Heartbeat.name)
    )
    return tuple(Beat(row.name, row.at, row.rounds) for row in rows)


def outbox(cx: Context) -> tuple[Waiting, ...]:
    """What is not done yet, by topic and state."""
    rows = cx.db.execute(
        select(
            OutboxItem.topic,
            OutboxItem.state,
            func.count().label("items"),
            func.min(OutboxItem.created_at).label("oldest"),
            func.max(OutboxItem.attempts).label("attempts"),
        )
        .where(OutboxItem.state != "done")
        .group_by(OutboxItem.topic, OutboxItem.state)
        .order_by(OutboxItem.topic, OutboxItem.state)
    )
    return tuple(Waiting(r.topic, r.state, r.items, r.oldest, r.attempts) for r in rows)


def parked(cx: Context) -> tuple[Parked, ...]:
    """Work that is parked, the oldest first; no name and no text of a case."""
    rows = cx.db.execute(
        select(
            OutboxItem.id,
            OutboxItem.topic,
            OutboxItem.case_id,
            OutboxItem.attempts,
            OutboxItem.created_at,
            OutboxItem.error,
        )
        .where(OutboxItem.state == "parked")
        .order_by(OutboxItem.id)
        .limit(MOST)
    )
    return tuple(Parked(r.id, r.topic, r.case_id, r.attempts, r.created_at, r.error) for r in rows)


def counts(cx: Context) -> dict[str, int]:
    """How many letters are refused or parked, deliveries in doubt, and marks failed."""
    letters: Any = select(func.count()).select_from(Letter)
    one = select(
        letters.where(Letter.state == "refused").scalar_subquery().label("letters_refused"),
        letters.where(Letter.state == "parked").scalar_subquery().label("letters_parked"),
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.state == "in_doubt")
        .scalar_subquery()
        .label("deliveries_in_doubt"),
        select(func.count())
        .select_from(ClockMark)
        .where(ClockMark.state == "failed")
        .scalar_subquery()
        .label("marks_failed"),
    )
    return dict(cx.db.execute(one).one()._mapping)


def refused_letters(cx: Context) -> tuple[Any, ...]:
    """Letters within reach that cannot leave, with what is missing, the oldest first."""
    return tuple(
        cx.db.execute(
            select(
                Letter.id,
                Letter.code,
                Letter.recipient,
                Letter.state,
                Letter.owed_at,
                Letter.missing,
                Case.ref,
            )
            .join(Case, Case.id == Letter.case_id)
            .where(Letter.state.in_(("refused", "parked")))
            .order_by(Letter.id)
            .limit(MOST)
        )
    )


def doubts(cx: Context) -> tuple[int, float]:
    """How many copies are in doubt, and for how many seconds the oldest has been (0: none is)."""
    count, oldest = cx.db.execute(
        select(func.count(), func.min(Delivery.intended_at)).where(Delivery.state == "in_doubt")
    ).one()
    return count, (cx.now - oldest).total_seconds() if oldest is not None else 0.0


def doubtful(cx: Context) -> tuple[Any, ...]:
    """Deliveries within reach that may or may not have left: a person must ask, nobody sends."""
    return tuple(
        cx.db.execute(
            select(
                Delivery.id,
                Delivery.channel,
                Delivery.external_key,
                Delivery.intended_at,
                Letter.code,
                Letter.recipient,
                Case.ref,
            )
            .join(Letter, Letter.id == Delivery.letter_id)
            .join(Case, Case.id == Delivery.case_id)
            .where(Delivery.state == "in_doubt")
            .order_by(Delivery.id)
            .limit(MOST)
        )
    )


def failed_marks(cx: Context) -> tuple[Any, ...]:
    """Steps of the ladder within reach that could not fire, with the reason."""
    return tuple(
        cx.db.execute(
            select(
                ClockMark.clock,
                ClockMark.step,
                ClockMark.fire_at,
                ClockMark.attempts,
                ClockMark.reason,
                Case.ref,
            )
            .join(Case, Case.id == ClockMark.case_id)
            .where(ClockMark.state == "failed")
            .order_by(ClockMark.fire_at)
            .limit(MOST)
        )
    )
