"""A case as its office sees it: the status page, the receipt, its letters and papers."""

import re
from typing import Final

from flask import Response, make_response, render_template, request

from casework import observations
from casework.errors import NotFound
from casework.queries import letters, office_desk, papers
from casework.storage import Storage
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import claim_words, saying, words
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.case_page import MINE, case_page
from casework.web.provider.typed import new_form_id

LETTERS_ON_A_PAGE: Final = 30
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


@provider.get("/cases/<ref>")
@entry(*OFFICE)
def case(ref: str) -> str:
    """How the case stands, what is asked, what was decided, what can be done."""
    with edge.reading() as cx:
        page_of_case = case_page(cx, ref, before=number_of(request.args.get("before", "")))
    return render_template(
        "provider/case.html",
        now=edge.cx().now,
        it=page_of_case,
        words=words,
        claim_words=claim_words,
        form_id=new_form_id(),
    )


@provider.get("/cases/<ref>/receipt")
@entry(*OFFICE)
def receipt(ref: str) -> str:
    """What was filed: its number, the moment it came, by when we answer, what happens next."""
    twin = request.args.get("twin", "")
    with edge.reading() as cx:
        page_of_case = case_page(cx, ref)
        other = office_desk.case_numbered(cx, twin)
    return render_template(
        "provider/receipt.html",
        now=edge.cx().now,
        it=page_of_case,
        twin=other,
        exact=saying.exact,
        words=words,
    )


@provider.get("/letters")
@entry(*OFFICE)
def all_letters() -> str:
    """The office's copies of letters, newest first."""
    before = number_of(request.args.get("before", ""))
    with edge.reading() as cx:
        rows = letters.inbox(cx, recipients=(MINE,), before=before, limit=LETTERS_ON_A_PAGE + 1)
    page = rows[:LETTERS_ON_A_PAGE]
    return render_template(
        "provider/letters.html",
        rows=page,
        first=before is None,
        after=page[-1].Letter.id if len(rows) > LETTERS_ON_A_PAGE else None,
        words=words,
    )


@provider.get("/letters/<int:letter_id>")
@entry(*OFFICE)
def letter(letter_id: int) -> Response:
    """The exact bytes that were sent, to read and to print."""
    with edge.reading() as cx:
        row = letters.letter_by_id(cx, letter_id, recipients=(MINE,))
        sha256, code, member_id = row.Letter.sha256, row.Letter.code, row.Letter.member_id
        case_id, readable = row.Letter.case_id, row.Letter.state in letters.READABLE
    if not sha256 or not readable:
        raise NotFound("There is no such letter here.")
    observations.look(edge.cx(), case_id=case_id, member_id=member_id, what=f"letter:{letter_id}")
    response = make_response(Storage(edge.settings()).get(sha256))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{_file(f"{row.ref}-{code}.pdf")}"'
    return response


@provider.get("/documents/<int:paper_id>")
@entry(*OFFICE)
def document(paper_id: int) -> Response:
    """The bytes of a paper, as they came: to keep, never to run."""
    with edge.reading() as cx:
        row = papers.paper_by_id(cx, paper_id)
    observations.look(
        edge.cx(), case_id=row.case_id, member_id=row.member_id, what=f"document:{paper_id}"
    )
    response = make_response(Storage(edge.settings()).get(row.sha256))
    response.headers["Content-Type"] = row.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{_file(row.name)}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def number_of(text: str) -> int | None:
    """A place in a list as the address carries it; what is no number begins anew."""
    return int(text) if _NUMBER.fullmatch(text) else None


def _file(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "document"
