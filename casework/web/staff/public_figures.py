"""The public figures of a year for those who make them: counted by the worker, each number opening
to its cases, previewed as everybody will read it, and published by a compliance officer.

An administrator and a supervisor see the figures of the whole unit; cases are listed within reach.
"""

from datetime import date
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound, StateRefused
from casework.queries import public_figures as told
from casework.queries.public_figures import Count, Edition
from casework.records import year_figures
from casework.records.reporting_units import FIRST_YEAR, unit_of
from casework.services import public_figures
from casework.services.public_figures import Publication, Wanted
from casework.web import edge, figure_words
from casework.web.access import entry
from casework.web.public import figures as public_page
from casework.web.staff import number_words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.csv_file import csv_file
from sla.calendars import local_day, zone

PAGE: Final = 50
ZONE: Final = "America/New_York"
COUNTERS: Final = frozenset({"supervisor", "compliance"})
PUBLISHERS: Final = frozenset({"compliance"})
CASE_HEADS: Final = (
    *("case", "what", "priority", "outcome", "extended", "received", "decided", "hours"),
)


@staff.get("/public-figures")
@entry(*WATCHERS)
def public_figures_page() -> Response:
    """How each unit's year stands, and the form that asks for a count."""
    return _page({})


@staff.post("/public-figures")
@entry(*COUNTERS)
def count_public_figures() -> Response:
    """Ask the worker to count a year."""
    form = request.form
    choices = {name: form.get(name, "") for name in year_figures.CHOICES}
    year = form.get("year", "")
    try:
        wanted = Wanted(
            unit=form.get("unit", "")[:40],
            year=int(year) if year.isdecimal() and len(year) == 4 else 0,
            choices={name: said or year_figures.DEFAULTS[name] for name, said in choices.items()},
        )
        number = public_figures.count_year(edge.cx(), wanted)
    except Invalid as refused:
        return _page(refused.fields)
    except NotFound as refused:
        return _page({"unit": refused.sentence})
    return redirect(url_for("staff.year_count", number=number))


@staff.get("/public-figures/<int:number>")
@entry(*WATCHERS)
def year_count(number: int) -> Response:
    """One count: how far it is, its figures, each with the cases behind it."""
    return _count_page(number, {})


@staff.get("/public-figures/<int:number>/progress")
@entry(*WATCHERS, passive=True)
def year_count_progress(number: int) -> Response:
    """How far a count is, for the page that waits for it."""
    with edge.reading() as cx:
        count = told.count(cx, number)
    answer = make_response(render_template("staff/year_count_progress.html", study=count))
    if not count.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


@staff.get("/public-figures/<int:number>/cases")
@entry(*(WATCHERS & CASEWORKERS))
def year_count_cases(number: int) -> str:
    """The cases behind one number, within reach."""
    which = request.args.get("which", "")[:40]
    after = request.args.get("after", "")
    place = int(after) if after.isdecimal() and len(after) < 16 else 0
    with edge.reading() as cx:
        count = _done(cx, number)
        of = told.behind(count.figures, which)
        rows = told.cases(cx, number, of, after=place, limit=PAGE + 1)
        within = told.how_many(cx, number, of)
    following = rows[PAGE - 1].id if len(rows) > PAGE else 0
    return render_template(
        "staff/year_count_cases.html",
        count=count,
        which=which,
        title=number_words.title(count.figures, which),
        rows=rows[:PAGE],
        within=within,
        number=number_words.value_of(count.figures, which),
        zone=count.figures["unit"]["zone"],
        words=number_words,
        first=url_for("staff.year_count_cases", number=number, which=which) if place else "",
        after=url_for("staff.year_count_cases", number=number, which=which, after=following)
        if following
        else "",
    )


@staff.get("/public-figures/<int:number>/cases.csv")
@entry(*(WATCHERS & CASEWORKERS))
def year_count_cases_file(number: int) -> Response:
    """The same as a file: all of them."""
    which = request.args.get("which", "")[:40]
    with edge.reading() as cx:
        count = _done(cx, number)
        of = told.behind(count.figures, which)
        rows = told.cases(cx, number, of, limit=told.MOST_CASES)
    return csv_file(
        f"figures-{count.unit}-{count.year}-{which}.csv",
        CASE_HEADS,
        (number_words.case_row(row) for row in rows),
    )


@staff.get("/public-figures/<int:number>.csv")
@entry(*WATCHERS)
def year_count_file(number: int) -> Response:
    """The figures as a file, published or not."""
    with edge.reading() as cx:
        count = _done(cx, number)
    rows = figure_words.rows(count.figures)
    return csv_file(f"figures-{count.unit}-{count.year}.csv", figure_words.HEADS, rows)


@staff.get("/public-figures/<int:number>.json")
@entry(*WATCHERS)
def year_count_json(number: int) -> Response:
    """The figures as JSON: the bytes that would be published."""
    with edge.reading() as cx:
        count = _done(cx, number)
    answer = make_response(year_figures.canonical(count.figures))
    answer.headers["Content-Type"] = "application/json"
    name = f"figures-{count.unit}-{count.year}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff.get("/public-figures/<int:number>/preview")
@entry(*WATCHERS)
def year_count_preview(number: int) -> str:
    """The page as everybody would read it, before it is published."""
    with edge.reading() as cx:
        count = _done(cx, number)
    return public_page.page(_draft(count), (), preview=True)


@staff.post("/public-figures/<int:number>/publish")
@entry(*PUBLISHERS)
def publish_year(number: int) -> Response:
    """Publish these figures under the own name; a correction says why."""
    reason = request.form.get("reason", "")
    if request.form.get("sure") != "yes":
        return _count_page(number, {"sure": "Say that you have read the figures."}, reason=reason)
    try:
        public_figures.publish_figures(edge.cx(), Publication(count=number, reason=reason))
    except StateRefused as refused:
        return _count_page(number, {"sure": refused.sentence}, reason=reason)
    except Invalid as refused:
        return _count_page(number, refused.fields, reason=reason)
    return redirect(url_for("staff.year_count", number=number))


def _page(errors: Any) -> Response:
    with edge.reading() as cx:
        standings = told.standings(cx)
        now = cx.now
    roles = edge.principal().roles
    today = local_day(now, zone(ZONE))
    page = render_template(
        "staff/public_figures.html",
        standings=standings,
        units=sorted({(each.unit.code, each.unit.name) for each in standings}, key=_by_name),
        years=range(today.year, FIRST_YEAR - 1, -1),
        chosen={
            "unit": request.values.get("unit", ""),
            "year": request.values.get("year", str(today.year - 1)),
        },
        choices=number_words.CHOICES,
        errors=errors,
        may_count=bool(roles & COUNTERS),
        levels=figure_words.LEVELS,
        today=today,
        now=now,
        zone=ZONE,
        days=lambda due: (due - today).days,
    )
    return make_response(page, 422 if errors else 200)


def _by_name(each: tuple[str, str]) -> str:
    return each[1]


def _count_page(number: int, errors: Any, *, reason: str = "") -> Response:
    with edge.reading() as cx:
        count = told.count(cx, number)
        every = told.editions(cx, count.unit, count.year)
        others = told.counts_of(cx, count.unit, count.year)
        unit = unit_of(cx, count.unit)
        now = cx.now
    roles = edge.principal().roles
    figures = count.figures
    page = render_template(
        "staff/year_count.html",
        count=count,
        unit=unit,
        figures=figures,
        shares=year_figures.shares(figures) if figures else (),
        times=year_figures.times(figures) if figures else (),
        left_out=sorted(figures.get("left_out", {}).items()),
        every=every,
        edition=next((each for each in every if each.count_id == count.id), None),
        others=[each for each in others if each.id != count.id],
        errors=errors,
        reason=reason,
        lists=bool(roles & CASEWORKERS),
        may_publish=bool(roles & PUBLISHERS),
        over=local_day(count.as_of, zone(unit.zone)) > date(count.year, 12, 31),
        words=figure_words,
        numbers=number_words,
        zone=unit.zone,
        now=now,
    )
    return make_response(page, 422 if errors else 200)


def _done(cx: Any, number: int) -> Count:
    count = told.count(cx, number)
    if not count.figures:
        raise NotFound("This count is not done yet.")
    return count


def _draft(count: Count) -> Edition:
    """A count as the edition that it would be."""
    return Edition(
        unit=count.unit,
        year=count.year,
        edition=0,
        count_id=count.id,
        figures=count.figures,
        sha256="",
        reason="",
        published_on=count.as_of.date(),
        published_by="",
    )
