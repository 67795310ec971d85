"""Two composers on the page of a case: a note that stays inside, a message that leaves the plan.

They are told apart by colour, icon and words, and what leaves needs a tick that says so. Text that
is refused stays typed.
"""

from typing import Any, Final

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file
from casework.services import desk, messages
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page, readers
from casework.web.staff.blueprint import CASEWORKERS, staff

MOST_NOTE: Final = 8000
MOST_MESSAGE: Final = 4000
WHOM: Final = {"member": "the member", "office": "the office"}
LEAVES: Final = "Tick that you know it: this leaves the plan."


@staff.post("/cases/<ref>/note")
@entry(*CASEWORKERS)
def write_note(ref: str) -> Any:
    """Keep a note inside; it never refuses because the case moved on."""
    number = case_page.case_number(ref)
    text = edge.form("text", limit=MOST_NOTE)
    try:
        desk.add_note(edge.cx(), number, None, desk.Note(text=text))
    except NotFound:
        raise
    except Problem as problem:
        return _again(number, text, problem, inside=True)
    flash("The note is kept. Nobody outside reads it.", "success")
    return redirect(url_for("staff.case_page", ref=number))


@staff.post("/cases/<ref>/message")
@entry(*CASEWORKERS)
def write_outside(ref: str) -> Any:
    """Send the member, or the offices of the case, a message, once whoever writes says to whom, and
    that he knows that it leaves."""
    number = case_page.case_number(ref)
    text = edge.form("text", limit=MOST_MESSAGE)
    to = edge.form("to", limit=6)
    try:
        if edge.form("leaves", limit=3) != "yes":
            raise Invalid("Not sent yet.", fields={"leaves": LEAVES})
        if to not in WHOM:
            raise Invalid("Not sent yet.", fields={"to": readers.CHOOSE})
        form = messages.Answer(text=text, to="office" if to == "office" else "member")
        done = messages.answer_message(edge.cx(), number, None, form)
    except NotFound:
        raise
    except Problem as problem:
        return _again(number, text, problem, inside=False)
    flash(f"Sent to {WHOM[to]}: {', '.join(done.made.values())}.", "success")
    return redirect(url_for("staff.case_page", ref=number))


def _again(number: str, text: str, problem: Problem, *, inside: bool) -> Response:
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        frame = case_page.frame_of(cx, file) | {"readers": readers.readers(cx, file)}
    case_page.see(file.case, "case")
    faults = dict(problem.fields) if isinstance(problem, Invalid) else {}
    box = "inside-text" if inside else "outside-text"
    shown = render_template(
        "staff/write_outside.html",
        **frame,
        **case_page.presence_of(number, ()),
        problem=problem,
        inside=inside,
        outside_text=text,
        outside_to=edge.form("to", limit=6),
        outside_errors=faults,
        summary={box if name == "text" else name: said for name, said in faults.items()},
    )
    return make_response(shown, problem.status)
