"""How each copy of a letter is to leave, written down before anything does: copies and their work.

Whatever cannot go the way that it should becomes somebody's task today; the other ways go all the
same. It renders and sends nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import bridge, outbox
from casework.addresses import block_hash
from casework.context import Context
from casework.models import Case, Clock, Delivery, OutboxItem
from casework.records import handover, letter_tasks, letter_ways
from casework.records.handover import PrintTerms
from casework.records.letter_keys import external_key
from casework.records.letter_ways import Way
from letters.context import LetterContext

TOPICS: Final = {"email": "pointer", "text": "pointer", "fax": "fax"}
URGENT: Final = "express"
USUAL: Final = "first_class"


def intend(cx: Context, letter: Any, context: LetterContext | None) -> None:
    """The deliveries of this letter, which says this, with the work that each makes necessary."""
    assert context is not None, "A letter is deposited with what it says."
    lines = context.recipient.lines
    ways = letter_ways.ways_of(
        cx, letter, line=context.line, lines=lines, large=context.large_print
    )
    address = block_hash(context.recipient.name, lines)
    made = cx.db.execute(
        insert(Delivery).returning(Delivery.channel, Delivery.id),
        [_row(cx, letter, way, address) for way in ways],
    )
    ids = {row.channel: row.id for row in made}
    _enqueue(cx, letter, ways, ids)
    for way in ways:
        if way.fault and way.channel == "print":
            letter_tasks.owe_address(cx, letter, fault=way.fault)
        elif way.format in letter_ways.FORMATS:
            letter_tasks.owe_format(cx, letter, way.format)


def is_urgent(cx: Context, case_id: int, *, before: datetime) -> bool:
    """Whether this case is on the fast track, or the plan owes something on it so soon that a
    letter cannot wait for this cut-off."""
    due = select(func.min(Clock.due_at)).where(
        Clock.case_id == case_id,
        Clock.owner == "plan",
        Clock.state == "open",
        Clock.name != "earliest_action",
    )
    row = cx.db.execute(
        select(Case.fast_track, due.scalar_subquery().label("due_at")).where(Case.id == case_id)
    ).one()
    return bool(row.fast_track or (row.due_at and row.due_at < before + handover.MARGIN))


def _row(cx: Context, letter: Any, way: Way, address: str) -> dict[str, Any]:
    return {
        "case_id": letter.case_id,
        "letter_id": letter.id,
        "channel": way.channel,
        "external_key": external_key(letter.id, way.channel),
        "counts": way.counts,
        "state": way.state,
        "format": way.format,
        "address_sha256": address if way.channel in letter_ways.PRINTED else "",
        "proof": way.fault[:200],
        "intended_at": cx.now,
    }


def _enqueue(cx: Context, letter: Any, ways: Sequence[Way], ids: dict[str, int]) -> None:
    postings = []
    printed = [way for way in ways if way.channel in letter_ways.PRINTED and not way.fault]
    at = _hand_over_at(cx, letter.case_id) if printed else None
    for way in ways:
        number = ids[way.channel]
        topic = "print" if way in printed else TOPICS.get(way.channel, "")
        if topic and not way.fault:
            next_at = at if topic == "print" else None
            key = f"{topic}:{number}"
            postings.append(outbox.Posting(topic, key, letter.case_id, number, next_at))
    outbox.enqueue(cx, postings)


def _hand_over_at(cx: Context, case_id: int) -> datetime | None:
    """When copies of this case go to the vendor: None for at once. Where enough wait for the
    contract's next batch, none of them waits any longer."""
    case = cx.db.execute(
        select(Case.contract_id, Case.contract_version_id).where(Case.id == case_id)
    ).one()
    version = bridge.version_of(cx, case.contract_version_id)
    terms = handover.read(version.workflow)
    at = handover.next_cutoff(terms, cx.now, version.contract.time_zone)
    if at <= cx.now or is_urgent(cx, case_id, before=at):
        return None
    return None if _enough_wait(cx, case.contract_id, terms) else at


def _enough_wait(cx: Context, contract_id: int, terms: PrintTerms) -> bool:
    """Whether this copy fills the batch; then those that waited for it are ready too."""
    waiting = (
        select(OutboxItem.id)
        .join(Delivery, Delivery.id == OutboxItem.object_id)
        .join(Case, Case.id == Delivery.case_id)
        .where(
            OutboxItem.topic == "print",
            OutboxItem.state == "waiting",
            OutboxItem.next_at > cx.now,
            OutboxItem.attempts == 0,
            Case.contract_id == contract_id,
        )
    )
    ids = list(cx.db.execute(waiting).scalars())
    if len(ids) + 1 < terms.most:
        return False
    cx.db.execute(
        update(OutboxItem)
        .where(OutboxItem.id.in_(ids), OutboxItem.state == "waiting")
        .values(next_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    return True
