"""Time travel: in the demo anybody who is signed in may move "now" forward, and sees what happens.

The strip in the footer of every page and the page behind it; outside the demo none of it exists, no
strip and no route. It moves case time only: sessions, tokens and leases live on the wall clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework import now as clock
from casework.config import Settings
from casework.context import SYSTEM
from casework.errors import Invalid
from casework.queries import time_travel as travelled
from casework.queries.time_travel import COUNT_LIMIT
from casework.queries.worklist import DESK_ZONE
from casework.services import operations
from casework.web import edge, moments, redirects, time_told
from casework.web.access import SIGNED_IN, entry
from casework.web.time_told import Move, Told

time_travel = Blueprint("time_travel", __name__, url_prefix="/time-travel")
FIELD: Final = "to"
LONGEST: Final = 40
EXAMPLE: Final = "2026-11-23 15:10"
ZONE: Final = ZoneInfo(DESK_ZONE)
STEPS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Strip:
    """What the footer shows: the case time, and what the field proposes (local, for its input).

    `may_move` is False for strangers, and on the page that has the control in its middle.
    """

    now: datetime
    zone: str
    proposed: str
    may_move: bool
    back: str


class WrongMoment(ValueError):
    """What was typed is no moment to which time can be moved; the text says why."""


def install(app: Flask, settings: Settings) -> None:
    """Give templates `time_strip()` and `time_told()`; the routes exist in the demo alone."""
    app.jinja_env.globals.update(
        time_strip=strip, time_told=time_told.tell_once, weekday_moment=in_words, counted=counted
    )
    if time_told.is_here(settings):
        app.register_blueprint(time_travel)


def strip() -> Strip | None:
    """The strip of this page; None outside the demo, and where the database may not be asked."""
    if edge.bare() or not time_told.is_here(edge.settings()):
        return None
    here = edge.cx().now
    local = here.astimezone(ZONE)
    hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return Strip(
        now=here,
        zone=DESK_ZONE,
        proposed=_for_input(hour),
        may_move=edge.principal().kind == "user" and request.blueprint != time_travel.name,
        back=request.full_path.rstrip("?") if request.method == "GET" else "",
    )


def in_words(instant: datetime, zone: str) -> str:
    """An instant with its day of the week: "Sunday, November 22, 2026, 3:10 pm (Ohio)"."""
    day = moments.day(instant.astimezone(ZoneInfo(zone)).date(), weekday=True)
    clock_words = moments.clock(instant, zone)
    return str(gettext("%(day)s, %(clock)s (Ohio)", day=day, clock=clock_words))


def counted(count: int) -> str:
    """A count that stops at its limit: "12", "1,000+"."""
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"


@time_travel.get("")
@entry(SIGNED_IN)
def show() -> str:
    """The same control on a page of its own, with what happened since the last move."""
    return _page(told=time_told.tell())


@time_travel.get("/since")
@entry(SIGNED_IN, passive=True)
def since() -> Response:
    """The part of the page that tells what happened, as it is now; 204 before any move."""
    told = time_told.told()
    if told is None:
        return make_response("", 204)
    return make_response(render_template("components/time_since.html", told=told))


@time_travel.post("")
@entry(SIGNED_IN)
def move() -> Any:
    """Move time forward, wait shortly for the sweep, and return to the page it was asked from."""
    cx = edge.cx()
    typed = edge.form(FIELD, limit=LONGEST)
    by = request.form.get("by", "")
    started = clock.wall()
    try:
        target = _target(cx.now, by, typed)
        operations.move_time(cx, target)
    except WrongMoment as wrong:
        return _page(typed=typed, wrong=str(wrong)), 422
    except Invalid:
        return _page(typed=typed, wrong=_out_of_reach(cx.now)), 422
    time_told.remember(Move(cx.now, target, started))
    time_told.await_sweep(target, started)
    back = redirects.local(request.form.get("back", ""))
    return redirect(back or redirects.home_of(cx.principal))


def stepped(now: datetime, by: str) -> datetime:
    """One of the STEPS later, by Ohio's calendar: a day after 9 am is 9 am again, whatever its
    clocks do that night; an hour is an hour."""
    if by == "hour":
        return now + STEPS[by]
    return (now.astimezone(ZONE) + STEPS[by]).astimezone(UTC)


def read_moment(typed: str, *, now: datetime) -> datetime:
    """The instant that somebody typed in Ohio's time, as `2026-11-23T15:10` or with a blank.

    An hour that comes twice is the earlier one that still lies ahead. Raises WrongMoment with a
    sentence for an empty or strange text, for an hour that does not exist, and for the past.
    """
    if not typed:
        raise WrongMoment(gettext("Choose a date and a time."))
    try:
        local = datetime.fromisoformat(typed.replace(" ", "T"))
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None:
        raise WrongMoment(
            gettext("This is no date with a time. Write it like %(example)s.", example=EXAMPLE)
        )
    return _ahead(local, now)


def _ahead(local: datetime, now: datetime) -> datetime:
    try:
        twice = [local.replace(tzinfo=ZONE, fold=fold).astimezone(UTC) for fold in (0, 1)]
        later = [instant for instant in twice if instant > now]
    except OverflowError:
        raise WrongMoment(_out_of_reach(now)) from None
    if later and later[0].astimezone(ZONE).replace(tzinfo=None) != local:
        raise WrongMoment(
            gettext("Clocks go forward that night, and this hour is left out. Choose the next one.")
        )
    if not later:
        raise WrongMoment(_out_of_reach(now))
    return later[0]


def _target(now: datetime, by: str, typed: str) -> datetime:
    """The instant to which a button or the field leads. Raises WrongMoment."""
    if by == "next":
        with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
            mark = travelled.next_mark(house)
        if mark is None:
            raise WrongMoment(gettext("No clock runs, so no deadline comes next."))
        return mark
    return stepped(now, by) if by in STEPS else read_moment(typed, now=now)


def _page(*, told: Told | None = None, typed: str = "", wrong: str = "") -> str:
    back = request.form.get("back", "") if request.method == "POST" else request.path
    return render_template(
        "time_travel.html",
        told=told,
        typed=typed,
        errors={FIELD: wrong} if wrong else {},
        back=redirects.local(back),
    )


def _out_of_reach(now: datetime) -> str:
    moment = moments.moment(now, DESK_ZONE)
    return str(
        gettext(
            "Time only moves forward: choose a moment after %(moment)s, within ten years.",
            moment=moment,
        )
    )


def _for_input(local: datetime) -> str:
    return f"{local:%Y-%m-%dT%H:%M}"
