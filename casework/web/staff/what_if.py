"""What if: a change of a contract tried before it is made. First by example, at once; then over all
open cases or over history, by a study that the worker answers. It changes no contract and no case.
"""

from datetime import date
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound
from casework.queries import studies as asked_studies
from casework.queries.contracts import Current, current_versions
from casework.queries.studies import Study
from casework.queries.what_if import Example, by_example
from casework.records import histories, readings
from casework.records.contract_differences import POLICIES
from casework.services import studies
from casework.services.studies import Question
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import study_words, words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.plans import clock_words
from casework.web.staff.rules import LAYER_WORDS
from casework.web.staff.what_if_form import Tried, offered_layers, tried
from sla.calendars import zone

_MOST_ROWS: Final = 100
_DATES: Final = ("since", "until")


@staff.get("/rules/what-if")
@entry(*WATCHERS)
def what_if() -> Response:
    """Choose a contract, change it, and see by example what would move."""
    return _page(request.args)


@staff.post("/rules/what-if/ask")
@entry(*WATCHERS)
def ask_what_if() -> Response:
    """Ask the same over all open cases, or over history."""
    current, form = _chosen(request.form)
    if current is None or form is None:
        raise NotFound("There is no such contract.")
    errors = dict(form.errors)
    dates: dict[str, date | None] = {}
    for name in _DATES:
        dates[name], error = _day(request.form.get(name, ""))
        if error:
            errors[name] = error
    kind = request.form.get("kind", "")
    if kind not in histories.KINDS:
        errors["ask"] = "Choose what to ask: open cases, or history."
    if not errors and not form.change:
        errors["layers"] = "Nothing is changed yet: tick another layer, or set a policy."
    if not errors:
        history = kind == histories.REPLAY
        question = Question(
            kind=kind,
            after=readings.worded(readings.STAMPED, form.change),
            contract=current.code,
            since=dates["since"] if history else None,
            until=dates["until"] if history else None,
        )
        try:
            number = studies.ask_study(edge.cx(), question)
            return redirect(url_for("staff.study", number=number))
        except Invalid as refused:
            errors = {
                name if name in _DATES else "ask": said for name, said in refused.fields.items()
            }
    return _page(request.form, errors=errors)


@staff.get("/rules/what-if/<int:number>")
@entry(*WATCHERS)
def study(number: int) -> str:
    """One study: how far it is, and what it found."""
    with edge.reading() as cx:
        found = asked_studies.study(cx, number)
        rows = asked_studies.named(cx, found.tally.get("found", ()))
        contracts = {each.code: each for each in current_versions(cx)}
        contract = contracts.get(found.asked["contract"])
        change = study_words.change_of(cx, found.asked["after"])
    return render_template(
        "staff/study.html",
        study=found,
        title=study_words.title(found, contract.name if contract else ""),
        change=change,
        command=study_words.command(found),
        rows=rows[:_MOST_ROWS],
        most=_MOST_ROWS,
        sees_cases=bool(edge.principal().roles & CASEWORKERS),
        zone=contract.contract.time_zone if contract else "America/New_York",
        answer=study_words.answer_of(found),
        now=edge.cx().now,
        directions=asked_studies.MOVES,
        consequences=study_words.CONSEQUENCES,
        clock_words=clock_words,
        words=words,
        instant=study_words.instant,
    )


@staff.get("/rules/what-if/<int:number>/progress")
@entry(*WATCHERS, passive=True)
def study_progress(number: int) -> Response:
    """How far a study is, for the page that waits for it; once it is answered the page comes
    anew."""
    with edge.reading() as cx:
        found = asked_studies.study(cx, number)
    answer = make_response(render_template("staff/study_progress.html", study=found))
    if not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _page(args: Any, *, errors: dict[str, str] | None = None) -> Response:
    current, form = _chosen(args)
    with edge.reading() as cx:
        contracts = current_versions(cx)
        recent = asked_studies.studies(cx)
    wrong = dict(errors or (form.errors if form else {}))
    moved: tuple[Example, ...] = ()
    compared = 0
    if current and form and not form.errors:
        on = edge.cx().now.astimezone(zone(current.contract.time_zone)).date()
        moved, compared = by_example(current.contract, form.contract, on)
    page = render_template(
        "staff/what_if.html",
        contracts=[(each.code, each.name) for each in sorted(contracts, key=_by_name)],
        current=current,
        form=form,
        errors=wrong,
        typed={name: args.get(name, "")[:40] for name in _DATES},
        moved=moved,
        compared=compared,
        recent=[(each, study_words.title(each, _name_of(contracts, each))) for each in recent],
        layers=[
            (layer, LAYER_WORDS.get(layer, layer)) for layer in offered_layers(current.contract)
        ]
        if current
        else [],
        policies=POLICIES,
        now=edge.cx().now,
        clock_words=clock_words,
        words=words,
        instant=study_words.instant,
    )
    return make_response(page, 422 if wrong else 200)


def _chosen(args: Any) -> tuple[Current | None, Tried | None]:
    """The contract that the arguments name, with the change that they make; None for none."""
    with edge.reading() as cx:
        found = {each.code: each for each in current_versions(cx)}.get(args.get("contract", ""))
    return (found, tried(args, found.contract)) if found else (None, None)


def _by_name(each: Current) -> str:
    return each.name


def _name_of(contracts: tuple[Current, ...], each: Study) -> str:
    return next((c.name for c in contracts if c.code == each.asked["contract"]), "")


def _day(typed: str) -> tuple[date | None, str]:
    if not typed.strip():
        return None, ""
    try:
        return date.fromisoformat(typed.strip()), ""
    except ValueError:
        return None, "Write the date as 2026-01-31, or leave it empty."
