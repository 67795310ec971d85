"""People who sign in: the list, one person whole with the history, what waits for a second
administrator. An administrator writes here, compliance reads.
"""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from casework.context import SYSTEM
from casework.errors import Problem
from casework.queries import people as questions
from casework.services import house_tasks
from casework.services import people as commands
from casework.web import edge, words
from casework.web.access import entry
from casework.web.staff.blueprint import staff
from casework.web.staff.people_words import CHANGES, STATES, told_of

READERS: Final = ("admin", "compliance")
ZONE: Final = "America/New_York"


@staff.get("/people")
@entry(*READERS)
def people() -> str:
    """The list, by name."""
    wanted = _wanted()
    wall = edge.wall_cx().now
    with edge.reading() as cx:
        listed = questions.people(cx, wanted, wall=wall)
        tasks = questions.tasks(cx)
        waiting = questions.waiting_count(cx)
    return render_template(
        "staff/people.html",
        listed=listed,
        wanted=wanted,
        onward=_address(wanted, listed.next) if listed.next else "",
        tasks=tasks,
        waiting=waiting,
        shown=questions.SHOWN,
        roles=words.ROLES,
        offered=[name for name in words.ROLES if name not in ("member", "representative")],
        may="admin" in edge.principal().roles,
        me=edge.principal().id,
        today=edge.cx().now.date(),
        now=wall,
        zone=ZONE,
    )


@staff.get("/people/<int:number>")
@entry(*READERS)
def person(number: int) -> str:
    """One person: what the account opens, licences, the history."""
    wall = edge.wall_cx().now
    with edge.reading() as cx:
        found = questions.person(cx, number, wall=wall)
        held = questions.licences(cx, number)
        history = questions.history(cx, number)
        names = _contract_names(cx)
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        # Counts and stages of the whole house name nobody; an administrator sees no case.
        work = questions.work_of(house, number)
        link = questions.last_link(house, number)
    own = edge.principal().id == number
    return render_template(
        "staff/person.html",
        person=found,
        licences=held,
        history=[(row, told_of(row, names)) for row in history],
        link=link,
        work=work,
        own=own,
        may="admin" in edge.principal().roles and not own,
        me=edge.principal().id,
        changes=CHANGES,
        states=STATES,
        today=edge.cx().now.date(),
        now=edge.cx().now,
        wall=wall,
        zone=ZONE,
    )


@staff.get("/people/waiting")
@entry(*READERS)
def people_waiting() -> str:
    """What waits for a second administrator, or for its day."""
    return _waiting_page({})


@staff.post("/people/waiting/<int:number>/confirm")
@entry("admin")
def confirm_change(number: int) -> Any:
    """Yes, as the second administrator."""
    return _answered(
        number, lambda: commands.confirm(edge.cx(), number), "The change is confirmed."
    )


@staff.post("/people/waiting/<int:number>/refuse")
@entry("admin")
def refuse_change(number: int) -> Any:
    """No, with the reason."""
    why = edge.form("why", limit=300)
    return _answered(
        number, lambda: commands.refuse(edge.cx(), number, why=why), "The change is refused."
    )


@staff.post("/people/waiting/<int:number>/withdraw")
@entry("admin")
def withdraw_change(number: int) -> Any:
    """Take back what was asked for or planned."""
    return _answered(
        number, lambda: commands.withdraw(edge.cx(), number), "The change is withdrawn."
    )


@staff.post("/people/tasks/<int:number>/done")
@entry("admin")
def finish_house_task(number: int) -> Any:
    """A task about people is done."""
    try:
        house_tasks.finish_task(edge.cx(), number, why=edge.form("why", limit=300))
    except Problem as problem:
        flash(problem.sentence, "error")
    else:
        flash("The task is done.", "success")
    return redirect(url_for("staff.people"))


def _answered(number: int, step: Any, told: str) -> Any:
    try:
        step()
    except Problem as problem:
        return _waiting_page({f"why-{number}": problem.sentence}), problem.status
    flash(told, "success")
    return redirect(url_for("staff.people_waiting"))


def _waiting_page(errors: dict[str, str]) -> str:
    with edge.reading() as cx:
        rows = questions.waiting(cx)
        names = _contract_names(cx)
        administrators = questions.administrators(cx)
    return render_template(
        "staff/people_waiting.html",
        rows=[(row, name, told_of(row, names)) for row, name in rows],
        administrators=administrators,
        me=edge.principal().id,
        may="admin" in edge.principal().roles,
        errors=errors,
        changes=CHANGES,
        typed=edge.form("why", limit=300),
        now=edge.cx().now,
        zone=ZONE,
    )


def _contract_names(cx: Any) -> dict[int, str]:
    return dict(questions.contract_choices(cx))


def _wanted() -> questions.Wanted:
    shown, role = request.args.get("show", ""), request.args.get("role", "")
    number = request.args.get("after", "")
    after = int(number) if number.isdecimal() and len(number) < 16 else 0
    return questions.Wanted(
        words=request.args.get("q", "").strip()[:80],
        role=role if role in words.ROLES else "",
        shown=shown if shown in questions.SHOWN else "here",
        after=after,
    )


def _address(wanted: questions.Wanted, after: int) -> str:
    shown = wanted.shown if wanted.shown != "here" else None
    return url_for(
        "staff.people",
        q=wanted.words or None,
        role=wanted.role or None,
        show=shown,
        after=after,
    )
