"""The other forms of a letter, for every door that shows letters: to read, as text, in large print.

Plain text and page are made here of the kept facts; large print is asked for, and the worker makes
it. A form that would tell something else than the letter is not shown.
"""

import re
from dataclasses import dataclass
from typing import Final

from flask import Response, make_response

from casework import letter_facts, observations
from casework.errors import NotFound
from casework.queries import letter_forms
from casework.queries.letter_forms import Edition, Kept
from casework.storage import Storage
from casework.web import edge
from letters import extract, outputs
from letters.context import LetterContext
from letters.refusals import LettersError

ONLY_THE_LETTER: Final = "Only the PDF of this letter can be shown. Open that, or call us."
LARGE: Final = "large-print"


@dataclass(frozen=True)
class Reading:
    """A letter to be read on the screen: its body, and its edition in large print, if any."""

    letter: Kept
    large: Edition | None
    body: str = ""


def find(number: int, *, recipients: tuple[str, ...] = ()) -> tuple[Kept, Edition | None]:
    """The letter and its large print; the look at it is written down. Raises NotFound."""
    if number >= 2**63:
        raise NotFound("There is no such letter here.")
    with edge.reading() as cx:
        found = letter_forms.kept(cx, number, recipients=recipients)
        large = letter_forms.large_print(cx, number)
    observations.look(
        edge.cx(), case_id=found.case_id, member_id=found.member_id, what=f"letter:{number}"
    )
    return found, large


def reading(found: Kept, large: Edition | None) -> Reading:
    """The letter for the frame of a page. Raises NotFound where only the PDF can be shown."""
    return Reading(found, large, outputs.as_part(_facts(found)))


def waiting(found: Kept, large: Edition | None) -> Reading:
    """The letter while its large print is not there."""
    return Reading(found, large)


def as_text(found: Kept) -> Response:
    """The letter as plain text."""
    text = outputs.as_text(_facts(found), noted=True)
    return _file(text.encode(), f"{found.ref}-{found.code}.txt", "text/plain; charset=utf-8")


def as_page(found: Kept) -> Response:
    """The letter as one page to keep: it needs nothing else."""
    page = outputs.as_page(_facts(found), noted=True)
    name = f"{found.ref}-{found.code}.html"
    return _file(page.encode(), name, "text/html; charset=utf-8", keep=True)


def in_large_print(found: Kept, large: Edition | None) -> Response | None:
    """The PDF in large print; None while there is none."""
    sha256 = found.sha256 if found.large_print else large.sha256 if large else ""
    if not sha256:
        return None
    pdf = Storage(edge.settings()).get(sha256)
    return _file(pdf, f"{found.ref}-{found.code}-large.pdf", "application/pdf")


def _facts(found: Kept) -> LetterContext:
    settings = edge.settings()
    try:
        context = letter_facts.kept(settings, found.facts_sha256)
        told = extract.from_html(outputs.as_page(context))
    except LettersError:
        raise NotFound(ONLY_THE_LETTER) from None
    if not letter_facts.same(settings, found.sha256, told):
        raise NotFound(ONLY_THE_LETTER)
    return context


def _file(body: bytes, name: str, media_type: str, *, keep: bool = False) -> Response:
    answer = make_response(body)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80]
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = (
        f'{"attachment" if keep else "inline"}; filename="{safe}"'
    )
    return answer
