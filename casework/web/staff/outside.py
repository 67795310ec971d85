"""The page of a review outside: whose turn it was, what the body wants, the packet and its proof,
the hearing; and the hearing as a calendar file that says nothing of health."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.errors import NotFound, Problem
from casework.queries import case_file, outside
from casework.services import case_files as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page, outside_words
from casework.web.staff.blueprint import CASEWORKERS, staff

HOUR: Final = timedelta(hours=1)


@staff.get("/cases/<ref>/outside")
@entry(*CASEWORKERS)
def outside_page(ref: str) -> Any:
    """Everything about the review outside; with `calendar` the hearing as a file for a calendar."""
    number = case_page.case_number(ref)
    if request.args.get("calendar"):
        return _calendar(number)
    return _page(number)


@staff.post("/cases/<ref>/outside")
@entry(*CASEWORKERS)
def change_outside(ref: str) -> Any:
    """Let the packet be made, or made anew; its bytes and its proof have their own places."""
    number = case_page.case_number(ref)
    does, given = edge.form("does", limit=10), edge.form("number", limit=9)
    try:
        if does == "ask":
            form = commands.Asking(scope="packet")
            commands.ask_case_file(edge.cx(), number, None, form)
        elif does == "anew" and given.isdecimal():
            commands.remake_case_file(edge.cx(), number, None, int(given))
        else:
            raise NotFound("There is no such step.")
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_page(number, problem), problem.status)
    flash("The packet is being made; look again in a moment.", "success")
    return redirect(url_for("staff.outside_page", ref=number))


def _page(number: str, problem: Problem | None = None) -> str:
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        case_page.see(file.case, "outside")
        return render_template(
            "staff/outside.html",
            **case_page.frame_of(cx, file),
            out=outside.of_case(cx, file.case),
            problem=problem,
            told=outside_words,
            may={
                name: policy.refusal(cx.principal, "external_review", name) is None
                for name in ("ask_case_file", "clear_case_file", "send_file", "schedule_hearing")
            },
            **case_page.presence_of(number, ()),
        )


def _calendar(number: str) -> Response:
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        case_page.see(case, "hearing")
        found = outside.of_case(cx, case).hearing
        if found is None:
            raise NotFound("No hearing is set.")
        said = calendar_file(case.ref, found, at=cx.now)
    answer = make_response(said)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}-hearing.ics"'
    return answer


def calendar_file(ref: str, hearing: outside.Hearing, *, at: datetime) -> str:
    """The hearing by RFC 5545: its number, hour and place; nobody's name and nothing of health."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Casework//Hearings//EN",
        "BEGIN:VEVENT",
        f"UID:{ref}@casework",
        f"SEQUENCE:{hearing.postponed}",
        f"DTSTAMP:{_instant(at)}",
        f"DTSTART:{_instant(hearing.at)}",
        f"DTEND:{_instant(hearing.at + HOUR)}",
        f"SUMMARY:{_plain(f'State fair hearing {ref}')}",
        f"LOCATION:{_plain(hearing.place)}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _plain(text: str) -> str:
    for given, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(given, written)
    return text


def _folded(line: str) -> list[str]:
    """Lines of at most 75 bytes; what goes on begins with a blank."""
    parts, rest = [], line
    while len(rest.encode()) > _MOST:
        cut = _MOST
        while len(rest[:cut].encode()) > _MOST:
            cut -= 1
        parts.append(rest[:cut])
        rest = f" {rest[cut:]}"
    return [*parts, rest]


_MOST: Final = 75
