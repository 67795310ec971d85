"""What a provider's office has with the plan: what waits for it, what runs, what was decided.

Within the office's reach and in a fixed number of statements. What waits for the office comes in
the order of the answers' due; the rest newest first, by keyset.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from casework import refs
from casework.context import Context
from casework.models import (
    Authorization,
    Case,
    Escalation,
    InformationRequest,
    Member,
    PeerToPeer,
)
from casework.queries.office_rows import OfficeRow, filled, names_of
from statemachines import engine

YOURS: Final = "yours"
RUNNING: Final = "running"
ENDED: Final = "ended"
GROUPS: Final = (YOURS, RUNNING, ENDED)
MOST: Final = 100
MOST_OPEN: Final = 2000
COUNT_LIMIT: Final = 1000
SOON: Final = timedelta(days=30)
WAITING: Final = ("pended", "awaiting_consent", "incomplete")
# Where a talk with the reviewing physician stands offered before a decision.
TALKING: Final = "in_physician_review"
# Whose answer a question waits for is free text; these words mean that it is not the office's.
NOT_THE_OFFICE: Final = ("member", "representative")


@dataclass(frozen=True)
class OfficePage:
    """A page of one group, how many cases the group has (`or_more` where they were not counted to
    the end), and below which case the next page begins (None: it is the last)."""

    name: str
    count: int
    or_more: bool
    rows: tuple[OfficeRow, ...]
    next_before: int | None


@dataclass(frozen=True)
class Ending:
    """An authorization of the office that ends soon."""

    number: str
    ends_on: date
    ref: str
    title: str
    member: str


def groups(
    cx: Context, wanted: Sequence[str], *, before: int | None = None, limit: int = 25
) -> tuple[OfficePage, ...]:
    """A page of each of these groups, below the case with the id `before`; what waits for the
    office comes whole, up to MOST."""
    heads: dict[str, list[Any]] = {YOURS: [], RUNNING: [], ENDED: []}
    questions: dict[int, Any] = {}
    if {YOURS, RUNNING} & set(wanted):
        heads[YOURS], heads[RUNNING], questions = _open(cx, before=before)
    counts = {name: len(heads[name]) for name in (YOURS, RUNNING)}
    ends = {YOURS: MOST_OPEN, RUNNING: MOST_OPEN - counts[YOURS], ENDED: COUNT_LIMIT}
    if ENDED in wanted:
        counts[ENDED] = _ended_count(cx)
        heads[ENDED] = _ended(cx, before=before, limit=limit)
    most = {YOURS: MOST, RUNNING: limit, ENDED: limit}
    shown = {name: heads[name][: most[name]] for name in wanted}
    rows = filled(cx, [row for name in wanted for row in shown[name]], questions=questions)
    return tuple(
        OfficePage(
            name=name,
            count=counts[name],
            or_more=counts[name] >= ends[name],
            rows=tuple(rows[row.id] for row in shown[name]),
            next_before=shown[name][-1].id if len(heads[name]) > most[name] else None,
        )
        for name in wanted
    )


def ending_soon(cx: Context, *, today: date) -> tuple[Ending, ...]:
    """Authorizations of the office that end within thirty days, the first to end first."""
    found = cx.db.execute(
        select(Authorization.number, Authorization.ends_on, Case.ref, Case.title, Case.member_id)
        .join(Case, Case.id == Authorization.case_id)
        .where(
            Authorization.ended_on.is_(None),
            Authorization.ends_on >= today,
            Authorization.ends_on <= today + SOON,
        )
        .order_by(Authorization.ends_on, Authorization.id)
        .limit(10)
    ).all()
    names = names_of(cx, {row.member_id for row in found})
    return tuple(
        Ending(row.number, row.ends_on, row.ref, row.title, names[row.member_id].name)
        for row in found
    )


def case_numbered(cx: Context, number: str) -> str | None:
    """The case behind a number of ours: its own, that of its authorization or its escalation.

    None when it is no number of ours or not within reach: the two look the same.
    """
    wanted = number.strip().upper()
    kind = refs.kind_of(wanted)
    if kind in engine.KINDS:
        statement = select(Case.ref).where(Case.ref == wanted)
    elif kind == "authorization":
        statement = (
            select(Case.ref)
            .join(Authorization, Authorization.case_id == Case.id)
            .where(Authorization.number == wanted)
        )
    elif kind == "escalation":
        statement = (
            select(Case.ref)
            .join(Escalation, Escalation.case_id == Case.id)
            .where(Escalation.ref == wanted)
        )
    else:
        return None
    found = cx.db.execute(statement).scalar()
    return str(found) if found else None


def of_member(
    cx: Context, number: str, birth_date: date
) -> tuple[int | None, tuple[OfficeRow, ...]]:
    """The member's id and cases with the office, newest first; nothing where number and date of
    birth do not belong together or nothing is within reach."""
    member_id = cx.db.execute(
        select(Member.id).where(Member.number == number.strip(), Member.birth_date == birth_date)
    ).scalar()
    if member_id is None:
        return None, ()
    heads = cx.db.execute(
        _heads().where(Case.member_id == member_id).order_by(Case.id.desc()).limit(MOST)
    ).all()
    rows = filled(cx, heads, questions={})
    return int(member_id), tuple(rows[row.id] for row in heads)


def _open(cx: Context, *, before: int | None) -> tuple[list[Any], list[Any], dict[int, Any]]:
    """What waits for the office (the next answer first), what runs (newest first), and the open
    question, or the offered talk, of each case that has one.

    An office's open cases are few enough to be read whole; were they not, what may wait for it
    comes first.
    """
    statement = _heads().where(_is_open())
    if before is not None:
        statement = statement.where(Case.id < before)
    first = Case.state.in_(WAITING).desc()
    found = cx.db.execute(statement.order_by(first, Case.id.desc()).limit(MOST_OPEN)).all()
    asked = _questions(cx, [row.id for row in found if row.state == "pended"])
    asked |= _talks(cx, [row.id for row in found if row.state == TALKING])
    yours = [row for row in found if _waits_for_the_office(row, asked)]
    running = [row for row in found if not _waits_for_the_office(row, asked)]
    running.sort(key=lambda row: -int(row.id))

    def urgency(row: Any) -> tuple[bool, Any, int]:
        question = asked.get(row.id)
        return question is None, question.due_at if question else None, row.id

    return sorted(yours, key=urgency), running, asked


def _ended(cx: Context, *, before: int | None, limit: int) -> list[Any]:
    statement = _heads().where(~_is_open())
    if before is not None:
        statement = statement.where(Case.id < before)
    return list(cx.db.execute(statement.order_by(Case.id.desc()).limit(limit + 1)))


def _ended_count(cx: Context) -> int:
    some = select(Case.id).where(~_is_open()).limit(COUNT_LIMIT).subquery()
    return int(cx.db.execute(select(func.count()).select_from(some)).scalar_one())


def _heads() -> Any:
    return select(
        Case.id,
        Case.ref,
        Case.kind,
        Case.state,
        Case.title,
        Case.fast_track,
        Case.filed_by,
        Case.received_at,
        Case.next_due_at,
        Case.member_id,
        Case.contract_id,
        Case.contract_version_id,
    )


def _is_open() -> Any:
    return or_(
        *(
            and_(Case.kind == kind, Case.state.in_(engine.open_states(kind)))
            for kind in engine.KINDS
        )
    )


def _waits_for_the_office(row: Any, asked: dict[int, Any]) -> bool:
    """Asked for information, for the time of a talk, or for what completes a case that the office
    itself filed."""
    if row.state == "pended":
        question = asked.get(row.id)
        return question is None or question.from_whom not in NOT_THE_OFFICE
    if row.state == TALKING:
        return row.id in asked
    wants = {("appeal", "awaiting_consent"), ("external_review", "incomplete")}
    return (row.kind, row.state) in wants and row.filed_by in ("provider", "physician")


def _questions(cx: Context, ids: Iterable[int]) -> dict[int, Any]:
    """The open question of each of these cases: by when, and of whom."""
    rows = cx.db.execute(
        select(InformationRequest.case_id, InformationRequest.due_at, InformationRequest.from_whom)
        .where(
            InformationRequest.case_id.in_(list(ids)),
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .order_by(InformationRequest.id)
    )
    return {row.case_id: row for row in rows}


def _talks(cx: Context, ids: Iterable[int]) -> dict[int, Any]:
    """The talk that stands offered on each of these cases while no time is chosen: until when one
    can be."""
    rows = cx.db.execute(
        select(PeerToPeer.case_id, PeerToPeer.slot_at.label("due_at"))
        .where(
            PeerToPeer.case_id.in_(list(ids)),
            PeerToPeer.held_at.is_(None),
            PeerToPeer.closed_at.is_(None),
            PeerToPeer.chosen_at.is_(None),
            PeerToPeer.slot_at > cx.now,
        )
        .order_by(PeerToPeer.id)
    )
    return {row.case_id: row for row in rows}
