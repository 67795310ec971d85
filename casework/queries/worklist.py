"""The work list: what is open within reach, nearest due first, by keyset cursor.

The published sort rule: what is due first comes first (what is late is earliest of all); cases
without a due come last; equal dues in the order of their numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_

from casework import bridge
from casework.context import Context
from casework.models import Case, Contract, Member, User
from casework.queries.due import windows
from casework.queries.next_step import next_step, pairs_for

SORT_RULE: Final = (
    "Sorted by what is due first. Late cases come first of all; cases without a due date come"
    " last; cases due at the same moment are in the order of their numbers."
)
MOST: Final = 100
COUNT_LIMIT: Final = 1000
DESK_ZONE: Final = "America/New_York"  # in which the groups of the desk begin and end
# States in which somebody outside the plan has the next word.
WAITING: Final = (
    "pended",
    "awaiting_consent",
    "forwarded",
    "incomplete",
    "file_sent",
    "hearing_scheduled",
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases: empty means any. `tab`: mine, unassigned, waiting, papers, all; `due`: overdue,
    today, soon, later; `for_roles`: whose next step belongs to one of them; `opened_after`: newer
    than this instant."""

    tab: str = "all"
    queue: str = ""
    kind: str = ""
    contract: str = ""
    state: str = ""
    urgency: str = ""
    due: str = ""
    assignee_id: int | None = None
    for_roles: frozenset[str] = frozenset()
    opened_after: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One case on the list."""

    ref: str
    kind: str
    state: str
    title: str
    member: str
    contract: str
    line: str
    expedited: bool
    due_at: datetime | None
    clock: str
    to_do: str
    action: str
    assignee: str
    assignee_id: int | None
    new_papers: bool
    zone: str
    version: int


@dataclass(frozen=True)
class Listed:
    """A page of the list, and from where the next one goes on (None: it is the last)."""

    rows: tuple[Row, ...]
    next_after: tuple[datetime | None, int] | None


def listed(
    cx: Context,
    wanted: Wanted,
    *,
    after: tuple[datetime | None, int] | None = None,
    limit: int = 50,
) -> Listed:
    """One page of the work list, in one query."""
    limit = max(1, min(limit, MOST))
    statement = _filtered(cx, _rows(), wanted)
    if after is not None:
        statement = statement.where(_beyond(after))
    rows = cx.db.execute(
        statement.order_by(Case.next_due_at.asc().nulls_last(), Case.id).limit(limit + 1)
    ).all()
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return Listed(
        tuple(_row(cx, row) for row in page), (last.next_due_at, last.id) if last else None
    )


def counted(cx: Context, wanted: Sequence[Wanted]) -> list[int]:
    """How many cases each of these would list, each counted up to COUNT_LIMIT, in one query."""
    if not wanted:
        return []
    columns = []
    for index, each in enumerate(wanted):
        some = _filtered(cx, select(literal(1).label("one")), each).limit(COUNT_LIMIT)
        counting = select(func.count()).select_from(some.subquery())
        columns.append(counting.scalar_subquery().label(f"count_{index}"))
    return [int(count) for count in cx.db.execute(select(*columns)).one()]


def next_for(cx: Context, wanted: Wanted, *, skip: Sequence[str] = ()) -> Row | None:
    """The case to work on next: the first of the list that nobody has, or that is one's own."""
    statement = _filtered(cx, _rows(), wanted).where(
        or_(Case.assignee_id.is_(None), Case.assignee_id == cx.principal.id)
    )
    if skip:
        statement = statement.where(Case.ref.not_in(skip))
    found = cx.db.execute(
        statement.order_by(Case.next_due_at.asc().nulls_last(), Case.id).limit(1)
    ).one_or_none()
    return _row(cx, found) if found else None


def _rows() -> Select[Any]:
    statement: Any = (
        select(
            Case.id,
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Case.fast_track,
            Case.next_due_at,
            Case.next_clock,
            Case.assignee_id,
            Case.new_papers_at,
            Case.version,
            Case.contract_version_id,
            Member.given_name,
            Member.family_name,
            Contract.name.label("contract_name"),
            Contract.line,
            User.name.label("assignee_name"),
        )
        .join(Member, Member.id == Case.member_id)
        .join(Contract, Contract.id == Case.contract_id)
        .outerjoin(User, User.id == Case.assignee_id)
    )
    return statement  # type: ignore[no-any-return]  # a select that was narrowed


def _filtered(cx: Context, statement: Select[Any], wanted: Wanted) -> Select[Any]:
    conditions: list[Any] = [Case.open, *_of_tab(cx, wanted.tab)]
    if wanted.for_roles:
        conditions.append(tuple_(Case.kind, Case.state).in_(pairs_for(wanted.for_roles)))
    if wanted.opened_after is not None:
        conditions.append(Case.opened_at > wanted.opened_after)
    if wanted.assignee_id is not None:
        conditions.append(Case.assignee_id == wanted.assignee_id)
    plain = {"queue": Case.queue, "kind": Case.kind, "state": Case.state}
    conditions += [
        column == getattr(wanted, name) for name, column in plain.items() if getattr(wanted, name)
    ]
    if wanted.contract:
        inside = select(Contract.id).where(Contract.code == wanted.contract)
        conditions.append(Case.contract_id.in_(inside.scalar_subquery()))
    if wanted.urgency:
        conditions.append(Case.fast_track.is_(wanted.urgency == "expedited"))
    if wanted.due:
        conditions.append(_due(cx, wanted.due))
    return statement.where(and_(*conditions))


def _of_tab(cx: Context, tab: str) -> list[Any]:
    if tab == "mine":
        return [Case.assignee_id == cx.principal.id]
    if tab == "unassigned":
        return [Case.assignee_id.is_(None)]
    if tab == "waiting":
        return [Case.state.in_(WAITING)]
    if tab == "papers":
        return [Case.new_papers_at.is_not(None)]
    return []


def _due(cx: Context, due: str) -> Any:
    start, end = windows(cx.now, DESK_ZONE)[due]
    inside: list[Any] = [Case.next_due_at.is_not(None)]
    if start is not None:
        inside.append(Case.next_due_at >= start)
    if end is not None:
        inside.append(Case.next_due_at < end)
    return and_(*inside)


def _beyond(after: tuple[datetime | None, int]) -> Any:
    due_at, case_id = after
    if due_at is None:
        return and_(Case.next_due_at.is_(None), Case.id > case_id)
    return or_(
        Case.next_due_at > due_at,
        and_(Case.next_due_at == due_at, Case.id > case_id),
        Case.next_due_at.is_(None),
    )


def _row(cx: Context, row: Any) -> Row:
    step = next_step(row.kind, row.state)
    zone = bridge.contract_of(cx, row.contract_version_id).time_zone
    return Row(
        ref=row.ref,
        kind=row.kind,
        state=row.state,
        title=row.title,
        member=f"{row.given_name} {row.family_name}",
        contract=row.contract_name,
        line=row.line,
        expedited=row.fast_track,
        due_at=row.next_due_at,
        clock=row.next_clock,
        to_do=step.staff,
        action=step.action,
        assignee=row.assignee_name or "",
        assignee_id=row.assignee_id,
        new_papers=row.new_papers_at is not None,
        zone=zone,
        version=row.version,
    )
