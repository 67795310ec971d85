"""How a case stands, for whoever has its number, the member's birth date and the ZIP.

Wrong and unknown are answered with the same words and cost the same work; tries are counted. Of a
case only its kind, how far it is and by when the answer is due are told, nothing about health.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from casework import observations, refs
from casework.queries import case_status
from casework.queries.case_status import CaseStatus
from casework.services import status_tries
from casework.services.sign_in import TooManyTries
from casework.web import edge
from casework.web.access import PUBLIC, entry
from casework.web.member import sight, words
from casework.web.public.blueprint import public
from statemachines import engine

_ZIP: Final = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
_PARTS: Final = ("year", "month", "day")
_WORKING: Final = (lazy_gettext("We are working on it."), "info")
_WAITING: Final = (lazy_gettext("We are waiting for something. Our letter says for what."), "soon")
_DECIDED: Final = (lazy_gettext("It is decided. The letter says what was decided."), "good")
_CLOSED: Final = (lazy_gettext("It is closed. The letter says why."), "neutral")
WAITS: Final = frozenset({"pended", "awaiting_consent", "incomplete"})


@dataclass
class Typed:
    """What was typed, read, and what of it must be corrected."""

    number: str = ""
    zip_code: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    born: date | None = None
    errors: dict[str, str] = field(default_factory=dict)


@public.get("/lookup/case")
@entry(PUBLIC)
def case_status_form() -> str:
    """The question."""
    return _page(Typed())


@public.post("/lookup/case")
@entry(PUBLIC)
def case_status_answer() -> Any:
    """How the case stands, or the same sentence for whatever does not fit."""
    typed = _read()
    if typed.errors or typed.born is None:
        return _page(typed), 422
    try:
        attempt = status_tries.take(
            edge.wall_cx(), number=typed.number, address=request.remote_addr or ""
        )
    except TooManyTries as refused:
        return _throttled(typed, refused)
    with edge.reading() as cx:
        found = case_status.status_of(cx, typed.number, born=typed.born, zip_code=typed.zip_code)
    if found is None:
        return _page(typed, nothing=True)
    status_tries.forgive(edge.wall_cx(), attempt)
    observations.look(
        edge.cx(), case_id=found.case_id, member_id=found.member_id, what="public-status"
    )
    return _page(typed, found=found)


def _page(typed: Typed, *, found: CaseStatus | None = None, nothing: bool = False) -> str:
    said, sign, expected = "", "", None
    if found is not None:
        plain, sign = how_far(found.kind, found.state)
        said = str(plain)
        expected = sight.expected(
            found.due_at,
            now=edge.cx().now,
            zone=found.zone,
            stands=(found.kind, found.state),
        )
    return render_template(
        "public/case_status.html",
        typed=typed,
        errors=typed.errors,
        found=found,
        nothing=nothing,
        kind=str(words.KINDS[found.kind]) if found else "",
        said=said,
        sign=sign,
        expected=expected,
    )


def how_far(kind: str, state: str) -> tuple[Any, str]:
    """How far a case is, without what was decided, and the sign beside it."""
    if state in WAITS:
        return _WAITING
    if state in engine.open_states(kind):
        return _WORKING
    if state in engine.decided_states(kind):
        return _DECIDED
    return _CLOSED


def _throttled(typed: Typed, refused: TooManyTries) -> Response:
    typed.errors["number"] = str(
        gettext("There were too many tries. Please wait 15 minutes, then try again.")
    )
    answer = make_response(_page(typed), refused.status)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _read() -> Typed:
    typed = Typed(
        number=edge.form("number", limit=24).upper(),
        zip_code=edge.form("zip", limit=10),
        parts={part: edge.form(f"born-{part}", limit=4) for part in _PARTS},
    )
    if refs.kind_of(typed.number) not in engine.KINDS:
        typed.errors["number"] = str(
            gettext("This is none of our numbers. Compare each digit: PA-2027-000123-7.")
        )
    try:
        typed.born = date(*(int(typed.parts[part]) for part in _PARTS))
    except ValueError:
        typed.errors["born"] = str(gettext("Write the day in numbers, such as 3 14 2027."))
    if not _ZIP.fullmatch(typed.zip_code):
        typed.errors["zip"] = str(gettext("Write the five digits of the ZIP code."))
    return typed
