"""What will be late in the next days, where, with whom, and how well that was said before. The
worker reckons; this page shows it within reach, and each number leads to its cases."""

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.queries import forecasts as made_forecasts
from casework.queries.forecasts import HOURS, WHICH, Cursor, Day, Pile
from casework.queries.queues import names as queues_named
from casework.services import forecasts
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.bar_chart import BarChart, Group, bar_chart
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file
from casework.web.staff.plans import clock_words
from casework.web.staff.staffing import LEADS

ZONE: Final = "America/New_York"
PAGE: Final = 50
IN_CHART: Final = 8
TITLES: Final = {
    "due": "Due in the next {hours} hours",
    "expected": "Expected to be late within {hours} hours",
    "sure": "Almost surely late within {hours} hours",
    "overdue": "Late already",
}
HEADS: Final = ("sort", "where", "due", "expected_late", "almost_surely_late", "late_already")


@staff.get("/forecast")
@entry(*LEADS)
def forecast() -> str:
    """The newest forecast by queue and person, how it was made, how earlier ones did."""
    hours = _hours()
    with edge.reading() as cx:
        made = made_forecasts.newest(cx)
        waits = made_forecasts.is_being_made(cx)
        record = made_forecasts.record(cx, hours)
        whole = made_forecasts.whole(cx, made, hours) if made else None
        queues = made_forecasts.by_queue(cx, made, hours) if made else ()
        people = made_forecasts.by_person(cx, made, hours) if made else ()
        names = queues_named(cx)
    return render_template(
        "staff/forecast.html",
        hours=hours,
        choices=HOURS,
        made=made,
        waits=waits,
        whole=whole,
        groups=(
            ("queue", "Queue", [(each, words.queue(each.key, names)) for each in queues]),
            ("person", "Person", [(each, each.words or "Nobody yet") for each in people]),
        ),
        chart=_chart(queues, names, hours),
        record=record,
        record_chart=_record_chart(record),
        said=sentence(whole, hours) if whole else "",
        how_well=how_well(record, hours),
        words=words,
        number=number,
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.post("/forecast")
@entry(*LEADS)
def ask_forecast() -> Response:
    """Have it reckoned anew."""
    forecasts.ask_forecast(edge.cx())
    return redirect(url_for("staff.forecast", hours=_hours()))


@staff.get("/forecast.csv")
@entry(*LEADS)
def forecast_file() -> Response:
    """Both tables as a file."""
    hours = _hours()
    with edge.reading() as cx:
        made = made_forecasts.newest(cx)
        queues = made_forecasts.by_queue(cx, made, hours) if made else ()
        people = made_forecasts.by_person(cx, made, hours) if made else ()
        names = queues_named(cx)
    rows = [("queue", words.queue(each.key, names), each) for each in queues]
    rows += [("person", each.words or "nobody yet", each) for each in people]
    return csv_file(
        f"forecast-{hours}-hours.csv",
        HEADS,
        (
            (sort, said, one.due, f"{one.expected:.2f}", one.sure, one.overdue)
            for sort, said, one in rows
        ),
    )


@staff.get("/forecast/cases")
@entry(*LEADS)
def forecast_cases() -> str:
    """The cases behind one number."""
    hours, which = _hours(), request.args.get("which", "expected")
    which = which if which in WHICH else "expected"
    typed, person = request.args.get("queue"), request.args.get("person", "")
    queue = typed if typed is None else typed.replace("\0", "")[:30]
    number_of = int(person) if person.isdecimal() and len(person) < 12 else None
    with edge.reading() as cx:
        made = made_forecasts.newest(cx)
        found = (
            made_forecasts.cases(
                cx,
                made,
                hours,
                which=which,
                queue=queue,
                person=number_of,
                after=_place(),
                limit=PAGE,
            )
            if made
            else made_forecasts.Cases((), None)
        )
        names = queues_named(cx)
    more: dict[str, Any] = {"hours": hours, "which": which, "queue": queue, "person": number_of}
    return render_template(
        "staff/forecast_cases.html",
        hours=hours,
        title=TITLES[which].format(hours=hours),
        queue=queue,
        names=names,
        made=made,
        found=found,
        total=sum(row.likely for row in found.rows),
        first=url_for("staff.forecast_cases", **more) if _place() else "",
        after=url_for("staff.forecast_cases", cursor=_cursor(found.next_after), **more)
        if found.next_after
        else "",
        clock_words=clock_words,
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )


def sentence(whole: Pile, hours: int) -> str:
    """The forecast in a sentence."""
    if not whole.due:
        said = f"Nothing is due in the next {hours} hours."
    else:
        expected = number(whole.expected)
        said = (
            f"Of {whole.due:,} cases that are due in the next {hours} hours, about {expected}"
            " will be late if nothing changes."
        )
        if whole.sure:
            said += f" {whole.sure:,} of them almost surely."
    if whole.overdue:
        said += f" {whole.overdue:,} are late already and stand before them in the line."
    return said


def how_well(record: tuple[Day, ...], hours: int) -> str:
    """The newest forecast that could be checked, in a sentence."""
    for day in record:
        if day.happened is not None:
            extra = ""
            if day.unforeseen:
                extra = f" {day.unforeseen:,} more were late that no forecast of that day knew of."
            return (
                f"The forecast of {day.day:%A}, {day.day:%B} {day.day.day}, expected"
                f" {number(day.expected)} late of {day.due:,} within {hours} hours;"
                f" {day.happened:,} were.{extra}"
            )
    return ""


def number(value: float) -> str:
    """An expected number in words: one decimal where it is small."""
    if value < 0.05:
        return "none"
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def _hours() -> int:
    asked = request.values.get("hours", "")
    return next((hours for hours in HOURS if str(hours) == asked), HOURS[0])


def _chart(queues: tuple[Pile, ...], names: Mapping[str, str], hours: int) -> BarChart | None:
    shown = queues[:IN_CHART]
    if not shown:
        return None
    return bar_chart(
        f"Due in the next {hours} hours, by queue",
        ("Due", "Expected to be late"),
        [Group(_short(words.queue(p.key, names)), "", (p.due, round(p.expected))) for p in shown],
        summary=f"First: {words.queue(shown[0].key, names)}.",
    )


def _record_chart(record: tuple[Day, ...]) -> BarChart | None:
    known = [day for day in reversed(record) if day.happened is not None]
    if len(known) < 2:
        return None
    return bar_chart(
        "Expected and happened, day by day",
        ("Expected to be late", "Were late"),
        [
            Group(f"{d.day:%b} {d.day.day}", f"{d.day:%a}", (round(d.expected), d.happened or 0))
            for d in known
        ],
        summary=f"{len(known)} days.",
    )


def _short(said: str) -> str:
    return said if len(said) <= 14 else f"{said[:13]}…"


def _cursor(after: Cursor) -> str:
    return f"{after[0]!r}_{after[1]}"


def _place() -> Cursor | None:
    """The cursor of the address; None where it is missing or no cursor of ours."""
    at, _, case_id = request.args.get("cursor", "")[:60].rpartition("_")
    plain = at.replace(".", "", 1)
    if not (plain.isascii() and plain.isdecimal() and case_id.isdecimal() and len(case_id) < 16):
        return None
    return (float(at), int(case_id))
