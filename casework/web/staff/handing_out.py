"""Handing out: a plan with who gets what and why, then carried out, then undone within its time.

Each step is a command of its own; the plan is kept, so that what is looked at is what is done.
"""

import re
from datetime import datetime
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import refs
from casework.context import Context
from casework.errors import Invalid, NotFound, StateRefused
from casework.queries import batches, load
from casework.queries import handing_out as questions
from casework.queries.batches import Batch
from casework.queries.due import time_left
from casework.queries.fair_shares import RULE
from casework.queries.handing_out import Source
from casework.queries.queues import names as queues_named
from casework.services import handing_out as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import batch_words, words
from casework.web.staff.blueprint import staff
from casework.web.staff.load import LEADS

_TICKED: Final = re.compile(r"([A-Z]{2}-\d{4}-\d{6,9}-\d):(\d{1,9})")
_DUES: Final = ("overdue", "today", "soon", "later")
# The order of the rows on the page: what needs a thought first.
_ORDER: Final = {"refused": 0, "kept": 0, "": 1, "done": 2, "undone": 3}


@staff.post("/handing-out")
@entry(*LEADS)
def propose() -> Response:
    """Make a plan for what was asked: of a queue, of a person, of what stands still, of what is
    ticked, or the cases of an earlier plan anew."""
    reason = edge.form("reason", limit=200)
    with edge.reading() as cx:
        source = _source(cx)
        proposals = questions.plan(cx, source)
    try:
        number = commands.plan_batch(edge.cx(), proposals, source.asked(), reason)
    except Invalid as wrong:
        flash(wrong.sentence, "warning")
        return redirect(url_for("staff.load_page"))
    return redirect(url_for("staff.handing_out", number=number))


@staff.get("/handing-out/<int:number>")
@entry(*LEADS)
def handing_out(number: int) -> str:
    """The plan, or what came of it."""
    with edge.reading() as cx:
        found = batches.batch(cx, number)
        names = queues_named(cx)
        people = questions.choices(cx) if found.state == commands.PLANNED else ()
    mine = found.made_by_id == edge.principal().id
    return render_template(
        "staff/handing_out.html",
        batch=found,
        title=batch_words.title(found, names),
        outcome=batch_words.outcome(found),
        rows=sorted(found.rows, key=lambda row: _ORDER[row.result]),
        ready=found.counts.get("", 0),
        people=people,
        mine=mine,
        undo_until=_undo_until(found, cx.now) if mine else None,
        at_once=commands.AT_ONCE,
        now=cx.now,
        zone=load.DESK_ZONE,
        time_left_of=time_left,
        words=words,
        rule=RULE,
    )


@staff.get("/handing-out/<int:number>/progress")
@entry(*LEADS, passive=True)
def handing_out_progress(number: int) -> Response:
    """How far the worker is, for the page that waits; once it is done the page comes anew."""
    with edge.reading() as cx:
        found = batches.progress(cx, number)
    answer = make_response(render_template("staff/handing_out_progress.html", batch=found))
    if not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


@staff.post("/handing-out/<int:number>/carry-out")
@entry(*LEADS)
def carry_out(number: int) -> Response:
    """Hand out what the plan says."""
    return _done(number, commands.carry_out)


@staff.post("/handing-out/<int:number>/undo")
@entry(*LEADS)
def undo_handing_out(number: int) -> Response:
    """Take it back, but what moved on since."""
    return _done(number, commands.undo)


def _done(number: int, step: Any) -> Response:
    try:
        step(edge.cx(), number)
    except StateRefused as refused:
        flash(refused.sentence, "warning")
    return redirect(url_for("staff.handing_out", number=number))


def _undo_until(found: Batch, now: datetime) -> datetime | None:
    """Until when the batch can be undone; None where it cannot."""
    if found.state != commands.DONE or not found.counts.get("done"):
        return None
    if found.carried_at is None or not commands.may_undo(found.carried_at, now):
        return None
    return found.carried_at + commands.UNDO_FOR


def _source(cx: Context) -> Source:
    to = _number("to")
    again = _number("again")
    if again:
        return _again(cx, again, to)
    due = edge.form("due", limit=10)
    return Source(
        queue=_code("queue"),
        contract=_code("contract"),
        due=due if due in _DUES else "",
        person=_number("person"),
        still=edge.form("still", limit=3) == "yes",
        passed=edge.form("passed", limit=3) == "yes",
        cases=_ticked(request.form.getlist("case")),
        to=cx.principal.id if edge.form("to", limit=3) == "me" else to,
    )


def _again(cx: Context, number: int, to: int) -> Source:
    """The cases of an earlier plan, to somebody else."""
    found = batches.batch(cx, number)
    if not found.rows:
        raise NotFound("There is no such batch.")
    seen = batches.versions(cx, number)
    return Source(cases=tuple(seen.items()), to=to)


def _ticked(given: list[str]) -> tuple[tuple[str, int], ...]:
    found = [_TICKED.fullmatch(each) for each in given[: questions.MOST]]
    pairs = [(m.group(1), int(m.group(2))) for m in found if m]
    return tuple((ref, seen) for ref, seen in pairs if refs.looks_like_one(ref))


def _number(name: str) -> int:
    text = edge.form(name, limit=15)
    return int(text) if text.isascii() and text.isdecimal() else 0


def _code(name: str) -> str:
    text = edge.form(name, limit=40)
    return text if text.replace("-", "").replace("_", "").isalnum() and text.isascii() else ""
