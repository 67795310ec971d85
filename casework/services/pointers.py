"""E-mail and text messages that point to the portal, after their letter was deposited.

Sent at most once, not blindly; a letter's clock never waits for one. What was written down as being
sent and not confirmed is in doubt: a person asks the carrier's log, nobody sends again.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from casework import outbox
from casework.context import Context
from casework.db import command
from casework.models import Delivery, Letter, Member
from casework.outbox import Claimed
from casework.records import letter_ways


@dataclass(frozen=True)
class Pointer:
    """One message in our hands, by e-mail or text. `may_go` is False where an earlier try may have
    sent it."""

    item: Claimed
    delivery_id: int
    external_key: str
    channel: str
    address: str
    language: str
    may_go: bool


@command
def claim_pointer(cx: Context, wall: Any) -> Pointer | None:
    """Take the next message that is owed, and write down that it is being sent now."""
    claimed = outbox.claim(cx, ["pointer"], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    copy = cx.db.execute(
        select(Delivery, Letter.recipient, Letter.member_id, Letter.language)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.id == item.object_id)
    ).one()
    row = copy.Delivery
    address = _address(cx, row, copy.recipient, copy.member_id)
    may_go = row.state == "intent" and bool(address)
    if may_go:
        _mark(cx, row.id, state="sending")
    elif row.state == "sending":
        _mark(cx, row.id, state="in_doubt")
    elif row.state == "intent":
        _mark(cx, row.id, state="failed", proof="no address")
    if not may_go:
        outbox.settle(cx, item)
    return Pointer(item, row.id, row.external_key, row.channel, address, copy.language, may_go)


@command
def pointer_sent(cx: Context, pointer: Pointer, proof: str) -> None:
    """The carrier took it."""
    outbox.settle(cx, pointer.item)
    _mark(cx, pointer.delivery_id, state="confirmed", confirmed_at=cx.now, proof=proof[:200])


@command
def pointer_not_sent(cx: Context, pointer: Pointer, error: str) -> None:
    """The carrier did not take it, for certain: it is tried again, or given up for ever."""
    outbox.put_back(cx, pointer.item, error=error)
    last = pointer.item.attempts >= outbox.MAX_ATTEMPTS
    _mark(cx, pointer.delivery_id, state="failed" if last else "intent", proof=error[:200])


@command
def pointer_in_doubt(cx: Context, pointer: Pointer, error: str) -> None:
    """Nobody knows whether it left: ask, do not send."""
    outbox.settle(cx, pointer.item)
    _mark(cx, pointer.delivery_id, state="in_doubt", proof=error[:200])


def _mark(cx: Context, delivery_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _address(cx: Context, row: Any, recipient: str, member_id: int) -> str:
    """Where this message goes, by what holds now: who stopped text messages meanwhile, or asked for
    confidential communication, gets none at the old place."""
    if recipient in letter_ways.OFFICES:
        office = letter_ways.office_of(cx, row.case_id)
        return office.email if office is not None else ""
    member = cx.db.execute(select(Member).where(Member.id == member_id)).scalar_one()
    return letter_ways.addresses_of(member).get(row.channel, "")
