"""The receipt of what was filed: its number, when it reached us, by when we answer; to print."""

from typing import Any

from flask import abort, render_template

from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, sight, words
from casework.web.member.blueprint import member


@member.get("/receipts/<ref>")
@entry(*MEMBERS)
def receipt(ref: str) -> Any:
    """What was filed under this number, to print and to keep."""
    seen = case_page.see(ref, what="receipt")
    case = seen.file.case
    if case.kind == "prior_auth":
        abort(404)
    return render_template(
        "member/receipt.html",
        seen=seen,
        case=case,
        kind=str(words.KINDS[case.kind]),
        name=sight.name_of(case.title),
        about=seen.file.about,
        zone=seen.file.zone,
        terms=seen.plan,
        detail=seen.file.detail,
        papers=seen.file.documents,
        next=words.what_next(case.kind, case.state),
        expected=seen.expected,
        line=seen.file.line,
    )
