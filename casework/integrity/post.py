"""Does what must leave leave: letters, their copies, and the work in the outbox."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import Case, Delivery, Letter, OutboxItem

IN_DOUBT_FOR: Final = timedelta(days=1)
LATE_AFTER: Final = timedelta(minutes=15)
STALE_AFTER: Final = timedelta(minutes=15)
MOST: Final = 200
_UNSENT: Final = ("due", "deposited")


def letters(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Letters that were refused or failed, that nobody produces, or that wait too long."""
    named = func.concat_ws(
        ":", "letter", Letter.case_id, Letter.cause_seq, Letter.code, Letter.recipient
    )
    copies = select(Delivery.id).where(Delivery.letter_id == Letter.id)
    working = (
        select(OutboxItem.id)
        .where(
            (OutboxItem.dedupe_key == named)
            | ((OutboxItem.topic == "print") & OutboxItem.object_id.in_(copies.scalar_subquery())),
            OutboxItem.state != "done",
        )
        .exists()
    )
    # Waits for the cut-off of its batch, or has no way out (`mailing` says so).
    at_rest = (
        select(Delivery.id)
        .outerjoin(
            OutboxItem, (OutboxItem.topic == "print") & (OutboxItem.object_id == Delivery.id)
        )
        .where(
            Delivery.letter_id == Letter.id,
            Delivery.counts,
            (Delivery.state == "refused")
            | ((OutboxItem.state == "waiting") & (OutboxItem.next_at > cx.now - STALE_AFTER)),
        )
        .exists()
    )
    rows = cx.db.execute(
        select(
            Letter.id,
            Letter.case_id,
            Letter.code,
            Letter.recipient,
            Letter.state,
            Letter.owed_at,
            working.label("working"),
            at_rest.label("at_rest"),
        ).where(Letter.case_id.in_(ids), Letter.state.in_((*_UNSENT, "refused", "parked")))
    )
    for row in rows:
        what = f"The letter {row.code.replace('_', ' ')} to the {row.recipient}"
        key = f"letter/{row.id}"
        if row.state not in _UNSENT:
            says = "lacks something" if row.state == "refused" else "could not be made"
            yield Finding("letter_stuck", f"{what} {says} and cannot leave.", row.case_id, key)
        elif row.at_rest:
            continue
        elif not row.working:
            says = f"{what} is owed, and no work in the outbox produces it."
            yield Finding("letter_orphaned", says, row.case_id, key)
        elif row.owed_at < cx.now - LATE_AFTER:
            says = f"{what} has been owed since {row.owed_at:%Y-%m-%d %H:%M} UTC."
            yield Finding("letter_late", says, row.case_id, key)


def doubts(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Copies of which nobody has known for a day whether they left."""
    rows = cx.db.execute(
        select(Delivery.id, Letter.case_id, Delivery.channel, Delivery.intended_at)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(
            Letter.case_id.in_(ids),
            Delivery.state == "in_doubt",
            Delivery.intended_at < cx.now - IN_DOUBT_FOR,
        )
    )
    for row in rows:
        says = f"A copy by {row.channel} is in doubt since {row.intended_at:%Y-%m-%d %H:%M} UTC."
        yield Finding("delivery_in_doubt", says, row.case_id, f"delivery/{row.id}")


def parked(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Work on these cases that failed too often."""
    rows = cx.db.execute(
        select(OutboxItem.id, OutboxItem.case_id, OutboxItem.topic, OutboxItem.attempts).where(
            OutboxItem.case_id.in_(ids), OutboxItem.state == "parked"
        )
    )
    for row in rows:
        says = f"Item {row.id} ({row.topic}) failed {row.attempts} times and is parked."
        yield Finding("outbox_parked", says, row.case_id, f"item/{row.id}")


def outbox(cx: Context, wall: datetime) -> Iterator[Finding]:
    """Parked work of no case that is there, and work that is ready and that nobody takes."""
    rows = cx.db.execute(
        select(OutboxItem.id, OutboxItem.topic, OutboxItem.attempts)
        .outerjoin(Case, Case.id == OutboxItem.case_id)
        .where(OutboxItem.state == "parked", Case.id.is_(None))
        .order_by(OutboxItem.id)
        .limit(MOST)
    )
    for row in rows:
        says = f"Item {row.id} ({row.topic}) failed {row.attempts} times and is parked."
        yield Finding("outbox_parked", says, key=f"item/{row.id}")
    ready = cx.db.execute(
        select(func.count(), func.min(OutboxItem.next_at)).where(
            OutboxItem.state == "waiting", OutboxItem.next_at < cx.now - STALE_AFTER
        )
    ).one()
    left = cx.db.execute(
        select(func.count()).where(
            OutboxItem.state == "claimed", OutboxItem.lease_until < wall - STALE_AFTER
        )
    ).scalar_one()
    if ready[0]:
        says = f"{ready[0]} items are ready, the oldest since {ready[1]:%Y-%m-%d %H:%M} UTC."
        yield Finding("outbox_stale", says, key="waiting")
    if left:
        says = f"{left} items were claimed by somebody who never came back."
        yield Finding("outbox_stale", says, key="claimed")
