"""Escalations as people meet them: whose, since when, what happens next, and who was told so far.

Within the reader's reach; lists come by cursor, the nearest due first. Nothing is decided here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, Escalation, Obligation, StaffNotice
from casework.queries.colleagues import names_of
from casework.records import escalations, rungs
from casework.records.rungs import Holder, People
from sla.ladders import RUNGS

VIEWS: Final = ("mine", "open", "answered")
COUNT_LIMIT: Final = 1000
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Told:
    """One line of the history of an escalation: who was told, as what, when."""

    at: datetime
    code: str
    who: str
    role: str


@dataclass(frozen=True)
class Escalated:
    """One escalation. `number` is the `ESC-` number of its clock (empty before there is one);
    `goes_to` at `goes_at` unless somebody says that he has it, None where it stays; `may_answer`
    says whether the reader can. What somebody has comes back at `returns_at`; once `returned_at`,
    `answer` tells what was said before. `over` once its clock is kept or a later step calls."""

    id: int
    number: str
    ref: str
    title: str
    clock: str
    step: str
    zone: str
    due_at: datetime
    opened_at: datetime
    owner_id: int | None
    owner: str
    owner_role: str
    goes_at: datetime | None
    goes_to: str
    goes_to_role: str
    answered_at: datetime | None
    answered_by: str
    answer: str
    returns_at: datetime | None
    returned_at: datetime | None
    over_at: datetime | None
    may_answer: bool
    told: tuple[Told, ...] = field(default=())

    @property
    def standing(self) -> bool:
        """Whether it waits for somebody to say that he has it."""
        return self.answered_at is None and self.over_at is None


@dataclass(frozen=True)
class Listed:
    """A page of a list, and where the next one begins (None: nowhere)."""

    rows: tuple[Escalated, ...]
    next_after: Cursor | None


def listed(cx: Context, view: str, *, after: Cursor | None = None, limit: int = 50) -> Listed:
    """One page of a view: `mine` waits for this person, `open` for anybody, `answered` is in
    somebody's hands and still owed."""
    wanted = _in_view(cx, _rows(), view)
    if after is not None:
        wanted = wanted.where(
            tuple_(Escalation.due_at, Escalation.id) > tuple_(*map(literal, after))
        )
    found = cx.db.execute(wanted.order_by(Escalation.due_at, Escalation.id).limit(limit + 1)).all()
    rows = found[:limit]
    following = (rows[-1].due_at, rows[-1].id) if len(found) > limit else None
    return Listed(_told_of(cx, rows), following)


def counts(cx: Context) -> dict[str, int]:
    """How many each view holds, each counted up to COUNT_LIMIT, in one query."""
    columns = []
    for view in VIEWS:
        some = _in_view(cx, select(Escalation.id), view).limit(COUNT_LIMIT).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery().label(view))
    return dict(cx.db.execute(select(*columns)).one()._mapping)


def of_case(cx: Context, case_id: int) -> tuple[Escalated, ...]:
    """Every escalation of this case with its history, the newest first."""
    rows = cx.db.execute(
        _rows().where(Escalation.case_id == case_id).order_by(Escalation.id.desc())
    ).all()
    return _told_of(cx, rows, history=True)


def by_number(cx: Context, number: str) -> tuple[str, int] | None:
    """The case number and the id of what stands under an `ESC-` number now: the newest step of its
    clock. None for a number that is not within reach."""
    numbered = aliased(Escalation)
    row = cx.db.execute(
        select(Case.ref, Escalation.id)
        .join(Case, Case.id == Escalation.case_id)
        .join(
            numbered,
            and_(numbered.case_id == Escalation.case_id, numbered.clock == Escalation.clock),
        )
        .where(numbered.ref == number.strip().upper()[:24], numbered.ref != "")
        .order_by(Escalation.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.ref, row.id) if row is not None else None


ByClock = dict[str, tuple[Any, ...]]


def hanging_on(cx: Context, case_id: int) -> tuple[ByClock, ByClock]:
    """The escalations and the obligations of this case, each by the name of their clock."""
    called: ByClock = {}
    owed: ByClock = {}
    tables: tuple[tuple[Any, ByClock], ...] = ((Escalation, called), (Obligation, owed))
    for table, found in tables:
        rows = cx.db.execute(select(table).where(table.case_id == case_id).order_by(table.id))
        for row in rows.scalars():
            found[row.clock] = (*found.get(row.clock, ()), row)
    return called, owed


def case_of(cx: Context, number: int) -> str:
    """The number of the case that this escalation (by the id of its row) is on. Raises NotFound."""
    ref = cx.db.execute(
        select(Case.ref)
        .join(Escalation, Escalation.case_id == Case.id)
        .where(Escalation.id == number)
    ).scalar()
    if ref is None:
        raise NotFound("There is no such escalation here.")
    return str(ref)


def _in_view(cx: Context, statement: Select[Any], view: str) -> Select[Any]:
    statement = statement.where(Escalation.ended_at.is_(None))
    if view == "answered":
        return statement.where(Escalation.acknowledged_at.is_not(None))
    statement = statement.where(Escalation.acknowledged_at.is_(None))
    if view == "open":
        return statement
    me = cx.principal
    of_my_role = and_(Escalation.owner_id.is_(None), Escalation.owner_role.in_(sorted(me.roles)))
    return statement.where(or_(Escalation.owner_id == me.id, of_my_role))


def number_of_clock() -> Any:
    """The `ESC-` number of an escalation's clock, which another step of it may bear; a subquery."""
    numbered = aliased(Escalation)
    return (
        select(numbered.ref)
        .where(
            numbered.case_id == Escalation.case_id,
            numbered.clock == Escalation.clock,
            numbered.ref != "",
        )
        .limit(1)
        .scalar_subquery()
    )


def _rows() -> Any:
    number = number_of_clock()
    return select(
        *escalations.COLUMNS,
        Escalation.opened_at,
        Escalation.due_at,
        Escalation.hand_on_at,
        Escalation.answer,
        Escalation.returns_at,
        Escalation.returned_at,
        Case.ref.label("case_ref"),
        Case.title,
        Case.kind,
        Case.contract_id,
        Case.contract_version_id,
        Case.assignee_id,
        Case.restricted,
        number.label("number"),
    ).join(Case, Case.id == Escalation.case_id)


@dataclass(frozen=True)
class _Of:
    """What the ladder asks of a case."""

    id: int
    kind: str
    contract_id: int
    assignee_id: int | None
    restricted: bool


def _told_of(cx: Context, rows: Sequence[Any], *, history: bool = False) -> tuple[Escalated, ...]:
    if not rows:
        return ()
    staff = rungs.people(cx, {row.contract_id for row in rows})
    following = {row.id: _next(cx, row, staff) for row in rows}
    notices = _notices(cx, [row.id for row in rows]) if history else {}
    names = names_of(cx, _named(rows, following.values(), notices))
    return tuple(
        _escalated(cx, row, following[row.id], names, staff, notices.get(row.id, ()))
        for row in rows
    )


def _next(cx: Context, row: Any, staff: People) -> Holder | None:
    if row.hand_on_at is None:
        return None
    ladder = bridge.version_of(cx, row.contract_version_id).ladder
    of = _Of(row.case_id, row.kind, row.contract_id, row.assignee_id, row.restricted)
    return staff.after(of, ladder, Holder(RUNGS[row.rung], row.owner_id, row.owner_role))


def _notices(cx: Context, ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    rows = cx.db.execute(
        select(
            StaffNotice.escalation_id,
            StaffNotice.user_id,
            StaffNotice.role,
            StaffNotice.code,
            StaffNotice.at,
        )
        .where(StaffNotice.escalation_id.in_(ids))
        .order_by(StaffNotice.id)
    )
    for row in rows:
        found[row.escalation_id] = (*found.get(row.escalation_id, ()), row)
    return found


def _named(
    rows: Sequence[Any], following: Iterable[Holder | None], notices: Mapping[int, Sequence[Any]]
) -> set[int]:
    ids = {row.owner_id for row in rows} | {row.acknowledged_by_id for row in rows}
    ids |= {holder.user_id for holder in following if holder is not None}
    ids |= {notice.user_id for told in notices.values() for notice in told}
    return {each for each in ids if each is not None}


def _escalated(
    cx: Context,
    row: Any,
    following: Holder | None,
    names: Mapping[int, str],
    staff: People,
    notices: Sequence[Any],
) -> Escalated:
    return Escalated(
        id=row.id,
        number=row.number or "",
        ref=row.case_ref,
        title=row.title,
        clock=row.clock,
        step=row.step,
        zone=bridge.version_of(cx, row.contract_version_id).contract.time_zone,
        due_at=row.due_at,
        opened_at=row.opened_at,
        owner_id=row.owner_id,
        owner=names.get(row.owner_id, ""),
        owner_role=row.owner_role,
        goes_at=row.hand_on_at if following is not None else None,
        goes_to=names.get(following.user_id or 0, "") if following is not None else "",
        goes_to_role=following.role if following is not None else "",
        answered_at=row.acknowledged_at,
        answered_by=names.get(row.acknowledged_by_id, ""),
        answer=row.answer,
        returns_at=row.returns_at,
        returned_at=row.returned_at,
        over_at=row.ended_at,
        may_answer=escalations.may_answer(cx.principal, row, staff),
        told=tuple(
            Told(each.at, each.code, names.get(each.user_id, ""), each.role) for each in notices
        ),
    )
