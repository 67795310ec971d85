"""The desk: the work list of whoever is signed in, what is new on it, and the inbox.

It shows what `queries.worklist` answers. Names stand in rows, never in addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import Context, Principal
from casework.queries import notices as inbox
from casework.queries import worklist
from casework.queries.due import GROUP_WORDS, GROUPS, TimeLeft, time_left
from casework.queries.worklist import COUNT_LIMIT, Row, Wanted
from casework.services import notices
from casework.services.actions import ACTIONS
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import asked, words
from casework.web.staff.asked import Asked, Filter
from casework.web.staff.blueprint import CASEWORKERS, staff
from sla.events import CLOCKS
from statemachines import engine

PAGE: Final = 50
# Steps that nobody takes before reading the case: the list leads to its page, not to a form.
READ_FIRST: Final = frozenset({"approve", "uphold", "resolve", "find_eligible"})
# Who works through cases of his own; everybody else begins with the whole list.
WORKERS: Final = frozenset({"nurse", "physician", "ag_specialist", "ag_clinician"})
# The sign of each group: its colour and its icon.
SIGNS: Final = {
    "overdue": ("late", "error"),
    "today": ("today", "alarm"),
    "soon": ("calm", "schedule"),
    "later": ("calm", "event"),
    "none": ("calm", "remove"),
}
Counts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Line:
    """One row as the page shows it. `to_do_at` is where the work is done."""

    row: Row
    kind: str
    state: str
    left: TimeLeft
    clock: str
    to_do_at: str
    mine: bool


@dataclass(frozen=True)
class Group:
    """Rows that are equally near; `count` is of the whole list, empty where nobody counted."""

    code: str
    title: str
    count: str
    lines: tuple[Line, ...]


@staff.get("/")
@entry(*STAFF)
def home() -> str:
    """The work list in the view that the address asks for."""
    who = edge.principal()
    if not who.roles & CASEWORKERS:
        return render_template("staff/no_cases.html")
    view = asked.read(request.args, tab="mine" if who.roles & WORKERS else "all")
    with edge.reading() as cx:
        found = worklist.listed(cx, _wanted(view, who), after=view.after, limit=PAGE)
        filters = asked.filters(cx)
        counts = _counts(cx, view, filters)
        told = inbox.unseen(cx)
    return render_template(
        "staff/desk.html",
        view=view,
        tabs=[(tab, label, counts["tab", tab]) for tab, label in asked.TABS.items()],
        filters=[_counted(each, counts) for each in filters],
        groups=_groups(found.rows, counts, cx.now, who),
        counts={tab: counts["tab", tab] for tab in asked.TABS},
        after=view.address(cursor=asked.cursor(found.next_after)) if found.next_after else "",
        first=view.address() if view.after else "",
        notices=[(each, *_notice_words(each.code)) for each in told],
        now=cx.now,
        signs=SIGNS,
        sort_rule=worklist.SORT_RULE,
        own_work=bool(who.roles & WORKERS),
        may_take=_may_take(who),
        zone=worklist.DESK_ZONE,
    )


@staff.get("/changes")
@entry(*CASEWORKERS, passive=True)
def changes() -> Response:
    """How many cases of this view were opened since its page was made; 204 for none. The list
    itself never moves by itself."""
    view = asked.read(request.args, tab="all")
    since = _instant(request.args.get("since", ""))
    if since is None:
        return make_response("", 204)
    with edge.reading() as cx:
        wanted = replace(_wanted(view, cx.principal), opened_after=since)
        [count] = worklist.counted(cx, [wanted])
    if not count:
        return make_response("", 204)
    return make_response(
        render_template("staff/changes.html", count=_shown(count), address=view.address())
    )


@staff.post("/notices/seen")
@entry(*CASEWORKERS)
def clear_notices() -> Response:
    """Mark notices as seen: those behind one line, or several."""
    given = "-".join(request.form.getlist("notice")[:100]).split("-")[:200]
    ids = tuple(int(each) for each in given if each.isdecimal() and len(each) < 16)
    if ids:
        notices.mark_seen(edge.cx(), ids)
    return redirect(url_for("staff.home"))


def to_do_at(ref: str, kind: str, action: str, who: Principal) -> str:
    """Where the next step of this case is done: the form of the step, or the page of the case
    where it must be read first; empty where this person cannot take the step."""
    if action not in ACTIONS[kind] or policy.refusal(who, kind, action) is not None:
        return ""
    if action in READ_FIRST:
        return url_for("staff.case_page", ref=ref, _anchor="do")
    return url_for("staff.act", ref=ref, trigger=action)


def _wanted(view: Asked, who: Principal, **changes: Any) -> Wanted:
    """The view as the query takes it. `unassigned` holds what this person's role does next."""
    wanted = view.wanted(**changes)
    if wanted.tab == "unassigned":
        return replace(wanted, for_roles=who.roles & WORKERS)
    return wanted


def _counts(cx: Context, view: Asked, filters: Sequence[Filter]) -> Counts:
    """How many cases each tab, group and filter would show, all in one query."""
    keys = [("tab", tab) for tab in asked.TABS]
    keys += [("due", due) for due in asked.DUES]
    keys += [
        (each.name, value) for each in filters if each.name != "due" for value, _ in each.options
    ]
    who = cx.principal
    found = worklist.counted(cx, [_wanted(view, who, **{name: value}) for name, value in keys])
    return {key: _shown(count) for key, count in zip(keys, found, strict=True)}


def _counted(each: Filter, counts: Counts) -> Filter:
    options = tuple(
        (value, f"{label} ({counts[each.name, value]})") for value, label in each.options
    )
    return replace(each, options=options)


def _groups(
    rows: Sequence[Row], counts: Counts, now: datetime, who: Principal
) -> tuple[Group, ...]:
    lines = [_line(row, now, who) for row in rows]
    found = []
    for code in GROUPS:
        here = tuple(line for line in lines if line.left.group == code)
        if here:
            found.append(Group(code, GROUP_WORDS[code], counts.get(("due", code), ""), here))
    return tuple(found)


def _line(row: Row, now: datetime, who: Principal) -> Line:
    clock = CLOCKS.get(row.clock)
    return Line(
        row=row,
        kind=words.kind(row.kind),
        state=engine.words(row.kind, row.state),
        left=_left(row, now),
        clock=clock.words if clock else "",
        to_do_at=to_do_at(row.ref, row.kind, row.action, who),
        mine=row.assignee_id == who.id,
    )


def _left(row: Row, now: datetime) -> TimeLeft:
    """Words in the zone of the contract; the group in that of the desk, as the list is counted."""
    there = time_left(row.due_at, now, row.zone)
    return replace(there, group=time_left(row.due_at, now, worklist.DESK_ZONE).group)


def _may_take(who: Principal) -> bool:
    return bool(who.roles & WORKERS) and policy.refusal(who, "", "take_work") is None


def _notice_words(code: str) -> tuple[str, str]:
    return words.NOTICES.get(code, (words.plain(code), "info"))


def _shown(count: int) -> str:
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40].replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
