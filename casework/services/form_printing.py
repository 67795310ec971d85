"""Forms that members make are printed by the worker as they stand: with lines for the pen, or with
the signatures that were made online. The newest print with most signatures is the one that is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import outbox
from casework.context import Context
from casework.db import command
from casework.models import Appointment, Document, Representative
from casework.outbox import Claimed
from casework.records import appointments
from letters.appointment import HELPER, MEMBER, Form, Signed

ZONE = "America/New_York"


@dataclass(frozen=True)
class FormJob:
    """A form in the worker's hands; `form` None: it is printed already."""

    item: Claimed
    form: Form | None
    text: str = ""
    signed: tuple[Signed, ...] = ()
    cover: bool = False


@command
def claim_form(cx: Context, wall: datetime) -> FormJob | None:
    """Take the next form that is to be printed; None when there is none."""
    claimed = outbox.claim(cx, [appointments.TOPIC], wall=wall)
    if not claimed:
        return None
    row = cx.db.execute(
        select(Appointment).where(Appointment.id == claimed[0].object_id)
    ).scalar_one()
    there = appointments.signatures(cx, row.id)
    if row.pdf_shows is not None and row.pdf_shows >= len(there):
        outbox.settle(cx, claimed[0])
        return FormJob(claimed[0], None)
    signed = tuple(
        Signed(party=party, name=there[party].name, at=there[party].at, zone=ZONE)
        for party in (MEMBER, HELPER)
        if party in there
    )
    return FormJob(
        item=claimed[0],
        form=appointments.form_of(cx, row),
        text=row.text,
        signed=signed,
        cover=len(there) < len((MEMBER, HELPER)),
    )


@command
def keep_form(cx: Context, job: FormJob, *, sha256: str, size: int) -> None:
    """Keep the printed form, already stored under its hash: it is the paper behind its helper."""
    if not outbox.settle(cx, job.item):
        return
    row = appointments.taken(cx, job.item.object_id or 0)
    if row.pdf_shows is not None and row.pdf_shows >= len(job.signed):
        return
    row.pdf_sha256, row.pdf_shows = sha256, len(job.signed)
    cx.db.flush()
    if row.representative_id is None:
        return
    cx.db.execute(
        pg_insert(Document)
        .values(sha256=sha256, size=size, media_type="application/pdf", stored_at=cx.now)
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    document = select(Document.id).where(Document.sha256 == sha256).scalar_subquery()
    cx.db.execute(
        update(Representative)
        .where(Representative.id == row.representative_id)
        .values(document_id=document)
        .execution_options(synchronize_session=False)
    )


@command
def retry_form(cx: Context, job: FormJob, error: str) -> None:
    """Put it back for another try."""
    outbox.put_back(cx, job.item, error=error)
