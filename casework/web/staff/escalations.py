"""Escalations: what waits for me, for anybody, and what is in somebody's hands; "I have it".

It shows what `queries.escalations` answers; the command judges who may answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound, Problem
from casework.queries import escalations
from casework.queries.escalations import COUNT_LIMIT, Cursor, Escalated
from casework.services.escalations import MOST, Acknowledgement, acknowledge_escalation
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.plans import clock_words

PAGE: Final = 25
VIEWS: Final[Mapping[str, str]] = {
    "mine": "Mine",
    "open": "All that wait",
    "answered": "Somebody has it",
}


@dataclass(frozen=True)
class Sheet:
    """What was typed for one escalation, and why it was refused."""

    number: int = 0
    typed: str = ""
    sentence: str = ""
    status: int = 200
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Escalations whose time ran out, or whose time still runs."""

    title: str
    late: bool
    rows: tuple[Escalated, ...]


@staff.get("/escalations")
@entry(*CASEWORKERS)
def escalations_page() -> Response:
    """What the ladder asks of people, the nearest due first."""
    return _page(Sheet())


@staff.post("/escalations/<int:number>/answer")
@entry(*CASEWORKERS)
def answer_escalation(number: int) -> Any:
    """Say "I have it", in a sentence; what was typed stays where it is refused."""
    typed = request.form.get("answer", "")
    with edge.reading() as cx:
        ref = escalations.case_of(cx, number)
    form = Acknowledgement(escalation_id=number, answer=typed)
    try:
        acknowledge_escalation(edge.cx(), ref, None, form)
    except NotFound:
        raise
    except Problem as problem:
        errors = problem.fields if isinstance(problem, Invalid) else {}
        return _page(Sheet(number, typed, problem.sentence, problem.status, errors))
    flash(f"You have {ref}: nobody else is called because of it.", "success")
    return redirect(url_for("staff.escalations_page", view=_view()))


def _page(sheet: Sheet) -> Response:
    view = _view()
    with edge.reading() as cx:
        found = escalations.listed(cx, view, after=_place(), limit=PAGE)
        counts = escalations.counts(cx)
        now = cx.now
    page = render_template(
        "staff/escalations.html",
        view=view,
        tabs=[(name, label, _shown(counts[name])) for name, label in VIEWS.items()],
        groups=_groups(found.rows, now),
        sheet=sheet,
        on_page=any(row.id == sheet.number for row in found.rows),
        after=_address(view, found.next_after) if found.next_after else "",
        first=_address(view, None) if request.args.get("cursor") else "",
        now=now,
        me=edge.principal().id,
        most=MOST,
        words=words,
        clock_words=clock_words,
    )
    return make_response(page, sheet.status)


def _groups(rows: Sequence[Escalated], now: datetime) -> list[Group]:
    late = tuple(row for row in rows if row.due_at < now)
    in_time = tuple(row for row in rows if row.due_at >= now)
    groups = (
        Group("The time ran out", True, late),
        Group("Still in time", False, in_time),
    )
    return [group for group in groups if group.rows]


def _view() -> str:
    """The view that the address or the form asks for; one's own where it asks for none."""
    wanted = request.values.get("view", "")
    return wanted if wanted in VIEWS else "mine"


def _address(view: str, after: Cursor | None) -> str:
    cursor = f"{after[0].isoformat()}_{after[1]}" if after is not None else None
    return url_for("staff.escalations_page", view=view, cursor=cursor)


def _place() -> Cursor | None:
    """The cursor of the address; None where it is missing or no cursor of ours."""
    at, _, number = request.args.get("cursor", "")[:60].replace(" ", "+").rpartition("_")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    right = instant.tzinfo is not None and number.isdecimal() and len(number) < 16
    return (instant, int(number)) if right else None


def _shown(count: int) -> str:
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"
