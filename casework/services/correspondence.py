"""Letters leave in three commands: claim, deposit, confirm; rendering and sending lie between them.

No transaction is open while a letter is rendered or sent. The stored bytes are the letter for ever;
what was intended and not confirmed is asked about, never sent again blindly. The observation
`notice_sent` that stops a clock is written when the member's letter has left the plan's control.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from casework import bridge, outbox
from casework.bridge import letter_again, letter_context
from casework.context import Context
from casework.db import command
from casework.models import Case, Delivery, Letter
from casework.outbox import Claimed
from casework.records import case_file_sending, intended, leaving, letter_tasks
from letters import checklist
from letters.context import LetterContext
from letters.refusals import ContextRefused
from sla.calendars import zone

# What the facts of a letter can fail with, unlike a database that is away.
UNTOLD: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
    *(NoResultFound, MultipleResultsFound),
)


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
    # Why its facts could not be gathered: which kind of failure, or the field that is wrong.
    fault: str | ContextRefused = ""
    sha256: str = ""
    copies: tuple[Copy, ...] = ()
    # The letter whose exact copy follows this cover, by the hash of its bytes.
    follows: str = ""
    # The case file that goes with this letter, by the hash of its bytes.
    encloses: str = ""


@dataclass(frozen=True)
class Deposited:
    """The bytes that are the letter from now on, and how each copy is to leave."""

    sha256: str
    copies: tuple[Copy, ...]


@dataclass(frozen=True)
class Printed:
    """The finished bytes of a letter, already stored under their hash."""

    sha256: str
    size: int
    pages: int
    title: str
    version: str
    # The facts that it says, stored under their hash.
    facts_sha256: str = ""


@command
def claim_letter(cx: Context, wall: Any) -> Job | None:
    """Take the next letter that is owed; None when there is none. Counts the attempt."""
    claimed = outbox.claim(cx, ["letter"], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    letter = _letter_of(cx, item)
    issued_on = _local_day(cx, letter.case_id)
    context: LetterContext | None = None
    fault: str | ContextRefused = ""
    if letter.state == "due":
        context, fault = _facts_of(cx, letter, issued_on)
    return Job(
        item=item,
        letter_id=letter.id,
        case_ref=_ref(cx, letter.case_id),
        code=letter.code,
        state=letter.state,
        issued_on=letter.printed_on or issued_on,
        context=context,
        fault=fault,
        sha256=letter.sha256,
        copies=_copies(cx, letter.id),
        follows=letter_again.followed(cx, letter),
        encloses=case_file_sending.file_of(cx, letter),
    )


@command
def deposit_letter(cx: Context, job: Job, printed: Printed) -> Deposited:
    """Keep the bytes as the letter, and write down how each copy is to leave. Whoever had it before
    us and was slow, or came after us, changes nothing: the first bytes are the letter."""
    letter = cx.db.execute(
        select(Letter).where(Letter.id == job.letter_id).with_for_update()
    ).scalar_one()
    if letter.state != "due":
        return Deposited(letter.sha256, _copies(cx, letter.id))
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
            facts_sha256=printed.facts_sha256,
            printed_on=job.issued_on,
            large_print=job.context.large_print if job.context else letter.large_print,
            language=job.context.language if job.context else letter.language,
            proved=checklist.proved(job.context) if job.context else [],
            deposited_at=cx.now,
        )
        .execution_options(synchronize_session=False)
    )
    intended.intend(cx, letter, job.context)
    if letter.recipient == "member" and job.context is not None and _has_words(job.context):
        letter_tasks.owe_translation(cx, letter)
    return Deposited(printed.sha256, _copies(cx, letter.id))


@command
def confirm_letter(cx: Context, job: Job, proofs: dict[int, str]) -> str:
    """Record what left, with its proof; the member's letter is observed on the case.

    Returns the state of the letter, `outstanding` while the copy that counts waits for its batch.
    A lost lease changes nothing.
    """
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return "lost"
    for copy_id, proof in proofs.items():
        _set_delivery(cx, copy_id, state="confirmed", confirmed_at=cx.now, proof=proof[:200])
    letter = cx.db.execute(select(Letter).where(Letter.id == job.letter_id)).scalar_one()
    if letter.state in ("sent", "void"):
        return str(letter.state)
    if leaving.outstanding(cx, letter.id):
        return "outstanding"
    leaving.letter_left(cx, letter)
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


def _facts_of(
    cx: Context, letter: Any, issued_on: date
) -> tuple[LetterContext | None, str | ContextRefused]:
    """The facts of the letter, or why there are none. A letter whose facts cannot be gathered stops
    no other: it counts its tries, is parked, and becomes somebody's task."""
    try:
        return letter_context.context_of(cx, letter, issued_on=issued_on), ""
    except ContextRefused as refused:
        return None, refused
    except UNTOLD as error:
        return None, type(error).__name__  # its text may hold what the letter says


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
