"""What a provider's office has with the plan: what waits for it, what runs, what was decided.

Three groups, each by keyset and in a fixed number of statements, within the office's reach. What
waits for the office comes in the order of the answers' due; the rest newest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from casework import bridge, refs
from casework.context import Context
from casework.models import (
    Authorization,
    Case,
    Contract,
    Determination,
    Escalation,
    InformationRequest,
    Member,
)
from statemachines import engine

YOURS: Final = "yours"
RUNNING: Final = "running"
ENDED: Final = "ended"
GROUPS: Final = (YOURS, RUNNING, ENDED)
MOST: Final = 100
COUNT_LIMIT: Final = 1000
SOON: Final = timedelta(days=30)
# Whose answer a question waits for is free text; these words mean that it is not the office's.
NOT_THE_OFFICE: Final = ("member", "representative")
_OPEN: Final = tuple((kind, state) for kind in engine.KINDS for state in engine.open_states(kind))


@dataclass(frozen=True)
class OfficeRow:
    """One case of the office. `answer_due` is by when it must answer, where it is asked."""

    id: int
    ref: str
    kind: str
    state: str
    title: str
    member: str
    member_number: str
    plan: str
    expedited: bool
    received_at: datetime
    due_at: datetime | None
    zone: str
    answer_due: datetime | None = None
    authorization: str = ""
    authorized_until: date | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class OfficePage:
    """A page of one group, and below which case the next one begins (None: it is the last)."""

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


def page_of(cx: Context, group: str, *, before: int | None = None, limit: int = 25) -> OfficePage:
    """One page of a group, below the case with the id `before`; what waits for the office comes
    whole, up to `MOST`."""
    limit = MOST if group == YOURS else max(1, min(limit, MOST))
    statement = _rows().where(_inside(group))
    if before is not None and group != YOURS:
        statement = statement.where(Case.id < before)
    found = cx.db.execute(statement.order_by(Case.id.desc()).limit(limit + 1)).all()
    page = found[:limit]
    rows = _filled(cx, page)
    if group == YOURS:
        rows = sorted(rows, key=lambda row: (row.answer_due is None, row.answer_due, row.id))
    return OfficePage(tuple(rows), page[-1].id if len(found) > limit else None)


def counted(cx: Context) -> dict[str, int]:
    """How many cases stand in each group, each counted up to COUNT_LIMIT, in one statement."""
    columns = []
    for group in GROUPS:
        some = select(Case.id).where(_inside(group)).limit(COUNT_LIMIT).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery().label(group))
    return dict(cx.db.execute(select(*columns)).one()._mapping)


def ending_soon(cx: Context, *, today: date) -> tuple[Ending, ...]:
    """Authorizations of the office that end within thirty days, the first to end first."""
    found = cx.db.execute(
        select(
            Authorization.number,
            Authorization.ends_on,
            Case.ref,
            Case.title,
            Member.given_name,
            Member.family_name,
        )
        .join(Case, Case.id == Authorization.case_id)
        .join(Member, Member.id == Case.member_id)
        .where(
            Authorization.ended_on.is_(None),
            Authorization.ends_on >= today,
            Authorization.ends_on <= today + SOON,
        )
        .order_by(Authorization.ends_on, Authorization.id)
        .limit(10)
    )
    return tuple(
        Ending(
            number=row.number,
            ends_on=row.ends_on,
            ref=row.ref,
            title=row.title,
            member=f"{row.given_name} {row.family_name}",
        )
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
    found = cx.db.execute(
        _rows().where(Case.member_id == member_id).order_by(Case.id.desc()).limit(MOST)
    ).all()
    return int(member_id), tuple(_filled(cx, found))


def _rows() -> Any:
    return (
        select(
            Case.id,
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Case.fast_track,
            Case.received_at,
            Case.next_due_at,
            Case.contract_version_id,
            Member.given_name,
            Member.family_name,
            Member.number,
            Contract.name.label("plan"),
        )
        .join(Member, Member.id == Case.member_id)
        .join(Contract, Contract.id == Case.contract_id)
    )


def _inside(group: str) -> ColumnElement[bool]:
    """Which cases stand in this group."""
    waits = _waits_for_the_office()
    runs = or_(*(and_(Case.kind == kind, Case.state == state) for kind, state in _OPEN))
    if group == YOURS:
        return waits
    return and_(runs, ~waits) if group == RUNNING else ~runs


def _waits_for_the_office() -> ColumnElement[bool]:
    """Asked for information, for a consent, or for what completes a request outside."""
    filed_it = Case.filed_by.in_(("provider", "physician"))
    question = aliased(InformationRequest)
    asked_elsewhere = exists().where(
        question.case_id == Case.id,
        question.answered_at.is_(None),
        question.lapsed_at.is_(None),
        question.from_whom.in_(NOT_THE_OFFICE),
    )
    return or_(
        and_(Case.state == "pended", ~asked_elsewhere),
        and_(filed_it, Case.kind == "appeal", Case.state == "awaiting_consent"),
        and_(filed_it, Case.kind == "external_review", Case.state == "incomplete"),
    )


def _filled(cx: Context, found: Sequence[Any]) -> list[OfficeRow]:
    ids = [row.id for row in found]
    questions = _questions(cx, ids)
    authorized = _authorizations(cx, ids)
    decided = _decisions(cx, ids)
    return [
        OfficeRow(
            id=row.id,
            ref=row.ref,
            kind=row.kind,
            state=row.state,
            title=row.title,
            member=f"{row.given_name} {row.family_name}",
            member_number=row.number,
            plan=row.plan,
            expedited=row.fast_track,
            received_at=row.received_at,
            due_at=row.next_due_at,
            zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
            answer_due=questions.get(row.id),
            authorization=authorized[row.id].number if row.id in authorized else "",
            authorized_until=authorized[row.id].ends_on if row.id in authorized else None,
            decided_at=decided.get(row.id),
        )
        for row in found
    ]


def _questions(cx: Context, ids: Sequence[int]) -> dict[int, datetime]:
    """By when the open question of each case is to be answered."""
    rows = cx.db.execute(
        select(InformationRequest.case_id, InformationRequest.due_at)
        .where(
            InformationRequest.case_id.in_(ids),
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .order_by(InformationRequest.id)
    )
    return {row.case_id: row.due_at for row in rows}


def _decisions(cx: Context, ids: Sequence[int]) -> dict[int, datetime]:
    """When the last determination of each case was made."""
    rows = cx.db.execute(
        select(Determination.case_id, Determination.decided_at)
        .where(Determination.case_id.in_(ids))
        .order_by(Determination.version)
    )
    return {row.case_id: row.decided_at for row in rows}


def _authorizations(cx: Context, ids: Sequence[int]) -> dict[int, Any]:
    """The newest authorization of each case that was not ended."""
    rows = cx.db.execute(
        select(Authorization.case_id, Authorization.number, Authorization.ends_on)
        .where(Authorization.case_id.in_(ids), Authorization.ended_on.is_(None))
        .order_by(Authorization.id)
    )
    return {row.case_id: row for row in rows}
