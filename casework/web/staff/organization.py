"""The organization chart: as of any day, changed with a reason from a day on, with its history.

Whether a reviewer is independent is judged by it. An administrator writes it, compliance reads it.
"""

from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from casework import policy
from casework.errors import Invalid, Problem
from casework.queries import organization as questions
from casework.services import organization as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.blueprint import staff

READERS: Final = ("admin", "compliance")
NOBODY: Final = "nobody"
LINE: Final = ("user_id", "manager_id", "effective_on", "reason")
AWAY: Final = ("away_id", "starts_on", "ends_on")
ZONE: Final = "America/New_York"


@staff.get("/organization")
@entry(*READERS)
def organization() -> str:
    """The chart as of a day, today where none is asked for."""
    return _page({}, {})


@staff.post("/organization/lines")
@entry("admin")
def change_organization() -> Any:
    """Write down to whom somebody reports from a day on."""
    typed = {name: edge.form(name, limit=400) for name in LINE}
    return _done(typed, _change, told="The chart is changed.")


@staff.post("/organization/absences")
@entry("admin")
def note_absence() -> Any:
    """Write down that somebody is away."""
    typed = {name: edge.form(name, limit=40) for name in AWAY}
    return _done(typed, _away, told="The absence is noted.")


@staff.post("/organization/absences/<int:number>/end")
@entry("admin")
def end_absence(number: int) -> Any:
    """Somebody is back."""
    commands.end_absence(edge.cx(), number)
    flash("The absence is ended.", "success")
    return redirect(url_for("staff.organization"))


def _done(typed: dict[str, str], step: Any, *, told: str) -> Any:
    try:
        step(typed)
    except Invalid as wrong:
        return _page(typed, wrong.fields or {"form": wrong.sentence}, wrong), wrong.status
    flash(told, "success")
    return redirect(url_for("staff.organization"))


def _change(typed: dict[str, str]) -> None:
    wrong: dict[str, str] = {}
    manager = None if typed["manager_id"] == NOBODY else _number(typed, "manager_id", wrong)
    form = commands.NewLine(
        user_id=_number(typed, "user_id", wrong),
        manager_id=manager,
        effective_on=_day(typed, "effective_on", wrong),
        reason=typed["reason"],
    )
    if not typed["reason"]:
        wrong["reason"] = "Say why: an auditor reads it."
    _refuse(wrong)
    commands.change_line(edge.cx(), form)


def _away(typed: dict[str, str]) -> None:
    wrong: dict[str, str] = {}
    form = commands.NewAbsence(
        user_id=_number(typed, "away_id", wrong),
        starts_on=_day(typed, "starts_on", wrong),
        ends_on=_day(typed, "ends_on", wrong),
    )
    _refuse(wrong)
    commands.note_absence(edge.cx(), form)


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise Invalid("Something is missing.", fields=wrong)


def _number(typed: dict[str, str], name: str, wrong: dict[str, str]) -> int:
    text = typed[name]
    if text.isdecimal() and len(text) < 16:
        return int(text)
    wrong[name] = "Choose a person."
    return 0


def _day(typed: dict[str, str], name: str, wrong: dict[str, str]) -> date:
    found = _as_day(typed[name])
    if found is None:
        wrong[name] = "Enter a day."
    return found or edge.cx().now.date()


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(typed: dict[str, str], errors: Any, problem: Problem | None = None) -> str:
    today = edge.cx().now.date()
    on = _as_day(request.args.get("on", "")) or today
    with edge.reading() as cx:
        may = policy.refusal(cx.principal, "", commands.ACTION) is None
        return render_template(
            "staff/organization.html",
            on=on,
            today=today,
            places=questions.chart(cx, on),
            history=questions.history(cx),
            absences=questions.absences(cx, today),
            people=questions.people(cx) if may else (),
            nobody=NOBODY,
            may=may,
            typed=typed,
            errors=errors,
            problem=problem,
            words=words,
            now=cx.now,
            zone=ZONE,
        )
