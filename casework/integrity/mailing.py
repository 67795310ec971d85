"""Do printed letters get their proof: batches without an answer, copies that were never mailed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from casework.carriers import answers, fax, printing
from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import Delivery, Letter, PrintBatch

OPEN_FOR: Final = timedelta(hours=1)
UNANSWERED_FOR: Final = timedelta(days=3)
MOST: Final = 100


def unproved(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Copies of which the print vendor gave no proof of mailing in the contract's time."""
    rows = cx.db.execute(
        select(Delivery.id, Delivery.case_id, Delivery.chased_at, PrintBatch.name)
        .join(PrintBatch, PrintBatch.id == Delivery.batch_id)
        .where(
            Delivery.case_id.in_(ids),
            Delivery.chased_at.is_not(None),
            Delivery.mailed_at.is_(None),
            Delivery.state == "confirmed",
        )
    )
    for row in rows:
        says = f"A copy of batch {row.name} was handed over, and no proof says that it was mailed."
        yield Finding("mailing_unproved", says, row.case_id, f"delivery/{row.id}")


def without_a_way(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Letters that are printed and whose copy that counts cannot go where it should."""
    rows = cx.db.execute(
        select(Letter.id, Letter.case_id, Letter.code, Letter.recipient)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(
            Letter.case_id.in_(ids),
            Letter.state == "deposited",
            Delivery.counts,
            Delivery.state == "refused",
        )
    )
    for row in rows:
        what = f"The letter {row.code.replace('_', ' ')} to the {row.recipient}"
        yield Finding(
            "letter_without_a_way", f"{what} cannot be mailed.", row.case_id, f"letter/{row.id}"
        )


def batches(cx: Context, _wall: datetime) -> Iterator[Finding]:
    """Batches that were never finished, whose answer did not fit, or that nobody answered."""
    rows = cx.db.execute(
        select(PrintBatch)
        .where(PrintBatch.state.in_(("open", "written", "acknowledged")))
        .order_by(PrintBatch.id)
        .limit(MOST)
    ).scalars()
    for row in rows:
        if row.problem:
            yield Finding("batch_wrong", f"Batch {row.name}: {row.problem}", key=row.name)
        elif row.written_at is None and row.opened_at < cx.now - OPEN_FOR:
            says = f"Batch {row.name} was begun and never handed over."
            yield Finding("batch_wrong", says, key=row.name)
        elif row.state == "written" and _long_ago(row.written_at, cx.now):
            says = f"The print vendor has not answered to batch {row.name}."
            yield Finding("batch_wrong", says, key=row.name)
    settings = cx.database.settings
    for name, folder in (
        ("print", settings.print_dir / printing.ANSWERS),
        ("fax", settings.fax_dir / fax.ANSWERS),
        ("text", settings.texts_dir / "in"),
    ):
        if count := answers.rejected(folder):
            says = f"{count} answers of the {name} carrier could not be believed."
            yield Finding("batch_wrong", says, key=f"{name}/rejected")


def _long_ago(written_at: datetime | None, now: datetime) -> bool:
    return written_at is not None and written_at < now - UNANSWERED_FOR
