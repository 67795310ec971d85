"""Give me the next case, and find me a case: the two ways from anywhere to a case page."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import observations, policy, refs
from casework.context import Context
from casework.queries import search
from casework.queries.colleagues import names_of
from casework.queries.due import time_left
from casework.queries.next_step import pairs_for
from casework.services import pulling
from casework.services.pulling import PASSED, Pulled
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.desk import WORKERS
from statemachines import engine

NOTHING: Final = (
    "Nothing waits for you: every case whose next step is yours to take is with a colleague, or"
    " waits for somebody outside."
)


@staff.post("/next")
@entry(*WORKERS)
def next_case() -> Response:
    """Take the case that is due first among those that nobody has and whose next step is mine, or
    go to my own where that is nearer; the page says why it was this one."""
    skip = {ref for ref in request.form.getlist("skip")[:20] if refs.looks_like_one(ref)}
    cx = edge.cx()
    pulled = pulling.take_next(cx, pairs_for(cx.principal.roles & WORKERS), skip)
    if not pulled.ref:
        flash(NOTHING + _passed(pulled), "info")
        return redirect(url_for("staff.home", tab="all"))
    flash(_why(cx, pulled), "success")
    return redirect(url_for("staff.case_page", ref=pulled.ref))


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
        may_open=_may_be_restricted(typed),
    )


def _may_be_restricted(typed: str) -> bool:
    """Whether what was typed is the number of a case, by somebody who may open a restricted one
    with a reason. It says nothing of whether there is one."""
    named = refs.kind_of(typed) in engine.KINDS
    return named and policy.refusal(edge.principal(), "", "open_restricted") is None


def _why(cx: Context, pulled: Pulled) -> str:
    """One sentence on why it was this case, and one on what was passed over."""
    left = time_left(pulled.due_at, cx.now, pulled.zone)
    whose = "It was yours already" if pulled.whose == "mine" else "It is yours now"
    nearest = (
        "It has no due date, and nothing with one waits"
        if pulled.due_at is None
        else f"It is due first ({left.words}) of all that nobody has or that is yours"
    )
    first = f"{whose}: {pulled.ref}. {nearest}, and whose next step is yours to take."
    return first + _more(pulled)


def _more(pulled: Pulled) -> str:
    before = ""
    if pulled.before_id is not None and pulled.whose == "still":
        with edge.reading() as reading:
            name = names_of(reading, [pulled.before_id]).get(pulled.before_id, "a colleague")
        before = f" It was with {name}, who is not here before it is due."
    return before + _passed(pulled)


def _passed(pulled: Pulled) -> str:
    """What is due before it and was not given, and why."""
    told = [f"{count} {PASSED[code]}" for code, count in pulled.passed.items()]
    return f" Passed over: {', '.join(told)}." if told else ""
