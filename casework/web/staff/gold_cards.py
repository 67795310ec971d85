"""Gold cards: who holds one on which record, whose record fell, who might get one.

Figures are of the whole house; the cases behind a record are those within the reader's reach. A
person grants and ends.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, url_for

from casework import policy
from casework.context import SYSTEM
from casework.errors import Invalid
from casework.queries import gold_cards as questions
from casework.records import gold_cards as records
from casework.services import gold_cards as commands
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff.blueprint import CASEWORKERS, staff
from statemachines import engine

KEEPERS: Final = ("supervisor", "compliance")
MOST_CASES: Final = 100
ZONE: Final = "America/New_York"


@staff.get("/gold-cards")
@entry(*STAFF)
def gold_cards() -> str:
    """Cards, doubts, proposals, and every other record."""
    return _page()


@staff.get("/gold-cards/<int:number>/<name>")
@entry(*CASEWORKERS)
def gold_record(number: int, name: str) -> str:
    """The requests behind the record of an office for a policy."""
    today = edge.cx().now.date()
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as cx:
        office = questions.office(cx, number)
        found = questions.of_office(cx, number)
    record, card = next((pair for pair in found if pair[0].policy == name), (None, None))
    with edge.reading() as cx:
        rows = records.cases_behind(cx, number, name, until=today, most=MOST_CASES)
    return render_template(
        "staff/gold_record.html",
        office=office,
        policy=name,
        record=record,
        card=card,
        bar=records.BAR,
        rows=rows,
        most=MOST_CASES,
        state_words=engine.words,
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.post("/gold-cards")
@entry(*KEEPERS)
def grant_gold_card() -> Any:
    """Grant a card."""
    office = edge.form("office", limit=18)
    form = commands.Grant(
        organization_id=int(office) if office.isdecimal() else 0,
        policy=edge.form("policy", limit=40),
        starts_on=_day(edge.form("starts_on", limit=20)),
        reason=edge.form("reason", limit=1000),
    )
    return _done(lambda cx: commands.grant(cx, form), told="The card is granted.")


@staff.post("/gold-cards/<int:number>/end")
@entry(*KEEPERS)
def end_gold_card(number: int) -> Any:
    """End a card."""
    reason = edge.form("reason", limit=1000)
    return _done(
        lambda cx: commands.end(cx, number, reason=reason), told="The card ends with this day."
    )


@staff.post("/gold-cards/<int:number>/keep")
@entry(*KEEPERS)
def keep_gold_card(number: int) -> Any:
    """Leave a card standing although its record fell."""
    reason = edge.form("reason", limit=1000)
    return _done(lambda cx: commands.keep(cx, number, reason=reason), told="The card stays.")


def _page(errors: dict[str, str] | None = None) -> str:
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as cx:
        found = questions.overview(cx)
    who = edge.principal()
    return render_template(
        "staff/gold_cards.html",
        found=found,
        bar=records.BAR,
        may=policy.refusal(who, "", commands.KEEP) is None,
        sees_cases=bool(who.roles & CASEWORKERS),
        errors=errors or {},
        today=edge.cx().now.date(),
        now=edge.cx().now,
        zone=ZONE,
    )


def _done(step: Callable[[Any], Any], *, told: str) -> Any:
    try:
        step(edge.cx())
    except Invalid as wrong:
        return _page(dict(wrong.fields) or {"reason": wrong.sentence}), wrong.status
    flash(told, "success")
    return redirect(url_for("staff.gold_cards"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
