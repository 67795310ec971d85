"""The board of announcements: what is said to whom, from when until when, by whom, and who has seen
it. A supervisor or an administrator writes; compliance reads.
"""

from datetime import date
from typing import Any, Final

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from casework.context import SYSTEM
from casework.errors import Invalid, Problem
from casework.queries import announcements as questions
from casework.records import announcing
from casework.records.announcing import MEMBERS, Notice
from casework.records.queue_rules import desk_day
from casework.services import announcements as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import staff

READERS: Final = ("supervisor", "admin", "compliance")
WRITERS: Final = ("supervisor", "admin")
ZONE: Final = "America/New_York"
AUDIENCES: Final = {"staff": "Our staff", "offices": "Providers’ offices", "members": "Members"}
_FIELDS: Final = ("audience", "text_en", "text_es", "path", "from_on", "until_on", "reason")


@staff.get("/announcements")
@entry(*READERS)
def announcements() -> str:
    """What is said now, what is planned, what was said."""
    return _board({})


@staff.get("/announcements/new")
@entry(*WRITERS)
def new_announcement() -> str:
    """To whom, what, until when?"""
    return _form({}, {})


@staff.post("/announcements/new")
@entry(*WRITERS)
def announce() -> Any:
    """Show how it will look, go back to it, or say it."""
    typed = {name: edge.form(name, limit=1000) for name in _FIELDS}
    typed["ask"] = "yes" if edge.form("ask") == "yes" else ""
    if edge.form("do") == "edit":
        return _form(typed, {})
    try:
        form = _notice(typed)
        row = announcing.row_of(form, edge.cx().now)
        if edge.form("do") != "publish":
            return _check(typed, row)
        commands.announce(edge.cx(), form)
    except Problem as problem:
        return _form(typed, dict(problem.fields) or {"form": problem.sentence}), problem.status
    flash("It is said.", "success")
    return redirect(url_for("staff.announcements"))


@staff.post("/announcements/<int:number>/end")
@entry(*WRITERS)
def end_announcement(number: int) -> Any:
    """End it before its time."""
    try:
        commands.end_announcement(edge.cx(), number, why=edge.form("why", limit=400))
    except Invalid as wrong:
        return _board(dict(wrong.fields)), wrong.status
    flash("It is ended: nobody sees it any more.", "success")
    return redirect(url_for("staff.announcements"))


def _board(errors: dict[str, str]) -> str:
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        rows = questions.board(house)
        now = house.now
    groups: dict[str, list[Any]] = {"now": [], "planned": [], "over": []}
    for row in rows:
        over = row.ended_at is not None or row.until_at <= now
        groups["over" if over else "planned" if row.from_at > now else "now"].append(row)
    return render_template(
        "staff/announcements.html",
        groups=groups,
        audiences=AUDIENCES,
        errors=errors,
        typed=edge.form("why", limit=400),
        may=bool(edge.principal().roles & set(WRITERS)),
        now=now,
        zone=ZONE,
    )


def _form(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "staff/announcement_form.html",
        typed={"from_on": desk_day(edge.cx().now).isoformat(), **typed},
        errors=errors,
        audiences=list(AUDIENCES.items()),
        longest=announcing.LONGEST,
        highest=announcing.HIGHEST_GRADE,
    )


def _check(typed: dict[str, str], row: dict[str, Any]) -> str:
    grades = {
        language: announcing.grade_of(row[f"text_{language}"], language)
        for language in (("en", "es") if row["audience"] == MEMBERS else ())
    }
    return render_template(
        "staff/announcement_check.html",
        kept=typed,
        row=row,
        grades=grades,
        highest=announcing.HIGHEST_GRADE,
        audiences=AUDIENCES,
        later=row["from_at"] > edge.cx().now,
        now=edge.cx().now,
        zone=ZONE,
    )


def _notice(typed: dict[str, str]) -> Notice:
    wrong: dict[str, str] = {}
    if typed["path"] and not _page(typed["path"]):
        wrong["path"] = "There is no such page of ours."
    days = {name: _day(typed[name], name, wrong) for name in ("from_on", "until_on")}
    if wrong:
        raise Invalid("The announcement cannot stand so.", fields=wrong)
    return Notice(
        audience=typed["audience"],
        text_en=typed["text_en"],
        text_es=typed["text_es"],
        path=typed["path"],
        ask=bool(typed["ask"]),
        from_on=days["from_on"],
        until_on=days["until_on"],
        reason=typed["reason"],
    )


def _page(path: str) -> bool:
    """Whether a page stands under this address."""
    try:
        endpoint, _ = current_app.url_map.bind_to_environ(request.environ).match(path, "GET")
    except HTTPException:
        return False
    return str(endpoint).partition(".")[0] in ("staff", "provider", "member")


def _day(text: str, name: str, wrong: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = "Enter a day."
        return None
