"""One rule of queues: its versions, the form of the next one, and the plan before it is published:
how many open cases would move from where to where. Nothing is written before the plan was seen.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework.context import SYSTEM
from casework.errors import Invalid, Problem, Stale
from casework.ledger.queue_rules import Rule
from casework.queries import queues as questions
from casework.records.queue_rules import (
    EndForm,
    RuleForm,
    Written,
    desk_day,
    ending,
    proposed,
    written,
)
from casework.services import queue_rules as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import queue_words
from casework.web.staff.blueprint import staff
from casework.web.staff.queues import READERS, WRITERS, ZONE


@staff.get("/queue-rules/<code>")
@entry(*READERS)
def queue_rule(code: str) -> str:
    """One rule with everything that it ever said."""
    with edge.reading() as cx:
        found = questions.rule(cx, code)
        names = questions.names(cx)
    return render_template(
        "staff/queue_rule.html",
        rule=found,
        names=names,
        in_words=queue_words.in_words,
        may=bool(edge.principal().roles & set(WRITERS)),
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.get("/queue-rules/new")
@entry(*WRITERS)
def new_queue_rule() -> str:
    """The form of a new rule; `queue` may be chosen in the address."""
    with edge.reading() as cx:
        rules = questions.rules(cx)
    last = max((each.now.rule.place for each in rules if each.now), default=0)
    empty = {"queue": request.args.get("queue", "")[:30], "place": str(last + 10)}
    return _form("", empty, {})


@staff.get("/queue-rules/<code>/next")
@entry(*WRITERS)
def next_queue_rule(code: str) -> str:
    """The form of the next version, as the newest one stands."""
    with edge.reading() as cx:
        newest = questions.rule(cx, code).newest.rule
    return _form(
        code,
        queue_words.typed_of(newest.name, newest.queue, newest.place, newest.conditions),
        {},
    )


@staff.post("/queue-rules")
@entry(*WRITERS)
def publish_queue_rule() -> Any:
    """Show the plan of it, go back to the form, or publish it."""
    code = edge.form("code", limit=12)
    typed: dict[str, Any] = {name: edge.form(name, limit=2000) for name in queue_words.TEXTS}
    typed |= {name: request.form.getlist(name)[:50] for name in queue_words.TICKS}
    if edge.form("do") == "edit":
        return _form(code, typed, {})
    try:
        form = _rule_form(code, typed)
        if edge.form("do") == "publish":
            return _published(commands.publish_rule(edge.cx(), form, **_said()), ended=False)
        with edge.reading() as cx:
            there = written(cx)
        rule = proposed(there, form, edge.cx().now)
    except Stale as stale:
        return _form(code, typed, dict(stale.fields)), stale.status
    except Problem as problem:
        if problem.status == 404:
            raise
        return _form(code, typed, dict(problem.fields)), problem.status
    return _plan(there, rule, {**typed, "code": code}, url_for("staff.publish_queue_rule"))


@staff.get("/queue-rules/<code>/end")
@entry(*WRITERS)
def end_queue_rule(code: str) -> str:
    """Why and from when does it end?"""
    return _end_form(code, {}, {})


@staff.post("/queue-rules/<code>/end")
@entry(*WRITERS)
def ended_queue_rule(code: str) -> Any:
    """Show what its end would move, or end it."""
    typed = {name: edge.form(name, limit=2000) for name in ("effective_on", "reason")}
    if edge.form("do") == "edit":
        return _end_form(code, typed, {})
    try:
        form = EndForm(code=code, effective_on=_day(typed), reason=typed["reason"])
        if edge.form("do") == "publish":
            return _published(commands.end_rule(edge.cx(), form, **_said()), ended=True)
        with edge.reading() as cx:
            there = written(cx)
        rule = ending(there, form, edge.cx().now)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _end_form(code, typed, dict(problem.fields)), problem.status
    return _plan(there, rule, typed, url_for("staff.ended_queue_rule", code=code))


def _plan(there: Written, rule: Rule, kept: Mapping[str, Any], address: str) -> str:
    book = questions.book_of(there, rule.effective_at, with_=rule)
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        found = questions.plan(house, rule.step, book)
        names = questions.names(house)
    return render_template(
        "staff/queue_plan.html",
        rule=rule,
        before=next((v for v in reversed(there.versions) if v.code == rule.code), None),
        asked=book.rules,
        plan=found,
        names=names,
        kept=kept,
        address=address,
        edition=there.edition,
        most=questions.MOST,
        in_words=queue_words.in_words,
        later=rule.effective_at > edge.cx().now,
        now=edge.cx().now,
        zone=ZONE,
    )


def _form(code: str, typed: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    with edge.reading() as cx:
        rows = questions.listed(cx, counted=False)
        rule = questions.rule(cx, code) if code else None
        specialties = questions.specialties(cx)
    names = {row.code: row.name for row in rows}
    step = rule.newest.rule.step if rule else ""
    stand = [row for row in rows if row.closed_at is None]
    offered = [row for row in stand if not step or (row.step or row.code) == step]
    today = desk_day(edge.cx().now).isoformat()
    return render_template(
        "staff/queue_rule_form.html",
        code=code,
        rule=rule,
        queues=[
            (row.code, f"{row.name} (part of {names[row.step]})" if row.step else row.name)
            for row in sorted(offered, key=lambda row: not row.step)
        ],
        typed={"effective_on": today, **typed},
        errors=dict(errors),
        ticks_of=queue_words.ticks(),
        specialties=specialties,
    )


def _end_form(code: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with edge.reading() as cx:
        rule = questions.rule(cx, code)
    today = desk_day(edge.cx().now).isoformat()
    return render_template(
        "staff/queue_rule_end.html",
        rule=rule,
        typed={"effective_on": today, **typed},
        errors=dict(errors),
    )


def _rule_form(code: str, typed: Mapping[str, Any]) -> RuleForm:
    place = typed["place"]
    return RuleForm(
        code=code,
        name=typed["name"],
        place=int(place) if place.isdecimal() and len(place) < 5 else 0,
        queue=typed["queue"],
        conditions=queue_words.conditions_of(typed),
        effective_on=_day(typed),
        reason=typed["reason"],
    )


def _day(typed: Mapping[str, Any]) -> date | None:
    if not typed["effective_on"]:
        return None
    try:
        return date.fromisoformat(typed["effective_on"])
    except ValueError:
        fields = {"effective_on": "Enter a day, or leave it empty for at once."}
        raise Invalid("From which day?", fields=fields) from None


def _said() -> dict[str, Any]:
    """What the plan's page sends back: the edition that was looked at, and whether to move."""
    numbers = {name: edge.form(name, limit=9) for name in ("seen", "expected")}
    return {
        "seen": int(numbers["seen"]) if numbers["seen"].isdecimal() else -1,
        "expected": int(numbers["expected"]) if numbers["expected"].isdecimal() else 0,
        "move": edge.form("move") == "yes",
    }


def _published(done: commands.Published, *, ended: bool) -> Any:
    said = f"{done.code} ends." if ended else f"{done.code} version {done.version} is published."
    moved = " Open cases are moved by the worker." if done.move else ""
    flash(f"{said} New steps follow it.{moved}", "success")
    return redirect(url_for("staff.queues"))
