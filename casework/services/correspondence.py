"""Letters leave in three commands: claim, deposit, confirm; rendering and sending lie between them.

No transaction is open while a letter is rendered or sent. The stored bytes are the letter for ever;
what was intended and not confirmed is asked about, never sent again blindly. The observation
`notice_sent` that stops a clock is written when the member's letter has left the plan's control.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger, outbox
from casework.bridge import letter_context
from casework.context import SYSTEM, Context
from casework.db import command
from casework.models import Case, CaseEvent, Delivery, Letter, Member
from casework.outbox import Claimed
from casework.records import letter_tasks
from letters.context import LetterContext
from sla.calendars import zone

# An e-mail that points to the portal goes its own way (services/pointers.py).
POINTER: Final = "email"


@dataclass(frozen=True)
class Copy:
    """One way in which a letter leaves. `counts`: its leaving is the notice in the law's sense."""

    id: int
    channel: str
    external_key: str
    counts: bool
    state: str


@dataclass(frozen=True)
class Job:
    """A letter in our hands: what it says, or, when its bytes are stored, how it leaves."""

    item: Claimed
    letter_id: int
    case_ref: str
    code: str
    state: str
    issued_on: date
    context: LetterContext | None
    sha256: str = ""
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class Printed:
    """The finished bytes of a letter, already stored under their hash."""

    sha256: str
    size: int
    pages: int
    title: str
    version: str


@command
def claim_letter(cx: Context, wall: Any) -> Job | None:
    """Take the next letter that is owed; None when there is none. Counts the attempt."""
    claimed = outbox.claim(cx, ["letter"], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    letter = _letter_of(cx, item)
    issued_on = _local_day(cx, letter.case_id)
    context = None
    if letter.state == "due":
        context = letter_context.context_of(cx, letter, issued_on=issued_on)
    return Job(
        item=item,
        letter_id=letter.id,
        case_ref=_ref(cx, letter.case_id),
        code=letter.code,
        state=letter.state,
        issued_on=letter.printed_on or issued_on,
        context=context,
        sha256=letter.sha256,
        copies=_copies(cx, letter.id),
    )


@command
def deposit_letter(cx: Context, job: Job, printed: Printed) -> tuple[Copy, ...]:
    """Keep the bytes as the letter, and write down how each copy is to leave."""
    letter = cx.db.execute(select(Letter).where(Letter.id == job.letter_id)).scalar_one()
    cx.db.execute(
        update(Letter)
        .where(Letter.id == job.letter_id, Letter.state == "due")
        .values(
            state="deposited",
            sha256=printed.sha256,
            size=printed.size,
            pages=printed.pages,
            title=printed.title,
            version=printed.version,
            printed_on=job.issued_on,
            large_print=job.context.large_print if job.context else letter.large_print,
            language=job.context.language if job.context else letter.language,
            deposited_at=cx.now,
        )
        .execution_options(synchronize_session=False)
    )
    rows = [
        {
            "case_id": letter.case_id,
            "letter_id": letter.id,
            "channel": channel,
            "external_key": external_key(letter.id, channel),
            "counts": counts,
            "state": "intent",
            "intended_at": cx.now,
        }
        for channel, counts in _ways(cx, letter)
    ]
    cx.db.execute(insert(Delivery), rows)
    if letter.recipient == "member" and job.context is not None and _has_words(job.context):
        letter_tasks.owe_translation(cx, letter)
    copies = _copies(cx, letter.id)
    outbox.enqueue(
        cx,
        [
            outbox.Posting("pointer", f"pointer:{copy.id}", letter.case_id, copy.id)
            for copy in copies
            if copy.channel == POINTER
        ],
    )
    return copies


@command
def confirm_letter(cx: Context, job: Job, proofs: dict[int, str]) -> str:
    """Record what left, with its proof; the member's letter is observed on the case.

    Returns the state of the letter. A lost lease changes nothing.
    """
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return "lost"
    for copy_id, proof in proofs.items():
        _set_delivery(cx, copy_id, state="confirmed", confirmed_at=cx.now, proof=proof[:200])
    letter = cx.db.execute(select(Letter).where(Letter.id == job.letter_id)).scalar_one()
    if letter.state == "sent":
        return "sent"
    _observe_leaving(cx, letter)
    cx.db.execute(
        update(Letter)
        .where(Letter.id == letter.id)
        .values(state="sent", sent_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    return "sent"


@command
def refuse_letter(cx: Context, job: Job, missing: Sequence[dict[str, str]]) -> None:
    """The gate refused it: it does not leave, and becomes a task with an owner, today."""
    outbox.settle(cx, job.item)
    first = missing[0] if missing else {"sentence": "", "citation": ""}
    letter_tasks.stop(
        cx,
        job.letter_id,
        state="refused",
        why=first["sentence"],
        citation=first["citation"],
        missing=list(missing),
    )


@command
def retry_letter(cx: Context, job: Job, error: str) -> None:
    """Put the letter back for another try; after the last it is parked, and somebody's task."""
    if not outbox.put_back(cx, job.item, error=error) or job.item.attempts < outbox.MAX_ATTEMPTS:
        return
    letter_tasks.stop(
        cx, job.letter_id, state="parked", why=f"It failed {job.item.attempts} times."
    )


def _has_words(context: LetterContext) -> bool:
    """Whether somebody's words stand in English in the letter, beside the names of services."""
    names = {service.label for service in context.services}
    return bool(set(context.english) - names)


def external_key(letter_id: int, channel: str) -> str:
    """The name under which the outside world knows this copy: the same for every try."""
    digest = hashlib.sha256(f"letter:{letter_id}:{channel}".encode()).hexdigest()[:12]
    return f"L{letter_id:08d}-{channel}-{digest}"


def _observe_leaving(cx: Context, letter: Any) -> None:
    case = ledger.take_all(cx, [letter.case_id])[letter.case_id]
    counts = letter.recipient == "member"
    more: dict[str, Any] = {
        "letter": letter.id,
        "code": letter.code,
        "recipient": letter.recipient,
        "sha256": letter.sha256,
    }
    said = ledger.Said(
        notice_kind=letter.notice_kind if counts else "",
        printed_on=letter.printed_on,
        more=more,
    )
    if counts and letter.notice_kind == "reduction":
        said = _with_the_cut(cx, letter, said)
    observed = "notice_sent" if counts and letter.notice_kind else "letter_sent"
    ledger.record(cx, [ledger.Change(case=case, observation=observed, said=said, actor=SYSTEM)])


def _with_the_cut(cx: Context, letter: Any, said: ledger.Said) -> ledger.Said:
    """What the clocks read of an advance notice: from which day the cut is, on which ground."""
    cause = cx.db.execute(
        select(CaseEvent.ground, CaseEvent.facts).where(
            CaseEvent.case_id == letter.case_id, CaseEvent.seq == letter.cause_seq
        )
    ).one()
    effective = json.loads(cause.facts)["effective_date"]
    return replace(said, ground=cause.ground, more={**said.more, "effective_date": effective})


def _letter_of(cx: Context, item: Claimed) -> Any:
    _topic, case_id, seq, code, recipient = item.dedupe_key.split(":")
    return cx.db.execute(
        select(Letter).where(
            Letter.case_id == int(case_id),
            Letter.cause_seq == int(seq),
            Letter.code == code,
            Letter.recipient == recipient,
        )
    ).scalar_one()


def _ways(cx: Context, letter: Any) -> list[tuple[str, bool]]:
    """The channels of this copy and which one counts, by the member's standing preference."""
    if letter.recipient == "provider":
        return [("portal", True), ("email", False)]
    if letter.recipient in {"representative", "body"}:
        return [("print", True)]
    member = cx.db.execute(
        select(Member.contact_preference, Member.email).where(Member.id == letter.member_id)
    ).one()
    if member.contact_preference == "email" and member.email:
        return [("portal", True), ("email", False)]
    return [("print", True), ("portal", False)]


def _copies(cx: Context, letter_id: int) -> tuple[Copy, ...]:
    rows = cx.db.execute(
        select(Delivery).where(Delivery.letter_id == letter_id).order_by(Delivery.id)
    ).scalars()
    return tuple(
        Copy(
            id=row.id,
            channel=row.channel,
            external_key=row.external_key,
            counts=row.counts,
            state=row.state,
        )
        for row in rows
    )


def _set_delivery(cx: Context, delivery_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _local_day(cx: Context, case_id: int) -> date:
    version_id = cx.db.execute(
        select(Case.contract_version_id).where(Case.id == case_id)
    ).scalar_one()
    contract = bridge.contract_of(cx, version_id)
    return cx.now.astimezone(zone(contract.time_zone)).date()


def _ref(cx: Context, case_id: int) -> str:
    return str(cx.db.execute(select(Case.ref).where(Case.id == case_id)).scalar_one())
