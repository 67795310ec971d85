"""Copies by fax: claim, put the job into the server's folder, confirm. The proof is read back later
(`casework.services.carrier_answers`); a job has one name, so repeating writes nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from casework import bridge, outbox
from casework.context import Context
from casework.db import command
from casework.models import Case, Delivery, Letter
from casework.outbox import Claimed
from casework.records import letter_tasks, letter_ways
from sla.calendars import local_day, zone


@dataclass(frozen=True, slots=True)
class FaxJob:
    """One copy in our hands: where it goes, from whom, and the hash of its bytes."""

    item: Claimed
    delivery_id: int
    external_key: str
    number: str
    to: str
    sender: str
    phone: str
    day: str
    pages: int
    sha256: str


@command
def claim_fax(cx: Context, wall: datetime) -> FaxJob | None:
    """Take the next copy that goes by fax; None when there is none that can go."""
    claimed = outbox.claim(cx, ["fax"], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    row = cx.db.execute(select(Delivery).where(Delivery.id == item.object_id)).scalar_one()
    letter = cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()
    office = letter_ways.office_of(cx, row.case_id)
    number = letter_ways.fax_of(office)
    if row.state != "intent" or not number:
        _settle_without(cx, item, row, letter)
        return None
    case = cx.db.execute(
        select(Case.contract_version_id).where(Case.id == row.case_id)
    ).scalar_one()
    version = bridge.version_of(cx, case)
    today = local_day(cx.now, zone(version.contract.time_zone))
    return FaxJob(
        item=item,
        delivery_id=row.id,
        external_key=row.external_key,
        number=number,
        to=office.name,
        sender=str(version.plan["name"]),
        phone=str(version.plan["phone"]),
        day=f"{today:%B} {today.day}, {today.year}",
        pages=letter.pages + 1,
        sha256=letter.sha256,
    )


@command
def fax_handed_over(cx: Context, job: FaxJob, proof: str) -> None:
    """The job is in the server's folder."""
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return
    _mark(cx, job.delivery_id, state="confirmed", confirmed_at=cx.now, proof=proof[:200])


@command
def fax_put_back(cx: Context, job: FaxJob, error: str) -> None:
    """It is tried again; after the last try it is somebody's task."""
    last = job.item.attempts >= outbox.MAX_ATTEMPTS
    if not outbox.put_back(cx, job.item, error=error) or not last:
        return
    _mark(cx, job.delivery_id, state="failed", proof=error[:200])
    row = cx.db.execute(select(Delivery).where(Delivery.id == job.delivery_id)).scalar_one()
    letter = cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()
    says = f"handing it to the fax server failed {job.item.attempts} times ({error})."
    letter_tasks.owe_vendor(cx, letter, kind=f"fax_failed_{row.id}", says=says)


def _settle_without(cx: Context, item: Claimed, row: Any, letter: Any) -> None:
    outbox.settle(cx, item)
    if row.state == "intent":
        _mark(cx, row.id, state="failed", proof="no fax number")
        says = "the office has no fax number any more; the portal has the letter."
        letter_tasks.owe_vendor(cx, letter, kind=f"fax_failed_{row.id}", says=says)


def _mark(cx: Context, delivery_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
