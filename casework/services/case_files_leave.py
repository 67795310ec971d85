"""A case file is made in two commands, claim and deposit, with the binding between them.

No transaction is open while it is bound. Whoever dies in the middle loses nothing: the next one
begins again, and what is deposited is deposited once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from casework import ledger, outbox
from casework.context import SYSTEM, Context
from casework.db import command
from casework.file_sheets.contents import Contents
from casework.models import CaseFileRequest
from casework.outbox import Claimed
from casework.records import (
    case_file_contents,
    case_file_sending,
    obligations,
    packet_rows,
    packet_sending,
    supplement_contents,
)


@dataclass(frozen=True)
class FileJob:
    """A file in our hands. `contents` None: there is nothing to make any more."""

    item: Claimed
    number: int
    case_id: int
    contents: Contents | None


@dataclass(frozen=True)
class Made:
    """The finished bytes of a file, already stored under their hash, and what stands in it."""

    sha256: str
    size: int
    pages: int
    index: list[dict[str, Any]]


@command
def claim_case_file(cx: Context, wall: datetime) -> FileJob | None:
    """Take the next file that is asked for, with all that belongs into it; None when there is
    none."""
    claimed = outbox.claim(cx, ["case_file"], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    row = _row(cx, item.object_id or 0)
    if row.state not in {"asked", "being_made"}:
        outbox.settle(cx, item)
        return FileJob(item, row.id, row.case_id, None)
    contents = supplement_contents.of_request(cx, row)
    _set(cx, row.id, state="being_made", pages_done=0)
    return FileJob(item, row.id, row.case_id, contents)


@command
def note_progress(cx: Context, job: FileJob, wall: datetime, *, pages: int, total: int) -> bool:
    """How far the binding is; keeps the work in our hands. False when somebody else has it."""
    if not outbox.hold_on(cx, job.item, wall=wall):
        return False
    _set(cx, job.number, pages_done=pages, pages_total=total)
    return True


@command
def deposit_case_file(cx: Context, job: FileJob, made: Made) -> str:
    """Keep the finished file: it waits for a look where papers came from others, else it leaves.

    Returns the state of the request. A lost lease, or a mark set meanwhile, deposits nothing.
    """
    assert job.contents is not None
    case = ledger.take_all(cx, [job.case_id])[job.case_id]
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return "lost"
    row = _row(cx, job.number)
    if row.state != "being_made":
        return str(row.state)
    if case_file_contents.marks_of(cx, row) != job.contents.marks:
        _set(cx, row.id, made_at=cx.now)
        case_file_sending.make_anew(cx, case, row.id)
        return "asked"
    waits = job.contents.needs_look
    outside = row.scope in packet_rows.OUTSIDE
    state = "ready" if outside else "ready_for_look"
    _set(
        cx,
        row.id,
        state=state,
        sha256=made.sha256,
        size=made.size,
        pages=made.pages,
        pages_done=made.pages,
        pages_total=made.pages,
        contents=made.index,
        withheld=list(job.contents.withheld_grounds),
        made_at=cx.now,
    )
    said = ledger.Said(more={"file": made.sha256, "pages": made.pages, "request": row.id})
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_made", said=said, actor=SYSTEM)]
    )
    if outside:
        packet_sending.intend(cx, recorded.case, _row(cx, row.id))
        return state
    if waits:
        _owe_look(cx, recorded, row)
        return state
    case_file_sending.send(cx, recorded.case, _row(cx, row.id))
    return "sent"


@command
def fail_case_file(cx: Context, job: FileJob, sentence: str) -> None:
    """It cannot be made: it becomes somebody's task, today."""
    case = ledger.take_all(cx, [job.case_id])[job.case_id]
    if outbox.settle(cx, job.item):
        _fail(cx, case, job, sentence)


@command
def retry_case_file(cx: Context, job: FileJob, error: str) -> None:
    """Put it back for another try; after the last it is somebody's task."""
    case = ledger.take_all(cx, [job.case_id])[job.case_id]
    if outbox.put_back(cx, job.item, error=error) and job.item.attempts >= outbox.MAX_ATTEMPTS:
        _fail(cx, case, job, f"It could not be bound ({error}).")


def _fail(cx: Context, case: ledger.Head, job: FileJob, sentence: str) -> None:
    row = _row(cx, job.number)
    _set(cx, row.id, state="failed", says=sentence[:300], made_at=cx.now)
    said = ledger.Said(more={"request": row.id})
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_failed", said=said, actor=SYSTEM)]
    )
    obligations.owe(
        cx,
        recorded.case,
        case_file_sending.look_at(row.id),
        f"The case file could not be made. {sentence}",
        due_at=min(cx.now, row.due_at),
        cause_seq=recorded.seq,
        citation="",
    )


def _owe_look(cx: Context, recorded: Any, row: Any) -> None:
    soon = obligations.business_day_after(cx, recorded.case)
    obligations.owe(
        cx,
        recorded.case,
        case_file_sending.look_at(row.id),
        "Look through the case file before it is sent: is anything of another person in it?",
        due_at=min(soon, row.due_at),
        cause_seq=recorded.seq,
        citation="45 CFR 164.502(a), 164.524(a)",
    )


def _row(cx: Context, number: int) -> Any:
    return cx.db.execute(
        select(CaseFileRequest)
        .where(CaseFileRequest.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _set(cx: Context, number: int, **values: Any) -> None:
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
