"""Which cases a list wants, and the conditions on `cases` that say so.

One place for the rows, the counts and the announcements, so that no two of them can disagree.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, true, tuple_

from casework.context import Context
from casework.models import Case, CaseEvent, Contract, Determination, Presence
from casework.queries.due import windows
from casework.queries.next_step import pairs_for
from casework.queries.teams import team_ids
from casework.records import holding

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
# What makes a case new or changed on a list that lies open, beside the edges.
ARRIVALS: Final = ("assigned", "document_added")
# So long a decision stays under "Done".
DONE_FOR: Final = timedelta(days=7)
# Lists that are somebody's own: mine, or those of `who`.
OWN_TABS: Final = frozenset({"mine", "returned", "done"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases: empty means any. `tab`: mine, returned, unassigned, papers, hold, waiting, done,
    all; `due`: overdue, today, soon, later; `region`: the State of the contract; `who`: nobody,
    team, or `u` with the number of a person; `for_roles`: whose next step belongs to one of them;
    `changed_after`: new or changed by somebody else since this instant."""

    tab: str = "all"
    queue: str = ""
    kind: str = ""
    contract: str = ""
    line: str = ""
    region: str = ""
    state: str = ""
    urgency: str = ""
    specialty: str = ""
    due: str = ""
    who: str = ""
    assignee_id: int | None = None
    for_roles: frozenset[str] = frozenset()
    changed_after: datetime | None = None


def conditions(cx: Context, wanted: Wanted, *, but: Collection[str] = ()) -> list[Any]:
    """The conditions on `cases`, without those of the filters named in `but`."""
    found: list[Any] = [*of_tab(cx, wanted, but), *_plain(wanted, but), *_of_plan(wanted, but)]
    if wanted.assignee_id is not None:
        found.append(Case.assignee_id == wanted.assignee_id)
    if wanted.who and "who" not in but and wanted.tab not in OWN_TABS:
        found.append(_held_by(cx, wanted.who, Case.assignee_id))
    if wanted.urgency and "urgency" not in but:
        fast = wanted.urgency == "expedited"
        found.append(Case.fast_track if fast else ~Case.fast_track)
    if wanted.due and "due" not in but:
        found.append(_due(cx, wanted.due))
    if wanted.changed_after is not None:
        found.append(_changed(cx, wanted.changed_after))
    return found


def of_tab(cx: Context, wanted: Wanted, but: Collection[str] = ()) -> list[Any]:
    """The conditions of the tab alone; every tab but `done` holds open cases only."""
    whose = "anybody" if "who" in but else wanted.who or f"u{cx.principal.id}"
    if wanted.tab == "done":
        return [_decided(cx, whose)]
    held = holding.on_hold(cx.now)
    nobody = Case.assignee_id.is_(None)
    own = _held_by(cx, whose, Case.assignee_id)
    me = Case.assignee_id == cx.principal.id
    mine_to_do = tuple_(Case.kind, Case.state).in_(pairs_for(wanted.for_roles))
    roles = [mine_to_do] if wanted.for_roles else []
    by_tab: dict[str, list[Any]] = {
        "mine": [own, ~held],
        "returned": [own, holding.returned(cx.now)],
        "unassigned": [nobody, ~held, *roles],
        "papers": [*unread(cx), *([or_(me, nobody)] if roles else [])],
        "hold": [held],
        "waiting": [Case.state.in_(WAITING)],
        "all": roles,
    }
    return [Case.open, *by_tab.get(wanted.tab, [])]


def unread(cx: Context) -> list[Any]:
    """Papers came in, and this person has not opened the case since."""
    seen = select(Presence.case_id).where(
        Presence.case_id == Case.id,
        Presence.user_id == cx.principal.id,
        Presence.looked_at >= Case.new_papers_at,
    )
    return [Case.new_papers_at.is_not(None), ~seen.exists()]


def done_since(cx: Context) -> datetime:
    """From when on decisions stand under "Done"."""
    return cx.now - DONE_FOR


def decided_by(cx: Context, who: str) -> Any:
    """The condition on determinations: lately, by this person (me, if nobody is named)."""
    by = _held_by(cx, who or f"u{cx.principal.id}", Determination.decided_by_id)
    return and_(Determination.decided_at >= done_since(cx), by)


def _decided(cx: Context, who: str) -> Any:
    return Case.id.in_(select(Determination.case_id).where(decided_by(cx, who)))


def _plain(wanted: Wanted, but: Collection[str]) -> list[Any]:
    plain = {
        "queue": Case.queue,
        "kind": Case.kind,
        "state": Case.state,
        "specialty": Case.specialty,
    }
    return [
        column == getattr(wanted, name)
        for name, column in plain.items()
        if getattr(wanted, name) and name not in but
    ]


def _of_plan(wanted: Wanted, but: Collection[str]) -> list[Any]:
    plain = {"contract": Contract.code, "line": Contract.line, "region": Contract.state}
    asked = [
        column == getattr(wanted, name)
        for name, column in plain.items()
        if getattr(wanted, name) and name not in but
    ]
    return [Case.contract_id.in_(select(Contract.id).where(*asked))] if asked else []


def _held_by(cx: Context, who: str, column: Any) -> Any:
    if who == "anybody":
        return true()
    if who == "nobody":
        return column.is_(None)
    if who == "team":
        return column.in_(team_ids(cx))
    return column == int(who.removeprefix("u"))


def _changed(cx: Context, since: datetime) -> Any:
    """Somebody else opened it, stepped on, handed it over or sent papers since then."""
    by_me = and_(CaseEvent.actor_kind == "user", CaseEvent.actor_id == cx.principal.id)
    moved = or_(CaseEvent.to_state != "", CaseEvent.event.in_(ARRIVALS))
    lately = select(CaseEvent.case_id).where(CaseEvent.recorded_at > since, moved, ~by_me)
    return or_(Case.opened_at > since, Case.id.in_(lately))


def _due(cx: Context, due: str) -> Any:
    start, end = windows(cx.now, DESK_ZONE)[due]
    inside: list[Any] = [Case.next_due_at.is_not(None)]
    if start is not None:
        inside.append(Case.next_due_at >= start)
    if end is not None:
        inside.append(Case.next_due_at < end)
    return and_(*inside)
