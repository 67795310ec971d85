"""The desk: the work list of whoever is signed in, what is new on it, and the inbox.

It shows what `queries.worklist` answers. Names stand in rows, never in addresses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import Context, Principal
from casework.queries import (
    alarms,
    announcements,
    people,
    saved_views,
    worklist,
    worklist_counts,
)
from casework.queries import notices as inbox
from casework.queries.due import GROUP_WORDS, GROUPS, TimeLeft, time_left
from casework.queries.saved_views import View
from casework.queries.worklist import Listed, Row, Wanted
from casework.records import holding
from casework.services import notices
from casework.services.actions import ACTIONS
from casework.services.saved_views import BEGIN
from casework.web import edge, moments
from casework.web.access import STAFF, entry
from casework.web.staff import asked, occasion_beside, words
from casework.web.staff.asked import Asked
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
    "done": ("calm", "check_circle"),
}


@dataclass(frozen=True)
class Line:
    """One row as the page shows it. `to_do_at` is where the work is done; `aside` says until when
    the case is set aside, and why."""

    row: Row
    kind: str
    state: str
    left: TimeLeft
    clock: str
    to_do_at: str
    mine: bool
    occasion: str
    aside: str = ""
    done: str = ""


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
    """The work list in the view that the address asks for, else where this person begins."""
    who = edge.principal()
    if not who.roles & CASEWORKERS:
        with edge.reading() as cx:
            return render_template(
                "staff/no_cases.html",
                told_to_all=announcements.to_see(cx),
                waiting=people.waiting_count(cx),
                alarms=len(alarms.of_house(cx)),
            )
    view = asked.read(request.args, tab="mine" if who.roles & WORKERS else "all")
    with edge.reading(fitted=True) as cx:
        counted = _counts(cx, view, who)
        views = saved_views.views(counted.beside)
        if not request.args and (begin := _begin(views)) is not None:
            view = asked.read(begin.filters, tab=view.tab)
            counted = _counts(cx, view, who)
        found = _listed(cx, view, who)
        aside = _aside(cx, found.rows) if view.tab == "hold" else {}
        told = inbox.unseen(cx)
        told_to_all = announcements.to_see(cx)
    shown = {tab: asked.shown(counted.tabs[tab]) for tab in asked.TABS}
    return render_template(
        "staff/desk.html",
        view=view,
        tabs=[(tab, label, shown[tab]) for tab, label in asked.TABS.items()],
        counts=shown,
        filters=asked.filters(view, counted),
        views=views,
        this_view=next((each for each in views if each.filters == view.chosen), None),
        begins=edge.user_preference(BEGIN),
        groups=_groups(view, found.rows, counted.of("due"), cx.now, who, aside),
        after=view.address(after=asked.cursor(found.next_after)) if found.next_after else "",
        first=view.address(before=asked.cursor(found.prev_before)) if found.prev_before else "",
        notices=[(each, *_notice_words(each.code)) for each in told],
        told_to_all=told_to_all,
        now=cx.now,
        signs=SIGNS,
        sort_rule=worklist.DONE_RULE if view.tab == "done" else worklist.SORT_RULE,
        own_work=bool(who.roles & WORKERS),
        may_assign=policy.refusal(who, "", "assign") is None,
        ticks="supervisor" in who.roles,
        zone=worklist.DESK_ZONE,
    )


@staff.get("/changes")
@entry(*CASEWORKERS, passive=True)
def changes() -> Response:
    """How many cases of this view are new or changed since its page was made, by anybody else; 204
    for none. The list itself never moves by itself."""
    view = asked.read(request.args, tab="all")
    since = _instant(request.args.get("since", ""))
    if since is None:
        return make_response("", 204)
    with edge.reading() as cx:
        wanted = replace(_wanted(view, cx.principal), changed_after=since)
        [count] = worklist_counts.counted(cx, [wanted])
    if not count:
        return make_response("", 204)
    return make_response(
        render_template("staff/changes.html", count=asked.shown(count), address=view.address())
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
    """The view as the query takes it. `unassigned` holds what this person's role does next, and new
    papers are those of one's own cases and of nobody's."""
    wanted = view.wanted(**changes)
    if wanted.tab in {"unassigned", "papers"}:
        return replace(wanted, for_roles=who.roles & WORKERS)
    return wanted


def _counts(cx: Context, view: Asked, who: Principal) -> worklist_counts.Counts:
    """What each tab and each filter would show, with the views of this person beside them."""
    tabs = [_wanted(view, who, tab=tab) for tab in asked.TABS]
    return worklist_counts.counts(cx, tabs, _wanted(view, who), beside=saved_views.of_person(cx))


def _listed(cx: Context, view: Asked, who: Principal) -> Listed:
    """The page of the list; from its beginning where nothing is left at the place asked for."""
    wanted = _wanted(view, who)
    found = worklist.listed(cx, wanted, after=view.after, before=view.before, limit=PAGE)
    if found.rows or (view.after is None and view.before is None):
        return found
    return worklist.listed(cx, wanted, limit=PAGE)


def _begin(views: Sequence[View]) -> View | None:
    return next((each for each in views if each.id == edge.user_preference(BEGIN)), None)


def _groups(
    view: Asked,
    rows: Sequence[Row],
    counts: Mapping[str, int],
    now: datetime,
    who: Principal,
    aside: Mapping[int, str],
) -> tuple[Group, ...]:
    lines = [_line(row, now, who, aside.get(row.id, "")) for row in rows]
    if view.tab == "done":
        return (Group("done", "Decided in the last seven days", "", tuple(lines)),) if lines else ()
    found = []
    for code in GROUPS:
        here = tuple(line for line in lines if line.left.group == code)
        if here:
            count = asked.shown(counts[code]) if code in counts else ""
            found.append(Group(code, GROUP_WORDS[code], count, here))
    return tuple(found)


def _line(row: Row, now: datetime, who: Principal, aside: str) -> Line:
    clock = CLOCKS.get(row.clock)
    return Line(
        row=row,
        kind=words.kind(row.kind),
        occasion=occasion_beside.label(row.about),
        state=engine.words(row.kind, row.state),
        left=_left(row, now),
        clock=clock.words if clock else "",
        to_do_at=to_do_at(row.ref, row.kind, row.action, who),
        mine=row.assignee_id == who.id,
        aside=aside,
        done=words.plain(row.outcome) if row.outcome else "",
    )


def _left(row: Row, now: datetime) -> TimeLeft:
    """Words in the zone of the contract; the group in that of the desk, as the list is counted."""
    there = time_left(row.due_at, now, row.zone)
    return replace(there, group=time_left(row.due_at, now, worklist.DESK_ZONE).group)


def _aside(cx: Context, rows: Sequence[Row]) -> dict[int, str]:
    """Until when each of these cases is set aside, and why, in words."""
    held = holding.until(cx, [row.id for row in rows])
    zones = {row.id: row.zone for row in rows}
    return {
        case_id: f"until {moments.near(until, now=cx.now, zone=zones[case_id])}: {why}"
        for case_id, (until, why) in held.items()
    }


def _notice_words(code: str) -> tuple[str, str]:
    return words.NOTICES.get(code, (words.plain(code), "info"))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40].replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
