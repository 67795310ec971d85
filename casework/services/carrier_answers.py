"""What carriers answer, taken down: the print vendor's word on each batch, the fax server's on each
job, a member's STOP. Each command may be repeated; a file is put away after the last of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from casework import bridge, ledger, outbox
from casework.carriers.texts import number_of
from casework.context import SYSTEM, Context
from casework.db import command
from casework.errors import Problem
from casework.models import Case, Delivery, Letter, Member, PrintBatch, StandingNeed
from casework.records import leaving, letter_tasks, letter_ways, vendor_words
from casework.records.letter_keys import external_key
from casework.records.returned_mail import CameBack, take_back
from casework.records.vendor_words import BatchAnswer, Mailing
from sla.calendars import zone

Verdict = Literal["taken", "later", "rejected"]
BY_TEXT = "The member, by text message"


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether an answer can be believed, and what it proves of which copy."""

    verdict: Verdict
    mailings: tuple[Mailing, ...] = ()


@command
def judge_batch(cx: Context, answer: BatchAnswer) -> Judged:
    """Hold an answer against what was handed over. What does not fit stands on the batch as its
    problem, and nothing of that answer is taken; a later good answer clears it."""
    batch = cx.db.execute(
        select(PrintBatch).where(PrintBatch.name == answer.batch).with_for_update()
    ).scalar_one_or_none()
    if batch is None:
        return Judged("rejected")
    copies = cx.db.execute(
        select(Delivery.external_key, Delivery.state, Case.contract_version_id)
        .join(Case, Case.id == Delivery.case_id)
        .where(Delivery.batch_id == batch.id)
    ).all()
    if batch.written_at is None or any(copy.state == "intent" for copy in copies):
        return Judged("later")
    keys = [copy.external_key for copy in copies]
    where = zone(bridge.contract_of(cx, copies[0].contract_version_id).time_zone)
    told = [
        vendor_words.mailing(row, handed=batch.written_at, now=cx.now, where=where)
        for row in answer.mailings
    ]
    wrong = vendor_words.mismatch(answer, keys=keys, sha256=batch.sha256) or next(
        (each for each in told if isinstance(each, str)), ""
    )
    values: dict[str, Any] = {"problem": wrong[:200]}
    if answer.judged and not wrong:
        values |= {"state": "acknowledged", "acknowledged_at": batch.acknowledged_at or cx.now}
    _change_batch(cx, batch.id, **values)
    if wrong:
        return Judged("rejected")
    return Judged("taken", tuple(each for each in told if isinstance(each, Mailing)))


@command
def copy_refused(cx: Context, key: str, reason: str) -> None:
    """The vendor does not make this copy: it never left, and that is somebody's task today."""
    row = _take(cx, key)
    if row.state != "confirmed" or row.mailed_at is not None:
        return
    letter = _letter(cx, row)
    why = reason or "it gave no reason"
    leaving.not_mailed(cx, row, why=f"refused by the print vendor: {why}")
    says = f"the print vendor refused this copy ({why}). Mend it, then send the letter again."
    letter_tasks.owe_vendor(cx, letter, kind=f"vendor_refused_{row.id}", says=says)


@command
def copy_mailed(cx: Context, mailing: Mailing) -> None:
    """The vendor proves when this copy was mailed: the notice counts from then."""
    row = _take(cx, mailing.key)
    if row.mailed_at is not None or row.state not in {"confirmed", "in_doubt"}:
        return
    leaving.mailed(cx, row, at=mailing.at, proof=mailing.proof)
    letter = _letter(cx, row)
    letter_tasks.settle(cx, row.case_id, f"ask_vendor_{row.id}")
    if row.format in letter_ways.FORMATS:
        letter_tasks.settle(cx, row.case_id, letter_tasks.format_task(letter.id))
    if row.counts:
        _look_at_short_notice(cx, letter, row, mailing)


@command
def copy_returned(cx: Context, said: Mapping[str, Any]) -> None:
    """The vendor got this piece back from the post; what it cannot mean changes nothing."""
    row = _take(cx, str(said["key"]))
    if row.state == "returned":
        return
    case = ledger.take_all(cx, [row.case_id])[row.case_id]
    try:
        on = date.fromisoformat(str(said.get("on", "")))
    except ValueError:
        on = cx.now.date()
    forwarding = said.get("forwarding", ())
    back = CameBack(
        reason=str(said.get("reason", "")),
        on=on,
        forwarding=tuple(str(line)[:60] for line in forwarding)[:4],
        seen="The print vendor's file says so.",
    )
    take_back(cx, case, row.id, back, actor=SYSTEM)


@command
def end_batch(cx: Context, name: str) -> None:
    """The state of a batch by its copies: mailed, refused in part, or still on its way."""
    batch = cx.db.execute(select(PrintBatch).where(PrintBatch.name == name)).scalar_one()
    counted = cx.db.execute(
        select(Delivery.state)
        .where(Delivery.batch_id == batch.id, Delivery.mailed_at.is_(None))
        .distinct()
    )
    left = set(counted.scalars())
    if not left - {"refused", "returned"}:
        _change_batch(cx, batch.id, state="refused" if "refused" in left else "mailed")


@command
def fax_answered(cx: Context, said: Mapping[str, Any]) -> Verdict:
    """The fax server's word on one job: sent with its proof, or failed, and then the other ways."""
    row = _find(cx, str(said.get("key", "")), channel="fax")
    status = said.get("status")
    if row is None or status not in {"sent", "failed"}:
        return "rejected"
    if row.state == "intent":
        return "later"
    if row.mailed_at is not None or row.state == "failed":
        return "taken"
    letter = _letter(cx, row)
    if status == "sent":
        at = _moment(said.get("at"), cx.now)
        leaving.mailed(cx, row, at=at, proof=str(said.get("proof", ""))[:80])
        return "taken"
    why = str(said.get("reason", "") or "no reason given")[:120]
    _change_copy(cx, row.id, state="failed", proof=f"fax failed: {why}")
    says = f"the fax to the office failed ({why}). Put its number right, or call the office."
    letter_tasks.owe_vendor(cx, letter, kind=f"fax_failed_{row.id}", says=says)
    _point_instead(cx, letter)
    return "taken"


@command
def stop_texts(cx: Context, number: str) -> int:
    """Whoever reads this telephone gets no text message any more; returns of how many members."""
    digits = number_of(number).removeprefix("+1")
    if not digits:
        return 0
    plain = func.right(func.regexp_replace(Member.phone, "[^0-9]", "", "g"), 10)
    safe = func.right(
        func.regexp_replace(Member.safe_contact["phone"].astext, "[^0-9]", "", "g"), 10
    )
    ids = list(
        cx.db.execute(
            select(Member.id).where(Member.texts_ok, (plain == digits) | (safe == digits))
        ).scalars()
    )
    for member_id in ids:
        cx.db.execute(
            update(Member)
            .where(Member.id == member_id)
            .values(texts_ok=False)
            .execution_options(synchronize_session=False)
        )
        cx.db.execute(
            insert(StandingNeed).values(
                member_id=member_id,
                need="texts_ok",
                was=True,
                became=False,
                reason="STOP",
                at=cx.now,
                by_id=None,
                by_name=BY_TEXT,
                by_role="member",
            )
        )
    return len(ids)


def _look_at_short_notice(cx: Context, letter: Any, row: Any, mailing: Mailing) -> None:
    """An advance notice that was mailed after the day that it bears may give too few days."""
    if letter.notice_kind != "reduction" or letter.printed_on is None:
        return
    contract = bridge.contract_of(
        cx,
        cx.db.execute(select(Case.contract_version_id).where(Case.id == row.case_id)).scalar_one(),
    )
    mailed_on = mailing.at.astimezone(zone(contract.time_zone)).date()
    if mailed_on > letter.printed_on:
        says = (
            f"it bears {letter.printed_on:%Y-%m-%d} and was mailed on {mailed_on:%Y-%m-%d}. See"
            " that the cut does not begin before the days of notice have passed."
        )
        letter_tasks.owe_vendor(cx, letter, kind=f"short_notice_{letter.id}", says=says)


def _point_instead(cx: Context, letter: Any) -> None:
    """An e-mail that points to the portal, where the office has an address and got none yet."""
    office = letter_ways.office_of(cx, letter.case_id)
    key = external_key(letter.id, "email")
    there = select(Delivery.id).where(Delivery.external_key == key)
    if office is None or not office.email or cx.db.execute(there).first() is not None:
        return
    number = cx.db.execute(
        insert(Delivery)
        .values(
            case_id=letter.case_id,
            letter_id=letter.id,
            channel="email",
            external_key=key,
            counts=False,
            state="intent",
            intended_at=cx.now,
        )
        .returning(Delivery.id)
    ).scalar_one()
    outbox.enqueue(cx, [outbox.Posting("pointer", f"pointer:{number}", letter.case_id, number)])


def _take(cx: Context, key: str) -> Any:
    """The copy with this key, its case locked."""
    row = _find(cx, key)
    if row is None:
        raise Problem("No copy of ours has this key.")
    ledger.take_all(cx, [row.case_id])
    return _find(cx, key)


def _find(cx: Context, key: str, *, channel: str = "") -> Any:
    wanted = select(Delivery).where(Delivery.external_key == key)
    if channel:
        wanted = wanted.where(Delivery.channel == channel)
    return cx.db.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()


def _letter(cx: Context, row: Any) -> Any:
    return cx.db.execute(select(Letter).where(Letter.id == row.letter_id)).scalar_one()


def _moment(said: Any, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return now
    return min(found, now) if found.tzinfo is not None else now


def _change_batch(cx: Context, batch_id: int, **values: Any) -> None:
    cx.db.execute(
        update(PrintBatch)
        .where(PrintBatch.id == batch_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _change_copy(cx: Context, delivery_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
