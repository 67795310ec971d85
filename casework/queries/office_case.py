"""What an office is told of one case beyond the case file: reasons, questions, offered talks.

Free text is unsealed here, for those who may read the case. It shows nothing of the plan's own
notes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from casework import bridge, seal
from casework.bridge.law import clocks_of
from casework.context import Context
from casework.models import Case, CaseEvent, Member, RequestLine
from casework.queries.case_file import CaseFile
from casework.records import appeal_facts, determinations, talks, waiting
from sla.values import Clock


@dataclass(frozen=True)
class Question:
    """What the plan asked for, of whom, and by when the answer must be there."""

    wanted: tuple[str, ...]
    from_whom: str
    due_at: datetime


@dataclass(frozen=True)
class Talk:
    """A talk with the reviewing physician that was offered: at which times, in whose zone (empty:
    the plan's), and which number to call. Once one of them is chosen it is `at`."""

    at: datetime
    phone: str
    slots: tuple[datetime, ...] = ()
    zone: str = ""
    chosen_at: datetime | None = None


@dataclass(frozen=True)
class Overlap:
    """A request for the same code on overlapping days, within reach."""

    ref: str
    state: str
    code: str
    from_date: date
    to_date: date


def question_of(file: CaseFile) -> Question | None:
    """The open question of this case, in clear."""
    row = file.question
    if row is None:
        return None
    return Question(waiting.wanted(file.key, row, file.case.id), row.from_whom, row.due_at)


def reasons_of(file: CaseFile) -> dict[int, str]:
    """Why each line was decided as it was, in words, by the line's number."""
    place = determinations.sealed_place(file.case.id)
    return {
        number: seal.unseal_text(file.key, decision.reason_ct, place)
        for number, decision in file.line_decisions.items()
    }


def offered_talk(cx: Context, file: CaseFile) -> Talk | None:
    """The peer-to-peer talk that stands open, with the number that was given for it."""
    case = file.case
    row = talks.open_talk(cx, case.id)
    if row is None:
        return None
    event = cx.db.execute(
        select(CaseEvent.seq, CaseEvent.body_ct)
        .where(CaseEvent.case_id == case.id, CaseEvent.event == "peer_to_peer_offered")
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    said: dict[str, Any] = {}
    if event is not None:
        said = seal.unseal_json(file.key, event.body_ct, f"event:{case.id}:{event.seq}")
    return Talk(
        row.slot_at, str(said.get("phone", "")), talks.slots_of(row), row.zone, row.chosen_at
    )


def window_to_appeal(cx: Context, case: Any) -> Clock | None:
    """The window in which the member (or the office for the member) may appeal, once it runs: the
    contract's own, else the law's."""
    return clocks_of(cx, case)("filing_window")


def may_be_appealed(cx: Context, case: Any) -> bool:
    """Whether something was decided on this case that an appeal can dispute."""
    return appeal_facts.disputable(cx, case, payment=False)


def plan_lines(cx: Context, case: Any) -> Any:
    """Whom an office calls at this contract: the plan's block with its telephone numbers."""
    return bridge.version_of(cx, case.contract_version_id).plan


def overlapping(
    cx: Context, member_id: int, asked: list[tuple[str, date, date]]
) -> tuple[Overlap, ...]:
    """Requests of this member within reach that ask for the same code on overlapping days and were
    not refused or taken back: it only warns."""
    codes = {code for code, _, _ in asked}
    if not codes:
        return ()
    rows = cx.db.execute(
        select(Case.ref, Case.state, RequestLine.code, RequestLine.from_date, RequestLine.to_date)
        .join(RequestLine, RequestLine.case_id == Case.id)
        .where(
            Case.member_id == member_id,
            Case.kind == "prior_auth",
            Case.state.not_in(("denied", "withdrawn", "dismissed")),
            RequestLine.code.in_(codes),
            RequestLine.from_date.is_not(None),
        )
        .order_by(Case.id.desc())
        .limit(100)
    )
    return tuple(
        Overlap(row.ref, row.state, row.code, row.from_date, row.to_date or row.from_date)
        for row in rows
        if any(
            row.code == code and row.from_date <= last and (row.to_date or row.from_date) >= first
            for code, first, last in asked
        )
    )


@dataclass(frozen=True)
class Patient:
    """Whom a case is about, as a page of it says."""

    name: str
    number: str


def patient_of(cx: Context, case: Any) -> Patient:
    """The member of this case, by name and number."""
    row = cx.db.execute(
        select(Member.given_name, Member.family_name, Member.number).where(
            Member.id == case.member_id
        )
    ).one()
    return Patient(f"{row.given_name} {row.family_name}", row.number)
