"""Coversheets: asked for by whoever sends papers by post or fax, printed by the worker, found again
at intake by their number.

A sheet changes no case and says nothing about one. No transaction is open while it is printed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from casework import ledger, outbox
from casework.bridge.letter_language import plan_in
from casework.bridge.letter_plan import block_now
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import Case, InformationRequest, Member
from casework.models import Coversheet as Row
from casework.outbox import Claimed
from casework.records import observing, speaking
from casework.records.mailing_desks import desk_of
from letters import coversheet
from letters.context import LANGUAGES, PlanBlock
from letters.coversheet import Coversheet

TOPIC = "coversheet"


@dataclass(frozen=True)
class SheetJob:
    """A sheet in the worker's hands; `sheet` None: it is made already."""

    item: Claimed
    sheet: Coversheet | None


@dataclass(frozen=True)
class Arrived:
    """Where papers with a coversheet belong; `answers`: they were asked for, and nobody has
    answered yet."""

    ref: str
    kind: str
    answers: bool


@command
def ask_for_coversheet(cx: Context, ref: str, way: str) -> str:
    """The number of a sheet for papers that come to this case by this way (mail, fax). Who asked
    for one before gets the same, until papers come with it or another question is open.

    Raises NotFound, NotAllowed, Invalid.
    """
    if way not in coversheet.WAYS:
        raise Invalid("Choose mail or fax.", fields={"way": "Choose how the papers come."})
    case = observing.take(cx, ref, "add_document", seen=None)
    speaking.require_acting(cx.principal, case.member_id)
    question = _open_question(cx, case.id)
    found = cx.db.execute(
        select(Row.number).where(
            Row.case_id == case.id,
            Row.way == way,
            Row.asked_by_id == cx.principal.id,
            Row.question_id.is_not_distinct_from(question),
            Row.came_at.is_(None),
            Row.state != "failed",
        )
    ).scalar()
    if found:
        return str(found)
    number = _new_number()
    made = cx.db.execute(
        insert(Row)
        .values(
            case_id=case.id,
            number=number,
            way=way,
            language=_language(cx, case),
            question_id=question,
            state="asked",
            asked_at=cx.now,
            asked_by=cx.principal.name[:120],
            asked_by_id=cx.principal.id,
        )
        .returning(Row.id)
    ).scalar_one()
    outbox.enqueue(cx, [outbox.Posting(TOPIC, f"coversheet:{made}", case.id, made)])
    return number


@command
def claim_coversheet(cx: Context, wall: datetime) -> SheetJob | None:
    """Take the next sheet that is to be printed; None when there is none."""
    claimed = outbox.claim(cx, [TOPIC], wall=wall)
    if not claimed:
        return None
    row = cx.db.execute(select(Row).where(Row.id == claimed[0].object_id)).scalar_one()
    if row.state != "asked":
        outbox.settle(cx, claimed[0])
        return SheetJob(claimed[0], None)
    return SheetJob(claimed[0], _sheet(cx, row))


@command
def keep_coversheet(cx: Context, job: SheetJob, sha256: str) -> None:
    """Keep the printed sheet, already stored under its hash."""
    if outbox.settle(cx, job.item):
        _set(cx, job.item, state="made", sha256=sha256, made_at=cx.now)


@command
def retry_coversheet(cx: Context, job: SheetJob, error: str) -> None:
    """Put it back for another try; after the last who asked is told to write the number by hand."""
    if outbox.put_back(cx, job.item, error=error) and job.item.attempts >= outbox.MAX_ATTEMPTS:
        _set(cx, job.item, state="failed")


@command
def papers_arrived(cx: Context, typed: str) -> Arrived:
    """The case of the sheet whose number was typed or scanned, within the reach of who typed it;
    that it came is written down.

    Raises Invalid for a mistyped number, NotFound for one that leads nowhere.
    """
    number = coversheet.typed(typed)
    if not number:
        raise Invalid(
            "That is no number of a coversheet.",
            fields={"number": "Look again: 12 letters and digits, such as 7KQ4-9MZD-2XTV."},
        )
    row = cx.db.execute(select(Row).where(Row.number == number)).scalar_one_or_none()
    if row is None:
        raise NotFound("No coversheet with that number leads to a case of yours.", source="number")
    ref = cx.db.execute(select(Case.ref).where(Case.id == row.case_id)).scalar_one()
    case = observing.take(cx, ref, "add_document", seen=None)
    if row.came_at is None:
        cx.db.execute(
            update(Row)
            .where(Row.id == row.id)
            .values(came_at=cx.now, came_to=cx.principal.name[:120])
            .execution_options(synchronize_session=False)
        )
    answers = row.question_id is not None and row.question_id == _open_question(cx, row.case_id)
    return Arrived(ref=case.ref, kind=case.kind, answers=answers)


def _new_number() -> str:
    random = "".join(secrets.choice(coversheet.ALPHABET) for _ in range(coversheet.LENGTH - 1))
    return random + coversheet.check_character(random)


def _open_question(cx: Context, case_id: int) -> int | None:
    """The question on this case that nobody has answered."""
    return cx.db.execute(
        select(InformationRequest.id)
        .where(
            InformationRequest.case_id == case_id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .order_by(InformationRequest.id.desc())
        .limit(1)
    ).scalar()


def _language(cx: Context, case: ledger.Head) -> str:
    """That of the member, for who reads letters of members; offices read English."""
    if not cx.principal.roles & {"member", "representative"}:
        return "en"
    spoken = cx.db.execute(
        select(Member.language).join(Case, Case.member_id == Member.id).where(Case.id == case.id)
    ).scalar_one()
    return spoken if spoken in LANGUAGES else "en"


def _sheet(cx: Context, row: Any) -> Coversheet:
    case = cx.db.execute(select(Case.contract_id, Case.kind).where(Case.id == row.case_id)).one()
    plan: PlanBlock = plan_in(block_now(cx, case.contract_id), row.language)
    desk = desk_of(plan, case.kind)
    assert desk is not None
    return Coversheet(
        number=row.number,
        plan_name=plan.name,
        office=desk,
        phone=plan.phone,
        tty=plan.tty,
        way=row.way,
        language=row.language,
    )


def _set(cx: Context, item: Claimed, **values: Any) -> None:
    cx.db.execute(
        update(Row)
        .where(Row.id == item.object_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
