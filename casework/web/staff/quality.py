"""The quality sample: draw finished work, look at each decision again, see who agrees how often."""

from datetime import date, datetime
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid
from casework.queries import quality as drawn_before
from casework.queries.quality import QUESTIONS, WHICH, Cursor, Reviewer
from casework.services import quality
from casework.services.quality import Draw, Finding
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.bar_chart import BarChart, bar_chart
from casework.web.staff.bar_chart import Group as Bars
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file
from casework.web.staff.staffing import LEADS
from sla.calendars import local_day, zone

ZONE: Final = "America/New_York"
PAGE: Final = 50
IN_CHART: Final = 10
ASKED: Final = {
    "right_decision": "Was the decision right?",
    "right_reason": "Was the reason right?",
    "letter_right": "Was the letter right?",
    "on_time": "Was it on time?",
}
SHORT: Final = {
    "right_decision": "Decision",
    "right_reason": "Reason",
    "letter_right": "Letter",
    "on_time": "On time",
}
ANSWERS: Final = (("yes", "Yes"), ("no", "No"), ("none", "Does not apply"))
LISTED: Final = {"all": "All", "open": "To look at", "wrong": "Something was wrong"}
HEADS: Final = (
    "reviewer",
    "drawn",
    "looked_at",
    *(f"{name}_{what}" for name in QUESTIONS for what in ("right", "of")),
)


@staff.get("/quality")
@entry(*LEADS)
def quality_page() -> Response:
    """A month's findings by reviewer, and the drawn decisions."""
    return _page({}, request.args)


@staff.post("/quality/draw")
@entry(*LEADS)
def draw_sample() -> Response:
    """Draw a sample of a month."""
    month, most = _month(request.form.get("month", "")), request.form.get("most_each", "").strip()
    errors: dict[str, str] = {}
    if month is None:
        errors["month"] = "Write a month as 2027-03."
    if not (most.isascii() and most.isdecimal() and len(most) < 4):
        errors["most_each"] = "Write a whole number."
    if month is not None and not errors:
        try:
            quality.draw_sample(edge.cx(), Draw(month=month, most_each=int(most)))
            return redirect(url_for("staff.quality_page", month=f"{month:%Y-%m}", which="open"))
        except Invalid as refused:
            errors = refused.fields
    return _page(errors, request.form)


@staff.get("/quality.csv")
@entry(*LEADS)
def quality_file() -> Response:
    """The findings by reviewer as a file."""
    month = _month(request.args.get("month", ""))
    with edge.reading() as cx:
        found = drawn_before.reviewers(cx, month)
    name = f"quality-{month:%Y-%m}.csv" if month else "quality.csv"
    return csv_file(
        name,
        HEADS,
        (
            (
                one.name,
                one.drawn,
                one.looked,
                *(n for q in QUESTIONS for n in (one.right[q].part, one.right[q].whole)),
            )
            for one in found
        ),
    )


@staff.get("/quality/<int:number>")
@entry(*LEADS)
def quality_review(number: int) -> Response:
    """One drawn decision: the form, or what was found."""
    return _review(number, {}, {})


@staff.post("/quality/<int:number>")
@entry(*LEADS)
def record_finding(number: int) -> Response:
    """Say what was found, then go on with the next."""
    typed = {name: request.form.get(name, "") for name in QUESTIONS}
    allowed = {value for value, _ in ANSWERS}
    errors = {name: "Choose one." for name, value in typed.items() if value not in allowed}
    note = edge.form("note", limit=4000)
    if not errors:
        try:
            form = Finding(**typed, note=note)  # type: ignore[arg-type]  # held against ANSWERS
            quality.record_finding(edge.cx(), number, form)
        except Invalid as refused:
            errors = refused.fields
    if errors:
        return _review(number, errors, typed | {"note": note})
    with edge.reading() as cx:
        month = drawn_before.one(cx, number).decided_at.astimezone(zone(ZONE)).date()
        following = drawn_before.next_open(cx, month.replace(day=1))
    if following is not None:
        return redirect(url_for("staff.quality_review", number=following, after=number))
    return redirect(url_for("staff.quality_page", month=f"{month:%Y-%m}"))


def per_cent(value: float | None) -> str:
    """A share in words; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.0f} %"


def _review(number: int, errors: dict[str, str], typed: dict[str, str]) -> Response:
    with edge.reading() as cx:
        found = drawn_before.one(cx, number)
    after = request.args.get("after", "")
    page = render_template(
        "staff/quality_review.html",
        one=found,
        own=found.decided_by_id == edge.principal().id,
        errors=errors,
        typed=typed,
        asked=ASKED,
        answers=ANSWERS,
        answer_words=dict(ANSWERS),
        saved=after.isdecimal(),
        month=f"{found.decided_at.astimezone(zone(ZONE)):%Y-%m}",
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )
    return make_response(page, 422 if errors else 200)


def _page(errors: dict[str, str], args: Any) -> Response:
    this = local_day(edge.cx().now, zone(ZONE)).replace(day=1)
    month = _month(args.get("month", "")) or this
    which = args.get("which", "all")
    which = which if which in WHICH else "all"
    typed = args.get("reviewer", "")
    reviewer = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    with edge.reading() as cx:
        found = drawn_before.reviewers(cx, month)
        page = drawn_before.drawn(
            cx, month=month, which=which, reviewer=reviewer, after=_place(), limit=PAGE
        )
        samples = drawn_before.samples(cx)
        following = drawn_before.next_open(cx, month)
    more: dict[str, Any] = {"month": f"{month:%Y-%m}", "which": which, "reviewer": reviewer or None}
    answer = render_template(
        "staff/quality.html",
        month=month,
        most_each=args.get("most_each", "2")[:4],
        errors=errors,
        whole=drawn_before.all_of(found),
        reviewers=found,
        chart=_chart(found),
        rows=page.rows,
        which=which,
        listed=LISTED,
        reviewer=reviewer,
        samples=samples,
        following=following,
        questions=QUESTIONS,
        short=SHORT,
        answer_words=dict(ANSWERS),
        per_cent=per_cent,
        first=url_for("staff.quality_page", **more) if _place() else "",
        after=url_for("staff.quality_page", cursor=_cursor(page.next_after), **more)
        if page.next_after
        else "",
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )
    return make_response(answer, 422 if errors else 200)


def _chart(found: tuple[Reviewer, ...]) -> BarChart | None:
    shown = [one for one in found if one.looked][:IN_CHART]
    if not shown:
        return None
    return bar_chart(
        "Looked at again, by reviewer",
        ("Looked at", "The decision was right"),
        [Bars(one.name.partition(",")[0][:14], "", (one.looked, one.agreed.part)) for one in shown],
        summary=f"{len(shown)} reviewers.",
    )


def _month(typed: str) -> date | None:
    try:
        month = date.fromisoformat(f"{typed.strip()[:7]}-01")
    except ValueError:
        return None
    return month if 2000 <= month.year < 2200 else None


def _cursor(after: Cursor) -> str:
    return f"{after[0].isoformat()}_{after[1]}"


def _place() -> Cursor | None:
    """The cursor of the address; None where it is missing or no cursor of ours."""
    at, _, number = request.args.get("cursor", "")[:60].replace(" ", "+").rpartition("_")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    right = instant.tzinfo is not None and number.isdecimal() and len(number) < 16
    return (instant, int(number)) if right else None
