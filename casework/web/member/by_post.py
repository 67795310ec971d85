"""“Send the rest by post”: a coversheet whose number brings the papers to the right case."""

from typing import Any

from flask import redirect, render_template, request, url_for

from casework.services import coversheets as commands
from casework.web import coversheets, edge
from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, sight, words
from casework.web.member.blueprint import member


@member.get("/cases/<ref>/by-post")
@entry(*MEMBERS)
def by_post(ref: str) -> Any:
    """What to do, and the sheet as far as it is; with `sheet` the sheet itself."""
    seen = case_page.see(ref, what="coversheet")
    case = seen.file.case
    with edge.reading() as cx:
        if number := request.args.get("sheet", ""):
            return coversheets.pdf(cx, case, number)
        shown = coversheets.shown(cx, case)
    return render_template(
        "member/by_post.html",
        case=case,
        kind=str(words.KINDS[case.kind]),
        name=sight.name_of(case.title),
        terms=seen.plan,
        shown=shown,
        there=url_for("member.by_post", ref=case.ref),
    )


@member.post("/cases/<ref>/by-post")
@entry(*MEMBERS)
def make_by_post(ref: str) -> Any:
    """Make a sheet; pressed twice it is one."""
    commands.ask_for_coversheet(edge.cx(), ref, edge.form("way", limit=5))
    return redirect(url_for("member.by_post", ref=ref))
