"""Give me the next case, and find me a case: the two ways from anywhere to a case page."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import observations, refs
from casework.context import Context
from casework.errors import Problem
from casework.queries import search, worklist
from casework.queries.due import time_left
from casework.queries.worklist import Row, Wanted
from casework.services import desk
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.desk import WORKERS
from statemachines import engine

TRIES: Final = 4
NOTHING: Final = (
    "Nothing waits for you: every case whose next step is yours to take is with a colleague, or"
    " waits for somebody outside."
)


@staff.post("/next")
@entry(*WORKERS)
def next_case() -> Response:
    """Take the case that is due first among those that nobody has and whose next step is mine, or
    go to my own where that is nearer; the page says why it was this one."""
    skip = [ref for ref in request.form.getlist("skip")[:20] if refs.looks_like_one(ref)]
    for _ in range(TRIES):
        with edge.reading() as cx:
            wanted = Wanted(for_roles=cx.principal.roles & WORKERS)
            found = worklist.next_for(cx, wanted, skip=skip)
        if found is None:
            flash(NOTHING, "info")
            return redirect(url_for("staff.home", tab="all"))
        if _taken(found):
            flash(_why(edge.cx(), found, passed_over=len(skip)), "success")
            return redirect(url_for("staff.case_page", ref=found.ref))
        skip.append(found.ref)
    flash("Others were quicker each time. Try again.", "warning")
    return redirect(url_for("staff.home"))


@staff.post("/search")
@entry(*CASEWORKERS)
def find() -> Any:
    """A case by any number of ours at once; members by name or number as a list."""
    typed = edge.form("q", limit=80)
    with edge.reading() as cx:
        ref = search.case_with(cx, typed)
        members = () if ref or not typed else search.members_like(cx, typed)
    if ref:
        return redirect(url_for("staff.case_page", ref=ref))
    if members:
        observations.looks(edge.cx(), [each.id for each in members], what="search")
    return render_template(
        "staff/search.html",
        typed=typed,
        members=members,
        most=search.MOST_MEMBERS,
        mistyped=refs.looks_like_one(typed) and refs.kind_of(typed) is None,
        state_words=engine.words,
    )


def _taken(found: Row) -> bool:
    """True when the case is mine now; False when somebody else was quicker."""
    if found.assignee_id is not None:
        return True
    try:
        desk.take_work(edge.cx(), found.ref, found.version)
    except Problem:
        return False
    return True


def _why(cx: Context, found: Row, *, passed_over: int) -> str:
    left = time_left(found.due_at, cx.now, found.zone)
    whose = "It was yours already" if found.assignee_id is not None else "It is yours now"
    nearest = (
        "It has no due date, and nothing with one waits"
        if found.due_at is None
        else (f"It is due first ({left.words}) of all that nobody has or that is yours")
    )
    rest = ", not counting the one that you come from" if passed_over else ""
    return f"{whose}: {found.ref}. {nearest}, and whose next step is yours to take{rest}."
