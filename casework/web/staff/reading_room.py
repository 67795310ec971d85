"""The exact bytes of papers and letters, to read in the page or to keep; each look is written down.

What a browser can show safely is shown in a frame of our own pages; everything else is downloaded.
"""

import re

from flask import make_response, request
from werkzeug.wrappers import Response

from casework import observations
from casework.errors import NotFound
from casework.queries import letters, papers
from casework.storage import Storage
from casework.web import edge, headers
from casework.web.access import entry
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.case_page import VIEWED_INLINE


@staff.get("/papers/<int:number>")
@entry(*CASEWORKERS)
def paper(number: int) -> Response:
    """A paper of a case, as it came."""
    with edge.reading() as cx:
        row = papers.paper_by_id(cx, known(number))
    observations.look(
        edge.cx(), case_id=row.case_id, member_id=row.member_id, what=f"document:{number}"
    )
    return as_bytes(row.sha256, row.name, row.media_type)


@staff.get("/letters/<int:number>")
@entry(*CASEWORKERS)
def letter(number: int) -> Response:
    """A letter, exactly as it was sent."""
    with edge.reading() as cx:
        row = letters.letter_by_id(cx, known(number))
        found, ref = row.Letter, row.ref
        case_id, member_id, sha256 = found.case_id, found.member_id, found.sha256
        name = f"{ref}-{found.code}-{found.recipient}.pdf"
    if not sha256:
        raise NotFound("This letter is not printed yet: look again in a moment.")
    observations.look(edge.cx(), case_id=case_id, member_id=member_id, what=f"letter:{number}")
    return as_bytes(sha256, name, "application/pdf")


def known(number: int) -> int:
    """A number that a row can have. Raises NotFound."""
    if number >= 2**63:
        raise NotFound("There is no such paper here.")
    return number


def as_bytes(sha256: str, name: str, media_type: str) -> Response:
    """A stored paper as an answer: shown where a browser can, else kept as a file."""
    answer = make_response(Storage(edge.settings()).get(sha256))
    shown = media_type in VIEWED_INLINE and "keep" not in request.args
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "document"
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = (
        f'{"inline" if shown else "attachment"}; filename="{safe}"'
    )
    if shown:
        headers.allow_framing()
    return answer
