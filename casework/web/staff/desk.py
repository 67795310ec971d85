"""The desk: the work list of whoever is signed in, the next case, the inbox.

It shows what `queries.worklist` answers. Names stand in rows, never in addresses.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import Context, Principal
from casework.errors import Problem
from casework.queries import notices as inbox
from casework.queries import worklist
from casework.queries.due import GROUP_WORDS, GROUPS, TimeLeft, time_left
from casework.queries.worklist import COUNT_LIMIT, Row, Wanted
from casework.services import desk as desk_commands
from casework.services import notices
from casework.services.actions import ACTIONS
from casework.web import edge, moments
from casework.web.access import STAFF, entry
from casework.web.staff import asked, words
from casework.web.staff.asked import Asked
from casework.web.staff.blueprint import CASEWORKERS, staff
from sla.events import CLOCKS
from statemachines import engine

PAGE: Final = 50
# Steps that nobody takes before reading the case: the list leads to its page, not to the form.
READ_FIRST: Final = frozenset(
    {"approve", "uphold", "resolve", "find_eligible", "receive_information", "perfect"}
)
SIGNS: Final = {
    "overdue": ("late", "error"),
    "today": ("today", "alarm"),
    "soon": ("calm", "schedule"),
    "later": ("calm", "schedule"),
    "none": ("calm", "remove"),
}


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
    """Rows that are equally near; `count` is of the whole list, not of the page."""

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
    view = asked.read(request.args, tab=_first_tab(who))
    with edge.reading() as cx:
        found = worklist.listed(cx, view.wanted(), after=view.after, limit=PAGE)
        filters = asked.filters(cx)
        counts = _counts(cx, view, filters)
        told = inbox.unseen(cx)
        now = cx.now
    return render_template(
        "staff/desk.html",
        view=view,
        tabs=[(tab, label, counts["tab", tab]) for tab, label in asked.TABS.items()],
        filters=_counted(filters, counts),
        groups=_groups(found.rows, counts, now, who),
        total=counts["tab", view.tab],
        after=view.address(cursor=asked.cursor(found.next_after)) if found.next_after else "",
        first=view.address() if view.after else "",
        notices=[(each, *words.NOTICES.get(each.code, (words.plain(each.code), "info"))) for each in told],
        now=now,
        since=now.isoformat(),
        signs=SIGNS,
        sort_rule=worklist.SORT_RULE,
        may_take=policy.refusal(who, "", "take_work") is None,
        zone=worklist.DESK_ZONE,
    )
