"""“Send me my case file”: what it is, the button, how far it is, and the file itself.

It is free, and asked for as often as somebody wants it; pressed twice it is made once.
"""

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from casework import observations
from casework.errors import NotFound
from casework.queries import case_files
from casework.services import case_files as commands
from casework.storage import Storage
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, letters, sight, words
from casework.web.member.blueprint import member

_WHOLE: Final = 9
STATES: Final[dict[str, tuple[Any, str]]] = {
    "asked": (lazy_gettext("We are making it"), "info"),
    "being_made": (lazy_gettext("We are making it"), "info"),
    "ready_for_look": (lazy_gettext("We check it, then we send it"), "info"),
    "failed": (lazy_gettext("Someone is working on it"), "info"),
    "sent": (lazy_gettext("Here it is"), "good"),
    "refused": (lazy_gettext("We could not send it. Our letter says why."), "neutral"),
}


@member.get("/cases/<ref>/file")
@entry(*MEMBERS)
def case_file(ref: str) -> Any:
    """The page of the file; with `open` the file."""
    seen = case_page.see(ref, what="case_file")
    case = seen.file.case
    with edge.reading() as cx:
        wanted = request.args.get("open", "")
        if wanted:
            return _bytes(cx, case, wanted)
        files = case_files.files_of(cx, case)
    running = [one for one in files if one.state in case_files.RUNNING]
    return render_template(
        "member/case_file.html",
        case=case,
        kind=str(words.KINDS[case.kind]),
        name=sight.name_of(case.title),
        zone=seen.file.zone,
        terms=seen.plan,
        files=files,
        running=running,
        states=STATES,
    )


@member.post("/cases/<ref>/file")
@entry(*MEMBERS)
def send_case_file(ref: str) -> Any:
    """Ask for it."""
    commands.ask_case_file(edge.cx(), ref, None, commands.Asking())
    flash(gettext("We got it. We make your file now. It is free."), "success")
    return redirect(url_for("member.case_file", ref=ref))


def _bytes(cx: Any, case: Any, wanted: str) -> Response:
    if not wanted.isdecimal() or len(wanted) > _WHOLE:
        raise NotFound("There is no such case file here yet.")
    row = case_files.file_by_number(cx, int(wanted), case=case).CaseFileRequest
    observations.look(
        edge.cx(), case_id=case.id, member_id=case.member_id, what=f"case_file:{row.id}"
    )
    body = Storage(edge.settings()).get(row.sha256)
    return letters.inline(body, f"{case.ref}-case-file.pdf")
