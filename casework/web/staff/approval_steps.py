"""What is done with an approval rule: its what-if asked, released, put aside, stopped, resumed; and
the answer of a what-if with the cases behind each number."""

from collections.abc import Callable
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import SYSTEM
from casework.errors import Invalid, NotFound
from casework.queries import approval_rules as questions
from casework.services import approval_rules as commands
from casework.services import approval_studies as studies
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import words
from casework.web.staff.approval_rules import DECIDERS, STOPPERS, ZONE, rule_page
from casework.web.staff.blueprint import CASEWORKERS, staff
from statemachines import engine

# What is counted: the name in the address, its words, and what it means.
COUNTED: Final = {
    "all": ("Would have been approved", "complete requests whose every line meets the rule"),
    "approved": ("Approved by a person", "a nurse or a physician would have been spared"),
    "by_rule": ("Approved by a rule all the same", "nothing would differ"),
    "partial": ("Approved in part then", "something was refused: look at each"),
    "denied": ("Denied then", "the rule would have said yes: look at each"),
    "overturned": (
        "… of these overturned later",
        "refused then, given back by an appeal or review",
    ),
    "open": ("Not decided yet", "still with us"),
    "ended": ("Withdrawn or dismissed", "nobody decided"),
}


@staff.post("/approval-rules/versions/<int:number>/study")
@entry(*STOPPERS)
def ask_approval_study(number: int) -> Any:
    """Ask what this version would have approved."""
    return _step(number, lambda cx: studies.ask_study(cx, studies.Question(version_id=number)))


@staff.post("/approval-rules/versions/<int:number>/release")
@entry(*DECIDERS)
def release_approval_rule(number: int) -> Any:
    """Let a version go live from its day on."""
    known = bool(request.form.get("knows_denied"))
    reason = edge.form("reason", limit=1000)
    return _step(
        number,
        lambda cx: commands.release_version(cx, number, reason=reason, knows_denied=known),
        told="The version is released.",
    )


@staff.post("/approval-rules/versions/<int:number>/refuse")
@entry(*DECIDERS)
def refuse_approval_rule(number: int) -> Any:
    """Put a version aside."""
    reason = edge.form("reason", limit=1000)
    return _step(
        number,
        lambda cx: commands.refuse_version(cx, number, reason=reason),
        told="The version is put aside.",
    )


@staff.post("/approval-rules/<code>/stop")
@entry(*STOPPERS)
def stop_approval_rule(code: str) -> Any:
    """The kill switch."""
    reason = edge.form("stop_reason", limit=1000)
    return _done(
        code,
        lambda cx: commands.stop_rule(cx, code, reason=reason),
        told=f"{code} is stopped: it approves nothing from now on.",
        field="stop_reason",
    )


@staff.post("/approval-rules/<code>/resume")
@entry(*DECIDERS)
def resume_approval_rule(code: str) -> Any:
    """Let a stopped rule approve again."""
    reason = edge.form("stop_reason", limit=1000)
    return _done(
        code,
        lambda cx: commands.resume_rule(cx, code, reason=reason),
        told=f"{code} approves again.",
        field="stop_reason",
    )


@staff.get("/approval-rules/what-if/<int:number>")
@entry(*STAFF)
def approval_study(number: int) -> str:
    """The answer of a what-if: each number, and the cases behind the one that was opened."""
    which = request.args.get("which", "")
    after = request.args.get("after", "")
    last = int(after) if after.isdecimal() and len(after) < 18 else 0
    sees = bool(edge.principal().roles & CASEWORKERS)
    with edge.reading() as cx:
        found = questions.study(cx, number)
        rule, version = questions.rule_of(cx, found.version_id)
        rows: tuple[Any, ...] = ()
        if which in COUNTED and sees:
            rows = questions.study_cases(cx, number, which, after=last)
    return render_template(
        "staff/approval_study.html",
        study=found,
        rule=rule,
        version=version,
        counted=COUNTED,
        which=which if which in COUNTED else "",
        rows=rows,
        next_after=rows[-1].id if len(rows) == questions.PAGE else None,
        sees_cases=sees,
        state_words=engine.words,
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.get("/approval-rules/what-if/<int:number>/progress")
@entry(*STAFF, passive=True)
def approval_study_progress(number: int) -> Response:
    """How far it is, for the page that waits; once it is answered the page comes anew."""
    with edge.reading() as cx:
        found = questions.study(cx, number)
    answer = make_response(render_template("staff/approval_progress.html", study=found))
    if not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _step(number: int, step: Callable[[Any], Any], *, told: str = "") -> Any:
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as cx:
        rule, _ = questions.rule_of(cx, number)
    return _done(rule.code, step, told=told or "The question is asked.")


def _done(code: str, step: Callable[[Any], Any], *, told: str, field: str = "reason") -> Any:
    try:
        step(edge.cx())
    except NotFound:
        raise
    except Invalid as wrong:
        fields = {field if name == "reason" else name: said for name, said in wrong.fields.items()}
        typed = {name: edge.form(name, limit=1000) for name in ("reason", "stop_reason")}
        return rule_page(code, fields or {field: wrong.sentence}, typed), wrong.status
    flash(told, "success")
    return redirect(url_for("staff.approval_rule", code=code))
