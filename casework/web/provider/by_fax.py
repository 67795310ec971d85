"""“Will fax”: a coversheet whose number brings the office's papers to the right case."""

from typing import Any

from flask import redirect, render_template, request, url_for

from casework import observations
from casework.queries import case_file
from casework.services import coversheets as commands
from casework.web import coversheets, edge
from casework.web.access import entry
from casework.web.provider.blueprint import OFFICE, provider


@provider.get("/cases/<ref>/coversheet")
@entry(*OFFICE)
def coversheet(ref: str) -> Any:
    """What to do, and the sheets as far as they are; with `sheet` the sheet itself."""
    with edge.reading() as cx:
        file = case_file.case_file(cx, ref)
        observations.look(
            edge.cx(), case_id=file.case.id, member_id=file.member.id, what="coversheet"
        )
        if number := request.args.get("sheet", ""):
            return coversheets.pdf(cx, file.case, number)
        shown = coversheets.shown(cx, file.case)
    return render_template(
        "provider/coversheet.html",
        case=file.case,
        shown=shown,
        there=url_for("provider.coversheet", ref=file.case.ref),
    )


@provider.post("/cases/<ref>/coversheet")
@entry(*OFFICE)
def make_coversheet(ref: str) -> Any:
    """Make a sheet for this way; pressed twice it is one."""
    commands.ask_for_coversheet(edge.cx(), ref, edge.form("way", limit=5))
    return redirect(url_for("provider.coversheet", ref=ref))
