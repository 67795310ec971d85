"""Proof of mailing: asked for when it does not come, and told by a person where no file tells it.

A notice that the vendor never mails must not count as sent for ever: after the contract's days
without a proof it is somebody's task; the answer "it was never mailed" lets its clock run again.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select, update

from casework import bridge
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Case, Delivery, Letter, PrintBatch
from casework.records import handover, leaving, letter_tasks, observing
from casework.records.answers import Done, done
from casework.records.forms import asks
from sla.calendars import end_of_day, local_day, plus_business_days, zone

LIMIT: Final = 200


@dataclass(frozen=True, kw_only=True)
class MailingWord:
    """What the print vendor said of one copy when somebody asked."""

    delivery_id: int = field(metadata=asks("Which copy"))
    answer: Literal["mailed", "never_mailed"] = field(metadata=asks("What the vendor says"))
    mailed_on: date | None = field(default=None, metadata=asks("The day on which it was mailed"))
    how: str = field(metadata=asks("Who said so, with the proof number", most=80))


@command
def chase_proofs(cx: Context) -> int:
    """Printed copies whose proof of mailing did not come in the contract's time become tasks;
    returns how many."""
    rows = cx.db.execute(
        select(Delivery, Letter, Case.contract_version_id, PrintBatch.name)
        .join(Letter, Letter.id == Delivery.letter_id)
        .join(Case, Case.id == Delivery.case_id)
        .join(PrintBatch, PrintBatch.id == Delivery.batch_id)
        .where(
            Delivery.batch_id.is_not(None),
            Delivery.mailed_at.is_(None),
            Delivery.chased_at.is_(None),
            Delivery.state == "confirmed",
            Delivery.confirmed_at < cx.now - timedelta(days=1),
        )
        .order_by(Delivery.confirmed_at, Delivery.id)
        .limit(LIMIT)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    chased = 0
    for row in rows:
        last = _last_day(cx, row.contract_version_id, row.Delivery.confirmed_at)
        if last < cx.now:
            chased += 1
            _chase(cx, row)
    return chased


@command
def record_mailing(cx: Context, ref: str, seen: int | None, form: MailingWord) -> Done:
    """Write down the vendor's word on a copy: mailed on a day, or never. Raises NotFound, Invalid,
    StateRefused where it was proved already."""
    case = observing.take(cx, ref, "record_mailing", seen=seen)
    row = cx.db.execute(
        select(Delivery).where(Delivery.id == form.delivery_id, Delivery.case_id == case.id)
    ).scalar_one_or_none()
    if row is None or row.batch_id is None:
        raise NotFound(f"{case.ref} has no such copy at the print vendor.")
    if row.mailed_at is not None or row.state != "confirmed":
        raise StateRefused("What became of this copy is known already.", source="state")
    if not form.how.strip():
        raise Invalid("Say who said so.", fields={"how": "The vendor's proof number, or a name."})
    letter = cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()
    how = form.how.strip()
    if form.answer == "mailed":
        at = _moment(cx, case, row, form.mailed_on)
        told = leaving.mailed(cx, row, at=at, proof=how, actor=cx.principal)
    else:
        told = leaving.not_mailed(cx, row, why=f"never mailed: {how}", actor=cx.principal)
        says = "the print vendor never mailed it. Send the letter again."
        letter_tasks.owe_vendor(cx, letter, kind=f"vendor_refused_{row.id}", says=says)
    letter_tasks.settle(cx, case.id, f"ask_vendor_{row.id}")
    if told is None:
        note = f"The print vendor about a copy of the letter {letter.title}: {how}"
        return observing.observe(cx, case, "note_added", text={"note": note})
    return done(told)


def _moment(cx: Context, case: Any, row: Any, on: date | None) -> datetime:
    """The end of the day of mailing, today now: it never favours the plan."""
    where = zone(bridge.zone_of(cx, case))
    handed_on, today = local_day(row.confirmed_at, where), local_day(cx.now, where)
    if on is None or not handed_on <= on <= today:
        raise Invalid(
            "It cannot have been mailed on that day.",
            fields={"mailed_on": f"A day from {handed_on} to {today}."},
        )
    return cx.now if on == today else end_of_day(on, where).astimezone(UTC)


def _last_day(cx: Context, version_id: int, handed_at: datetime) -> datetime:
    """Until when the proof should have come: so many business days after the hand-over."""
    version = bridge.version_of(cx, version_id)
    where = zone(version.contract.time_zone)
    days = handover.read(version.workflow).proof_days
    last = plus_business_days(
        local_day(handed_at, where), days, version.contract.policies.state_holidays
    )
    return end_of_day(last, where)


def _chase(cx: Context, row: Any) -> None:
    copy = row.Delivery
    says = (
        f"no proof of mailing came for batch {row.name}. Ask the print vendor, then record when it"
        " was mailed, or that it never was."
    )
    letter_tasks.owe_vendor(cx, row.Letter, kind=f"ask_vendor_{copy.id}", says=says)
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == copy.id)
        .values(chased_at=cx.now)
        .execution_options(synchronize_session=False)
    )
