"""The queues: which there are, who works them, what lies there, which rules sort the work into
them. A supervisor or an administrator writes here; compliance reads.
"""

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from casework.context import SYSTEM
from casework.errors import NotFound, Problem
from casework.queries import queues as questions
from casework.records.queue_rules import written
from casework.services import queue_rules as rule_commands
from casework.services import queues as commands
from casework.services.queues import QueueForm
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.blueprint import staff
from casework.web.staff.queue_words import in_words, roles_in_words

READERS: Final = ("supervisor", "admin", "compliance")
WRITERS: Final = ("supervisor", "admin")
ZONE: Final = "America/New_York"
_FIELDS: Final = ("name", "place", "step", "reason")


@staff.get("/queues")
@entry(*READERS)
def queues() -> str:
    """Queues in their order, their rules, and what lies elsewhere than the rules say."""
    return queues_page({})


@staff.get("/queues/new")
@entry(*WRITERS)
def new_queue() -> str:
    """A queue that takes part of a step's work."""
    return _form(None, {"place": ""}, {})


@staff.post("/queues/new")
@entry(*WRITERS)
def add_queue() -> Any:
    """Add it."""
    typed = _typed()
    try:
        code = commands.add_queue(edge.cx(), _wanted(typed))
    except Problem as problem:
        return _form(None, typed, _errors(problem)), problem.status
    flash(f"{typed['name']} is there. A rule says what goes into it.", "success")
    return redirect(url_for("staff.queue", code=code))


@staff.get("/queues/<code>")
@entry(*READERS)
def queue(code: str) -> str:
    """One queue: its form, its rules, its history."""
    return _form(code, {}, {})


@staff.post("/queues/<code>")
@entry(*WRITERS)
def change_queue(code: str) -> Any:
    """Rename it, put it elsewhere, give it to other roles."""
    typed = _typed()
    try:
        commands.change_queue(edge.cx(), code, _wanted(typed))
    except Problem as problem:
        if problem.status == 404:
            raise
        return _form(code, typed, _errors(problem)), problem.status
    flash(f"{typed['name']} is changed.", "success")
    return redirect(url_for("staff.queue", code=code))


@staff.post("/queues/<code>/close")
@entry(*WRITERS)
def close_queue(code: str) -> Any:
    """Close it; or say what lies there, and where it goes."""
    return _opened_or_closed(
        code, commands.close_queue, "The queue is closed; it can be opened again."
    )


@staff.post("/queues/<code>/reopen")
@entry(*WRITERS)
def reopen_queue(code: str) -> Any:
    """Open it again."""
    return _opened_or_closed(
        code, commands.reopen_queue, "The queue is open: a rule may lead there."
    )


def _opened_or_closed(code: str, step: Callable[..., None], told: str) -> Any:
    reason = edge.form("reason", limit=400)
    try:
        step(edge.cx(), code, reason=reason)
    except Problem as problem:
        if problem.status == 404:
            raise
        said = problem.fields.get("reason", problem.sentence)
        return _form(code, {}, {"closing": said}, closing=reason), problem.status
    flash(told, "success")
    return redirect(url_for("staff.queue", code=code))


@staff.post("/queues/<code>/move")
@entry(*WRITERS)
def move_open_cases(code: str) -> Any:
    """Bring the open cases of this step where the rules of now put them."""
    reason = edge.form("reason", limit=400)
    with _house() as house:
        found = questions.misplaced(house, written(house)).get(code)
    expected = found.count if found else 0
    try:
        rule_commands.move_open_cases(edge.cx(), code, reason=reason, expected=expected)
    except Problem as problem:
        if problem.status == 404:
            raise
        return queues_page({f"reason-{code}": problem.sentence}), problem.status
    flash(f"About {expected:,} open cases are being moved. Their histories say why.", "success")
    return redirect(url_for("staff.queues"))


def queues_page(errors: dict[str, str]) -> str:
    """The page of all queues, with what was wrong."""
    with _house() as house:
        # Counts of the whole house name nobody; an administrator sees no case.
        rows = questions.listed(house)
        misplaced = questions.misplaced(house, written(house))
    with edge.reading() as cx:
        rules = questions.rules(cx)
        moves = questions.moves(cx)
    by_step: dict[str, list[Any]] = {}
    for rule in rules:
        if rule.now or rule.planned:
            by_step.setdefault((rule.now or rule.newest).rule.step, []).append(rule)
    return render_template(
        "staff/queues.html",
        rows=rows,
        names={row.code: row.name for row in rows},
        by_step=by_step,
        ended=[rule for rule in rules if not rule.now and not rule.planned],
        misplaced=misplaced,
        moves=moves,
        errors=errors,
        typed=edge.form("reason", limit=400) if errors else "",
        may=bool(edge.principal().roles & set(WRITERS)),
        worklist=bool(edge.principal().roles - {"admin"}),
        counted=_counted,
        in_words=in_words,
        roles_in_words=roles_in_words,
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )


def _form(
    code: str | None, typed: dict[str, Any], errors: dict[str, str], *, closing: str = ""
) -> str:
    with edge.reading() as cx:
        rows = questions.listed(cx, counted=False)
        history = questions.changes(cx, code) if code else ()
        rules = questions.rules(cx) if code else ()
    row = next((each for each in rows if each.code == code), None)
    if code and row is None:
        raise NotFound("There is no such queue.")
    if row is not None and not typed:
        typed = {"name": row.name, "place": row.place, "roles": row.roles, "reason": ""}
    return render_template(
        "staff/queue.html",
        row=row,
        rows=rows,
        names={each.code: each.name for each in rows},
        steps=[(each.code, each.name) for each in rows if not each.step],
        closing=closing,
        offered=[(role, roles_in_words([role])) for role in commands.WORKERS],
        typed=typed if typed.get("place") else {**typed, "place": len(rows) + 1},
        errors=errors,
        history=history,
        rules=[each for each in rules if each.now and each.now.rule.queue == code],
        may=bool(edge.principal().roles & set(WRITERS)),
        in_words=in_words,
        roles_in_words=roles_in_words,
        now=edge.cx().now,
        zone=ZONE,
    )


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: edge.form(name, limit=400) for name in _FIELDS}
    return typed | {"roles": request.form.getlist("roles")[:12]}


def _wanted(typed: dict[str, Any]) -> QueueForm:
    place = typed["place"]
    return QueueForm(
        name=typed["name"],
        roles=tuple(typed["roles"]),
        place=int(place) if place.isdecimal() and len(place) < 4 else 0,
        reason=typed["reason"],
        step=typed["step"],
    )


def _errors(problem: Problem) -> dict[str, str]:
    return dict(problem.fields) or {"form": problem.sentence}


def _counted(count: int) -> str:
    limit = questions.COUNT_LIMIT
    return f"{limit:,}+" if count >= limit else f"{count:,}"


def _house() -> Any:
    return edge.database().reading(edge.cx().but(principal=SYSTEM))
