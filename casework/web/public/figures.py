"""The public figures of a year for everybody: without sign-in, as the compliance officer published
them, in words, as CSV and as JSON. Nothing that is not published is here.
"""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from casework.errors import NotFound
from casework.queries import public_figures as published
from casework.queries.public_figures import Edition
from casework.records import year_figures
from casework.web import edge, figure_words
from casework.web.access import PUBLIC, entry
from casework.web.public.blueprint import public
from casework.web.staff.csv_file import csv_file


@public.get("/prior-authorization-figures")
@entry(PUBLIC)
def all_figures() -> str:
    """Which years of which plans are published."""
    with edge.reading() as cx:
        held = published.newest_editions(cx)
    newest = sorted(held, key=lambda each: (-each.year, str(each.figures["unit"]["name"])))
    return render_template("public/all_figures.html", held=newest, levels=figure_words.LEVELS)


@public.get("/prior-authorization-figures/<unit>/<int:year>")
@entry(PUBLIC)
def figures(unit: str, year: int) -> str:
    """One year of one plan, by the edition that holds or the one that is asked for."""
    edition, every = _asked(unit, year)
    return page(edition, every)


@public.get("/prior-authorization-figures/<unit>/<int:year>.csv")
@entry(PUBLIC)
def figures_csv(unit: str, year: int) -> Response:
    """The same as a file for a spreadsheet."""
    edition, _ = _asked(unit, year)
    name = f"prior-authorization-figures-{edition.unit}-{year}-edition-{edition.edition}.csv"
    return csv_file(name, figure_words.HEADS, figure_words.rows(edition.figures))


@public.get("/prior-authorization-figures/<unit>/<int:year>.json")
@entry(PUBLIC)
def figures_json(unit: str, year: int) -> Response:
    """The very bytes whose hash the page prints."""
    edition, _ = _asked(unit, year)
    answer = make_response(year_figures.canonical(edition.figures))
    answer.headers["Content-Type"] = "application/json"
    return answer


def page(edition: Edition, every: tuple[Edition, ...], *, preview: bool = False) -> str:
    """The page of an edition, as everybody reads it; a `preview` says that it is none yet."""
    shown = edition.figures
    return render_template(
        "public/figures.html",
        edition=edition,
        figures=shown,
        unit=shown["unit"],
        shares=year_figures.shares(shown),
        times=year_figures.times(shown),
        every=every,
        newest=not every or edition.edition == every[0].edition,
        preview=preview,
        words=figure_words,
    )


def _asked(unit: str, year: int) -> tuple[Edition, tuple[Edition, ...]]:
    with edge.reading() as cx:
        every = published.editions(cx, unit[:40], year)
    if not every:
        raise NotFound("No figures of that year are published here.")
    wanted = request.args.get("edition", "")
    if not wanted:
        return every[0], every
    for each in every:
        if str(each.edition) == wanted:
            return each, every
    raise NotFound("There is no such edition.")
