"""The post room: work that a commit made necessary, claimed with a lease and done once.

It enqueues and claims; what a topic means stands in the worker's table of jobs. An item carries ids
only, never a letter, a name or a deadline.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework.context import Context
from casework.metadata import table_of
from casework.models import OutboxItem

LEASE: Final = timedelta(seconds=120)
MAX_ATTEMPTS: Final = 5
BACK_OFF: Final = (5, 30, 120, 600)
TOPICS: Final = frozenset(
    {"letter", "case_file", "print", "fax", "pointer", "notice", "auto_review", "way_in", "edition"}
    | {"form", "packet"}
)


@dataclass(frozen=True, slots=True)
class Posting:
    """One piece of work to enqueue, not before `next_at` in case time (None: now). `dedupe_key` is
    derived from its cause, never random."""

    topic: str
    dedupe_key: str
    case_id: int | None = None
    object_id: int | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """One piece of work in our hands until `lease_until`; `token` fences every later write."""

    id: int
    topic: str
    case_id: int | None
    object_id: int | None
    dedupe_key: str
    attempts: int
    token: str


_ADD = pg_insert(table_of(OutboxItem)).on_conflict_do_nothing(index_elements=["dedupe_key"])


def enqueue(cx: Context, postings: Sequence[Posting]) -> None:
    """Write the work into this transaction; a key that is there already adds nothing."""
    if not postings:
        return
    cx.db.connection().execute(_ADD, [_row(cx, posting) for posting in postings])
    cx.db.info["topics"].update(posting.topic for posting in postings)


def revive(cx: Context, postings: Sequence[Posting]) -> None:
    """The same for work that was done or parked under its key: it waits again, its tries counted
    anew. What waits or is in somebody's hands stays as it is."""
    if not postings:
        return
    for posting in postings:
        row = _row(cx, posting)
        again = {"state": "waiting", "next_at": row["next_at"], "attempts": 0}
        cx.db.connection().execute(
            pg_insert(table_of(OutboxItem))
            .values(**row)
            .on_conflict_do_update(
                index_elements=["dedupe_key"],
                set_={**again, "done_at": None, "error": ""},
                where=table_of(OutboxItem).c.state.in_(("done", "parked")),
            )
        )
    cx.db.info["topics"].update(posting.topic for posting in postings)


def _row(cx: Context, posting: Posting) -> dict[str, Any]:
    return {
        "topic": posting.topic,
        "case_id": posting.case_id,
        "object_id": posting.object_id,
        "dedupe_key": posting.dedupe_key,
        "state": "waiting",
        "next_at": posting.next_at or cx.now,
        "created_at": cx.now,
    }


def claim(
    cx: Context, topics: Sequence[str], *, wall: datetime, limit: int = 1
) -> tuple[Claimed, ...]:
    """Take up to `limit` items that are ready, counting the attempt in the same commit.

    Ready means waiting and due, or claimed by somebody whose lease ran out on the wall clock. They
    are chosen once, before any is written: a subquery may be asked again for each row of a plan,
    and skip what it took itself, until all that is ready was taken.
    """
    ready = (
        select(OutboxItem.id)
        .where(
            OutboxItem.topic.in_(topics),
            ((OutboxItem.state == "waiting") & (OutboxItem.next_at <= cx.now))
            | ((OutboxItem.state == "claimed") & (OutboxItem.lease_until < wall)),
        )
        .order_by(OutboxItem.next_at, OutboxItem.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("ready")
        .prefix_with("materialized", dialect="postgresql")
    )
    token = secrets.token_hex(16)
    rows = cx.db.execute(
        update(OutboxItem)
        .where(OutboxItem.id.in_(select(ready.c.id)))
        .values(
            state="claimed",
            attempts=OutboxItem.attempts + 1,
            lease_token=token,
            lease_until=wall + LEASE,
        )
        .returning(
            OutboxItem.id,
            OutboxItem.topic,
            OutboxItem.case_id,
            OutboxItem.object_id,
            OutboxItem.dedupe_key,
            OutboxItem.attempts,
        )
        .execution_options(synchronize_session=False)
    ).all()
    return tuple(
        Claimed(row.id, row.topic, row.case_id, row.object_id, row.dedupe_key, row.attempts, token)
        for row in rows
    )


def hold_on(cx: Context, item: Claimed, *, wall: datetime) -> bool:
    """Renew the lease of long work. False when it was lost: somebody else may have the item."""
    result: Any = cx.db.execute(
        update(OutboxItem)
        .where(
            OutboxItem.id == item.id,
            OutboxItem.state == "claimed",
            OutboxItem.lease_token == item.token,
        )
        .values(lease_until=wall + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def settle(cx: Context, item: Claimed) -> bool:
    """Mark the item done. False when our lease was lost: the caller must then undo its work."""
    return _fenced(cx, item, state="done", done_at=cx.now, error="")


def put_back(cx: Context, item: Claimed, *, error: str) -> bool:
    """Let the item wait and be tried again, or park it after the last attempt."""
    if item.attempts >= MAX_ATTEMPTS:
        return _fenced(cx, item, state="parked", error=error[:300])
    pause = BACK_OFF[min(item.attempts, len(BACK_OFF)) - 1]
    return _fenced(
        cx, item, state="waiting", next_at=cx.now + timedelta(seconds=pause), error=error[:300]
    )


def _fenced(cx: Context, item: Claimed, **values: Any) -> bool:
    result: Any = cx.db.execute(
        update(OutboxItem)
        .where(
            OutboxItem.id == item.id,
            OutboxItem.state == "claimed",
            OutboxItem.lease_token == item.token,
        )
        .values(lease_token="", lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)
