"""How many people for these clocks: a form that starts with the house as it is, an answer that the
worker plays through, as a sentence, a chart and its table. It reckons nothing itself."""

from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid
from casework.queries import staffing as asked_studies
from casework.queries.staffing import Study
from casework.services import staffing
from casework.staffing import answer
from casework.staffing.answer import Tried
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.bar_chart import BarChart, Group, bar_chart
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file
from casework.web.staff.staffing_form import (
    DAYS,
    FIELDS,
    GROUPS,
    WORKS,
    Filled,
    from_asked,
    from_form,
    from_measures,
)

LEADS: Final = frozenset({"supervisor", "compliance"})
HEADS: Final = (
    "people",
    "share_late",
    "share_late_least_of_a_run",
    "share_late_most_of_a_run",
    "share_late_standard",
    "share_late_urgent",
    "hours_until_taken",
    "hours_until_done",
    "utilisation",
    "mean_waiting",
)


@staff.get("/staffing")
@entry(*LEADS)
def staffing_page() -> Response:
    """The form: as the house is, or as a study was asked (`like`)."""
    work = request.args.get("work", "")
    work = work if work in WORKS else "prior_auth"
    like = request.args.get("like", "")
    with edge.reading() as cx:
        if like.isdecimal() and len(like) < 12:
            return _page(from_asked(asked_studies.study(cx, int(like)).asked), None)
        found = asked_studies.measured(cx, work)
    return _page(from_measures(work, found), found)


@staff.post("/staffing")
@entry(*LEADS)
def ask_staffing() -> Response:
    """Ask it; the worker plays it through."""
    form = from_form(request.form)
    if form.question is None:
        return _page(form, None)
    try:
        number = staffing.ask_staffing(edge.cx(), form.question)
    except Invalid as refused:
        return _page(Filled(form.work, form.values, form.days, refused.fields, form.question), None)
    return redirect(url_for("staff.staffing_study", number=number))


@staff.get("/staffing/<int:number>")
@entry(*LEADS)
def staffing_study(number: int) -> str:
    """One study: how far it is, and its answer."""
    with edge.reading() as cx:
        study = asked_studies.study(cx, number)
    found = answer.enough(study.rows, study.asked["target"]) if study.state == "done" else None
    return render_template(
        "staff/staffing_study.html",
        study=study,
        found=found,
        said=sentence(study, found),
        chart=_chart(study) if study.rows else None,
        form=from_asked(study.asked),
        days=DAYS,
        fields=FIELDS,
        works=WORKS,
        per_cent=per_cent,
        hours=hours,
        now=edge.cx().now,
    )


@staff.get("/staffing/<int:number>/progress")
@entry(*LEADS, passive=True)
def staffing_progress(number: int) -> Response:
    """How far it is, for the page that waits; once it is answered the page comes anew."""
    with edge.reading() as cx:
        study = asked_studies.study(cx, number)
    page = make_response(render_template("staff/staffing_progress.html", study=study))
    if not study.running:
        page.headers["HX-Refresh"] = "true"
    return page


@staff.get("/staffing/<int:number>.csv")
@entry(*LEADS)
def staffing_file(number: int) -> Response:
    """The table of the answer as a file."""
    with edge.reading() as cx:
        study = asked_studies.study(cx, number)
    return csv_file(f"staffing-{number}.csv", HEADS, (_row(row) for row in study.rows))


def sentence(study: Study, found: Tried | None) -> str:
    """The answer in one sentence."""
    if study.state != "done":
        return ""
    many, one = WORKS[study.asked["work"]][1:]
    target = per_cent(study.asked["target"])
    if found is None:
        best = min(study.rows, key=_late)
        return (
            f"No number of {many} that was tried keeps late work at {target}: with {best.people}"
            f" it is still {per_cent(best.late)}. More people do not help where the limit passes"
            " while nobody is there: change the working days and hours, or what is kept back."
        )
    there = int(study.asked["people"])
    by_people = {row.people: row for row in study.rows}
    words = one if found.people == 1 else many
    less = by_people.get(found.people - 1)
    said = f"{found.people} {words} are enough" if found.people != 1 else f"One {one} is enough"
    said += f" for these clocks: {per_cent(found.late)} would be late, at most {target} is wanted."
    if less is not None:
        said += f" With {less.people} it would be {per_cent(less.late)}."
    if there != found.people and there in by_people:
        said += f" With the {there} of now it is {per_cent(by_people[there].late)}."
    return said


def per_cent(share: float) -> str:
    """A share in words: one decimal below ten per cent."""
    if 0 < share < 0.0005:
        return "less than 0.1 %"
    said = f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"
    return f"{said.removesuffix('.0')} %"


def hours(value: float) -> str:
    """Hours in words."""
    if value < 1:
        return f"{60 * value:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:.1f} days"


def _late(row: Tried) -> float:
    return row.late


def _page(form: Filled, found: Any) -> Response:
    with edge.reading() as cx:
        recent = asked_studies.studies(cx)
    page = render_template(
        "staff/staffing.html",
        form=form,
        measured=found,
        recent=[(one, _title(one)) for one in recent],
        days=DAYS,
        fields={name: (label, hint) for name, label, hint, _ in FIELDS},
        groups=GROUPS,
        works=WORKS,
        now=edge.cx().now,
    )
    return make_response(page, 422 if form.errors else 200)


def _title(study: Study) -> str:
    if study.state != "done":
        return WORKS[study.asked["work"]][0]
    found = answer.enough(study.rows, study.asked["target"])
    many, one = WORKS[study.asked["work"]][1:]
    if found is None:
        return f"{WORKS[study.asked['work']][0]}: no number is enough"
    return f"{WORKS[study.asked['work']][0]}: {found.people} {one if found.people == 1 else many}"


def _chart(study: Study) -> BarChart:
    """How much would be late by the number of people, in tenths of a per cent of all cases."""
    groups = [Group(str(row.people), "", (round(100 * row.late),)) for row in study.rows]
    return bar_chart(
        "Late, per cent of all cases, by the number of people",
        ("Late",),
        groups,
        summary=f"From {study.rows[0].people} people to {study.rows[-1].people}.",
    )


def _row(row: Tried) -> tuple[Any, ...]:
    return (
        row.people,
        f"{row.late:.4f}",
        f"{row.late_least:.4f}",
        f"{row.late_most:.4f}",
        *(f"{row.by_kind.get(name, 0):.4f}" for name in ("standard", "urgent")),
        f"{row.wait:.2f}",
        f"{row.turnaround:.2f}",
        f"{row.utilisation:.4f}",
        f"{row.queue:.2f}",
    )
