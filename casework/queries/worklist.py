"""The work list: what is open within reach, nearest due first, by keyset cursor both ways.

The published sort rule: what is due first comes first (what is late is earliest of all); cases
without a due come last; equal dues in the order of their numbers. What is done comes newest first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, func, literal, null, select, tuple_
from sqlalchemy.orm import aliased

from casework import bridge
from casework.context import Context
from casework.metadata import INSTANT
from casework.models import Case, Contract, Determination, Member, Presence, User
from casework.queries.next_step import next_step
from casework.queries.worklist_wanted import DESK_ZONE, Wanted, conditions, decided_by

__all__ = ["DESK_ZONE", "Listed", "Place", "Row", "Wanted", "listed"]

SORT_RULE: Final = (
    "Sorted by what is due first. Late cases come first of all; cases without a due date come"
    " last; cases due at the same moment are in the order of their numbers."
)
DONE_RULE: Final = "Sorted by when it was decided, the newest first; seven days back."
MOST: Final = 100
# Where a page begins or ends: the due of the row next to it (or none), and its number.
Place = tuple[datetime | None, int]


@dataclass(frozen=True)
class Row:
    """One case on the list. `new_papers`: not looked at by this person since they came;
    `papers_read`: looked at, and nobody has gone on since. `done_at` and `outcome` under "Done"."""

    id: int
    ref: str
    kind: str
    state: str
    title: str
    member: str
    contract: str
    line: str
    expedited: bool
    about: str
    due_at: datetime | None
    clock: str
    to_do: str
    action: str
    assignee: str
    assignee_id: int | None
    new_papers: bool
    papers_read: bool
    zone: str
    version: int
    done_at: datetime | None = None
    outcome: str = ""
    done_by: str = ""


@dataclass(frozen=True)
class Listed:
    """A page of the list; from where the next one goes on, and the one before ends (None: there is
    none)."""

    rows: tuple[Row, ...]
    next_after: Place | None
    prev_before: Place | None = None


def listed(
    cx: Context,
    wanted: Wanted,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> Listed:
    """One page of the work list: what comes after a place or, with `before`, just before it.

    One query; a second one where a page reaches from the dated cases to those without a due.
    """
    limit = max(1, min(limit, MOST))
    done, backwards = wanted.tab == "done", before is not None
    keys = _decisions(cx, wanted) if done else _keys(cx, wanted)
    found: list[Any] = []
    for where, order in _done_lanes(after, before) if done else _due_lanes(after, before):
        if len(found) <= limit:
            lane = keys.where(*where).order_by(*order).limit(limit + 1 - len(found))
            found += cx.db.execute(_rows(cx, lane.subquery())).all()
    found.sort(key=_order, reverse=done)
    more = len(found) > limit
    page = found[-limit:] if backwards else found[:limit]
    first, last = ((page[0].at, page[0].place), (page[-1].at, page[-1].place)) if page else _NONE
    return Listed(
        tuple(_row(cx, row) for row in page),
        next_after=last if more or backwards else None,
        prev_before=first if (more if backwards else after is not None) else None,
    )


_NONE: Final = (None, None)


def _order(row: Any) -> tuple[Any, ...]:
    return (row.at is None, row.at or 0, row.place)


def _keys(cx: Context, wanted: Wanted) -> Any:
    """Number and place of the cases of this list: a page is cut before anything is joined to it."""
    return select(
        Case.id,
        Case.next_due_at.label("at"),
        Case.id.label("place"),
        literal("", String).label("outcome"),
        null().label("done_at"),
        literal("", String).label("done_by"),
    ).where(*conditions(cx, wanted))


def _decisions(cx: Context, wanted: Wanted) -> Any:
    """The same with the last decision of each case, where it is one of those wanted."""
    other = aliased(Determination)
    last = select(func.max(other.version)).where(other.case_id == Case.id).scalar_subquery()
    return (
        select(
            Case.id,
            Determination.decided_at.label("at"),
            Determination.id.label("place"),
            Determination.outcome.label("outcome"),
            Determination.decided_at.label("done_at"),
            Determination.decided_by_name.label("done_by"),
        )
        .join(Determination, Determination.case_id == Case.id)
        .where(*conditions(cx, wanted), decided_by(cx, wanted.who))
        .where(Determination.version == last)
    )


def _rows(cx: Context, lane: Any) -> Any:
    looked = (
        select(Presence.looked_at)
        .where(Presence.case_id == Case.id, Presence.user_id == cx.principal.id)
        .scalar_subquery()
    )
    return (
        select(
            lane.c.at,
            lane.c.place,
            lane.c.outcome,
            lane.c.done_at,
            lane.c.done_by,
            Case.id,
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Case.fast_track,
            Case.about,
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
            looked.label("looked_at"),
        )
        .select_from(lane)
        .join(Case, Case.id == lane.c.id)
        .join(Member, Member.id == Case.member_id)
        .join(Contract, Contract.id == Case.contract_id)
        .outerjoin(User, User.id == Case.assignee_id)
    )


_UP: Final = (Case.next_due_at.asc(), Case.id.asc())
_DOWN: Final = (Case.next_due_at.desc(), Case.id.desc())
_DATED: Final = Case.next_due_at.is_not(None)
_UNDATED: Final = Case.next_due_at.is_(None)
_OF_DECISION: Final = (Determination.decided_at, Determination.id)
Lanes = list[tuple[tuple[Any, ...], tuple[Any, ...]]]


def _due_lanes(after: Place | None, before: Place | None) -> Lanes:
    """Conditions and order of each stretch of the list, the nearest first: a row comparison that
    an index answers, instead of an `or` over cases with and without a due."""
    if before is not None:
        due_at, case_id = before
        if due_at is None:
            undated = ((_UNDATED, Case.id < case_id), (Case.id.desc(),))
            return [undated, ((_DATED,), _DOWN)]
        return [((_of_row() < _of_place(due_at, case_id),), _DOWN)]
    if after is not None:
        due_at, case_id = after
        if due_at is None:
            return [((_UNDATED, Case.id > case_id), (Case.id.asc(),))]
        dated = ((_of_row() > _of_place(due_at, case_id),), _UP)
        return [dated, ((_UNDATED,), (Case.id.asc(),))]
    return [((), (Case.next_due_at.asc().nulls_last(), Case.id.asc()))]


def _done_lanes(after: Place | None, before: Place | None) -> Lanes:
    if before is not None:
        up = (Determination.decided_at.asc(), Determination.id.asc())
        return [((tuple_(*_OF_DECISION) > _of_place(*before),), up)]
    down = (Determination.decided_at.desc(), Determination.id.desc())
    return [((tuple_(*_OF_DECISION) < _of_place(*after),) if after is not None else (), down)]


def _of_row() -> Any:
    return tuple_(Case.next_due_at, Case.id)


def _of_place(at: datetime | None, number: int) -> Any:
    return tuple_(literal(at, INSTANT), literal(number))


def _row(cx: Context, row: Any) -> Row:
    step = next_step(row.kind, row.state)
    papers = row.new_papers_at is not None
    read = papers and row.looked_at is not None and row.looked_at >= row.new_papers_at
    return Row(
        id=row.id,
        ref=row.ref,
        kind=row.kind,
        state=row.state,
        title=row.title,
        member=f"{row.given_name} {row.family_name}",
        contract=row.contract_name,
        line=row.line,
        expedited=row.fast_track,
        about=row.about,
        due_at=row.next_due_at,
        clock=row.next_clock,
        to_do=step.staff,
        action=step.action,
        assignee=row.assignee_name or "",
        assignee_id=row.assignee_id,
        new_papers=papers and not read,
        papers_read=read,
        zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
        version=row.version,
        done_at=row.done_at,
        outcome=row.outcome,
        done_by=row.done_by,
    )
