"""The post room: batches that are not at their end, copies without a proof, messages that failed.

Counts and batches are of the whole house and name nobody; cases are shown only within reach.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.carriers import answers, fax, printing
from casework.context import Context
from casework.models import Case, Contract, Delivery, Letter, OutboxItem, PrintBatch

MOST: Final = 50
DONE: Final = ("mailed", "refused")


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: how many files, of which so many mailed or refused, and what is wrong with it."""

    name: str
    contract: str
    state: str
    why: str
    files: int
    mailed: int
    refused: int
    written_at: datetime | None
    acknowledged_at: datetime | None
    problem: str


def batches(cx: Context, *, ended: bool = False) -> tuple[Batch, ...]:
    """The batches that are not at their end, the oldest first; or the last ones that are."""
    mailed = func.count(Delivery.id).filter(Delivery.mailed_at.is_not(None))
    refused = func.count(Delivery.id).filter(Delivery.state == "refused")
    over = PrintBatch.state.in_(DONE) & (PrintBatch.problem == "")
    rows = cx.db.execute(
        select(PrintBatch, Contract.code, mailed.label("mailed"), refused.label("refused"))
        .join(Contract, Contract.id == PrintBatch.contract_id)
        .outerjoin(Delivery, Delivery.batch_id == PrintBatch.id)
        .where(over if ended else ~over)
        .group_by(PrintBatch.id, Contract.code)
        .order_by(PrintBatch.id.desc() if ended else PrintBatch.id)
        .limit(MOST)
    )
    return tuple(
        Batch(
            name=row.PrintBatch.name,
            contract=row.code,
            state=row.PrintBatch.state,
            why=row.PrintBatch.why,
            files=row.PrintBatch.files,
            mailed=row.mailed,
            refused=row.refused,
            written_at=row.PrintBatch.written_at,
            acknowledged_at=row.PrintBatch.acknowledged_at,
            problem=row.PrintBatch.problem,
        )
        for row in rows
    )


def waiting(cx: Context) -> tuple[int, datetime | None]:
    """How many copies wait for their batch, and when the next batch is due."""
    count, first = cx.db.execute(
        select(func.count(), func.min(OutboxItem.next_at)).where(
            OutboxItem.topic == "print", OutboxItem.state == "waiting"
        )
    ).one()
    return count, first


def rejected(cx: Context) -> dict[str, int]:
    """Answers of carriers that could not be believed, by carrier; none where there are none."""
    settings = cx.database.settings
    folders = {
        "print vendor": settings.print_dir / printing.ANSWERS,
        "fax server": settings.fax_dir / fax.ANSWERS,
        "text gateway": settings.texts_dir / "in",
    }
    found = {name: answers.rejected(folder) for name, folder in folders.items()}
    return {name: count for name, count in found.items() if count}


def unproved(cx: Context) -> tuple[Any, ...]:
    """Printed copies within reach of which the proof of mailing is overdue, the oldest first."""
    wanted = _copies().where(
        Delivery.chased_at.is_not(None),
        Delivery.mailed_at.is_(None),
        Delivery.state == "confirmed",
    )
    return tuple(cx.db.execute(wanted))


def without_a_way(cx: Context) -> tuple[Any, ...]:
    """Copies within reach that cannot go their way: no usable address, or refused by a carrier."""
    return tuple(cx.db.execute(_copies().where(Delivery.state == "refused")))


def failed(cx: Context) -> tuple[Any, ...]:
    """Messages and faxes within reach that did not leave, the oldest first."""
    return tuple(cx.db.execute(_copies().where(Delivery.state == "failed")))


def _copies() -> Any:
    return (
        select(
            Delivery.id,
            Delivery.channel,
            Delivery.external_key,
            Delivery.proof,
            Delivery.intended_at,
            Delivery.confirmed_at,
            Letter.code,
            Letter.recipient,
            Case.ref,
        )
        .join(Letter, Letter.id == Delivery.letter_id)
        .join(Case, Case.id == Delivery.case_id)
        .order_by(Delivery.id)
        .limit(MOST)
    )
