"""Who looked at whom, for compliance: unusual looks first, or by person, member or case. Reading
this log is written down in it, for each member whose name is shown.
"""

from typing import Final

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from casework import observations
from casework.errors import NotFound
from casework.queries import emergency_access, looks
from casework.queries.looks import Asked, Log
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import look_words, words
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file

ZONE: Final = "America/New_York"
READERS: Final = frozenset({"compliance"})
HEADS: Final = ("who", "role", "member", "case", "times", "last", "what", "why_unusual")


@staff.get("/looks")
@entry(*READERS)
def looks_page() -> Response:
    """The log, and the form that narrows it."""
    asked = _asked()
    fault, log = "", Log((), 0, False)
    with edge.reading() as cx:
        people = looks.staff(cx)
        openings = emergency_access.unsettled_count(cx)
        try:
            log = looks.log(cx, asked)
        except NotFound as refused:
            fault = refused.sentence
    _seen(log)
    page = render_template(
        "staff/looks.html",
        asked=asked,
        log=log,
        fault=fault,
        openings=openings,
        people=people,
        days=looks.DAYS,
        reasons=looks.REASONS,
        words=words,
        read_in_words=look_words.read_in_words,
        most=looks.MOST,
        unusual=sum(bool(row.why) for row in log.rows),
        now=edge.cx().now,
        zone=ZONE,
        file={key: value for key, value in request.args.items() if value},
    )
    return make_response(page, 422 if fault else 200)


@staff.get("/looks.csv")
@entry(*READERS)
def looks_file() -> Response:
    """The same as a file."""
    with edge.reading() as cx:
        log = looks.log(cx, _asked())
    _seen(log)
    rows = (
        (
            row.actor,
            row.role,
            row.number,
            row.ref,
            row.count,
            row.last.isoformat(timespec="seconds") if row.last else "",
            " ".join(sorted(row.what)),
            "; ".join(looks.REASONS[reason] for reason in row.why),
        )
        for row in log.rows
    )
    return csv_file("who-looked.csv", HEADS, rows)


def _asked() -> Asked:
    days, person = request.args.get("days", ""), request.args.get("person", "")
    known = {str(each): each for each in looks.DAYS}
    return Asked(
        days=known.get(days, 30),
        person=int(person) if person.isdecimal() and len(person) < 16 else 0,
        member=request.args.get("member", "").strip()[:20],
        ref=request.args.get("case", "").strip().upper()[:24],
    )


def _seen(log: Log) -> None:
    """The reader saw these members' names and with whom they are: that is a look as well."""
    members = sorted({row.member_id for row in log.rows if row.member_id})
    if members:
        observations.looks(edge.cx(), members, what="who-looked")
