"""Copies leave for the print vendor in batches: claim, write the folder, then count each as left.

A copy belongs to one batch for ever, and the folder of a batch has one name, so whoever goes on
after a kill writes nothing twice: before the rename nothing is there, after it only the counting is
left to do. When a printed notice counts is written in `casework.records.leaving`.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, outbox
from casework.carriers.printing import Handed, Sheet
from casework.context import Context
from casework.db import command
from casework.models import Case, Contract, Delivery, Letter, PrintBatch
from casework.outbox import Claimed
from casework.records import intended, leaving, letter_tasks
from sla.calendars import local_day, zone

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that we claimed: its work and its delivery."""

    item: Claimed
    delivery_id: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch in our hands: all of its sheets, and those of its copies that we count as left."""

    id: int
    name: str
    contract: str
    sheets: tuple[Sheet, ...]
    copies: tuple[Copy, ...]


@command
def claim_batches(cx: Context, wall: datetime) -> tuple[Batch, ...]:
    """Take the printed copies that are ready, each in its batch: the one that it was put into
    before a kill, or a new one for each contract and class of mail."""
    claimed = outbox.claim(cx, ["print"], wall=wall, limit=MOST_AT_ONCE)
    if not claimed:
        return ()
    rows = _rows(cx, [item.object_id for item in claimed])
    mine: dict[int, list[Copy]] = {}
    fresh: dict[tuple[int, bool], list[Any]] = {}
    items = {item.object_id: item for item in claimed}
    for row in rows:
        if row.state != "intent":
            outbox.settle(cx, items[row.id])
        elif row.batch_id is not None:
            mine.setdefault(row.batch_id, []).append(Copy(items[row.id], row.id))
        else:
            urgent = intended.is_urgent(cx, row.case_id, before=cx.now)
            fresh.setdefault((row.contract_id, urgent), []).append(row)
    for (contract_id, urgent), found in fresh.items():
        batch_id = _open(cx, contract_id, found, urgent=urgent)
        mine[batch_id] = [Copy(items[row.id], row.id) for row in found]
    return tuple(_batch(cx, batch_id, copies) for batch_id, copies in sorted(mine.items()))


@command
def batch_written(cx: Context, batch: Batch, handed: Handed) -> None:
    """The folder is there, whole: since when, and with which hash."""
    cx.db.execute(
        update(PrintBatch)
        .where(PrintBatch.id == batch.id, PrintBatch.state == "open")
        .values(state="written", written_at=handed.written_at, sha256=handed.sha256)
        .execution_options(synchronize_session=False)
    )


@command
def copy_left(cx: Context, batch: Batch, copy: Copy, *, at: datetime) -> bool:
    """Count this copy as handed over; a letter whose copy counts has left. False: lease lost."""
    if not outbox.settle(cx, copy.item):
        cx.db.rollback()
        return False
    row = cx.db.execute(select(Delivery).where(Delivery.id == copy.delivery_id)).scalar_one()
    if row.state != "intent":
        return True
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == row.id)
        .values(state="confirmed", confirmed_at=at, proof=f"print batch {batch.name}")
        .execution_options(synchronize_session=False)
    )
    letter = cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()
    if row.counts and letter.state == "deposited" and not leaving.outstanding(cx, letter.id):
        leaving.letter_left(cx, letter, at=min(at, cx.now))
    return True


@command
def retry_copies(cx: Context, copies: Sequence[Copy], error: str) -> None:
    """Put these copies back for another try; after the last they are parked, and tasks."""
    for copy in copies:
        last = copy.item.attempts >= outbox.MAX_ATTEMPTS
        if not outbox.put_back(cx, copy.item, error=error) or not last:
            continue
        row = cx.db.execute(select(Delivery).where(Delivery.id == copy.delivery_id)).scalar_one()
        letter = cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()
        says = f"handing it to the print vendor failed {copy.item.attempts} times ({error})."
        letter_tasks.owe_vendor(cx, letter, kind=f"hand_over_{row.id}", says=says)


def _rows(cx: Context, ids: Sequence[int | None]) -> Sequence[Any]:
    return cx.db.execute(
        select(
            Delivery.id,
            Delivery.case_id,
            Delivery.state,
            Delivery.batch_id,
            Case.contract_id,
            Case.contract_version_id,
        )
        .join(Case, Case.id == Delivery.case_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    ).all()


def _open(cx: Context, contract_id: int, rows: Sequence[Any], *, urgent: bool) -> int:
    """A new batch of this contract with these copies; its number stands in its name."""
    code = cx.db.execute(select(Contract.code).where(Contract.id == contract_id)).scalar_one()
    where = zone(bridge.contract_of(cx, rows[0].contract_version_id).time_zone)
    batch_id: int = cx.db.execute(
        insert(PrintBatch)
        .values(
            contract_id=contract_id,
            name=f"~{secrets.token_hex(8)}",
            state="open",
            why="urgent" if urgent else "ready",
            files=len(rows),
            sha256="",
            opened_at=cx.now,
            problem="",
        )
        .returning(PrintBatch.id)
    ).scalar_one()
    name = f"{code}-{local_day(cx.now, where):%Y%m%d}-{batch_id:06d}"
    cx.db.execute(
        update(PrintBatch)
        .where(PrintBatch.id == batch_id)
        .values(name=name)
        .execution_options(synchronize_session=False)
    )
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]))
        .values(batch_id=batch_id)
        .execution_options(synchronize_session=False)
    )
    return batch_id


def _batch(cx: Context, batch_id: int, copies: Sequence[Copy]) -> Batch:
    row = cx.db.execute(
        select(PrintBatch.name, PrintBatch.why, Contract.code)
        .join(Contract, Contract.id == PrintBatch.contract_id)
        .where(PrintBatch.id == batch_id)
    ).one()
    mail_class = intended.URGENT if row.why == "urgent" else intended.USUAL
    sheets = cx.db.execute(
        select(Delivery, Letter.sha256, Letter.size, Letter.pages, Letter.language)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.batch_id == batch_id)
        .order_by(Delivery.id)
    )
    return Batch(
        id=batch_id,
        name=row.name,
        contract=row.code,
        copies=tuple(copies),
        sheets=tuple(
            Sheet(
                key=sheet.Delivery.external_key,
                sha256=sheet.sha256,
                bytes=sheet.size,
                pages=sheet.pages,
                language=sheet.language,
                format=sheet.Delivery.format,
                mail_class=mail_class,
                address_sha256=sheet.Delivery.address_sha256,
            )
            for sheet in sheets
        ),
    )
