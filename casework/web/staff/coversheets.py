"""Papers that came with a coversheet: its number, typed or scanned, opens the right form of the
right case."""

from typing import Any, Final

from flask import flash, redirect, render_template, url_for

from casework.errors import Invalid, NotFound
from casework.queries import my_helpers
from casework.services import coversheets as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import INTAKE, staff
from letters import coversheet as sheets

_LONGEST: Final = 40


@staff.get("/intake/coversheet")
@entry(*INTAKE)
def coversheet() -> str:
    """Where a scanner or a hand puts the number."""
    return _page("", {})


@staff.post("/intake/coversheet")
@entry(*INTAKE)
def papers_arrived() -> Any:
    """To the form for the papers: the answer to what was asked, or papers on the case."""
    typed = edge.form("number", limit=_LONGEST)
    with edge.reading() as cx:
        form = my_helpers.member_of_form(cx, sheets.typed(typed))
    if form is not None and form.ref:
        flash("This is a form by which a member names a helper. Record it here.", "success")
        return redirect(
            url_for("staff.speakers", ref=form.ref, form=sheets.typed(typed), _anchor="record")
        )
    try:
        found = commands.papers_arrived(edge.cx(), typed)
    except Invalid as wrong:
        return _page(typed, wrong.fields), 422
    except NotFound as unknown:
        return _page(typed, {"number": unknown.sentence}), 404
    step = "receive_information" if found.answers else "add_document"
    said = (
        "These papers were asked for: they answer the open question."
        if found.answers
        else "Nothing is asked on this case now: the papers are added to it."
    )
    flash(f"The coversheet belongs to {found.ref}. {said}", "success")
    return redirect(url_for("staff.act", ref=found.ref, trigger=step))


def _page(typed: str, errors: dict[str, str]) -> str:
    return render_template("staff/coversheet.html", typed=typed, errors=errors)
