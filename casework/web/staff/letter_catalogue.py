"""The catalogue of letters, to read like a policy: each letter with what calls for it, who gets it,
what it must show by which law, its wordings side by side, and its page. It changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import render_template, request
from werkzeug.wrappers import Response

from casework.errors import NotFound
from casework.queries import letter_catalogue as queries
from casework.queries.worklist import DESK_ZONE
from casework.web import edge, letter_paper
from casework.web.access import entry
from casework.web.staff import letter_words, words
from casework.web.staff.blueprint import WATCHERS, staff
from casework.web.staff.rules import TAGS
from letters import catalogue, compose, outputs, specimen
from letters.context import LANGUAGES, LINES
from letters.entries import Letter
from sla.calendars import zone

_FILTERS: Final = ("kind", "line", "q")
_MOST_TYPED: Final = 80
LANGUAGE_WORDS: Final = {"en": "English", "es": "Spanish"}
TAG_WORDS: Final = {**TAGS, "house": "our own practice"}


@dataclass(frozen=True)
class Chosen:
    """Which page of the letter is shown."""

    line: str
    language: str
    recipient: str
    large: bool


@staff.get("/letter-catalogue")
@entry(*WATCHERS)
def letter_catalogue() -> str:
    """Every letter, by the kind of case that calls for it."""
    asked = {name: request.args.get(name, "")[:_MOST_TYPED].strip() for name in _FILTERS}
    every = queries.entries(_today())
    fitting = [each for each in every if _fits(each, asked)]
    return render_template(
        "staff/letter_catalogue.html",
        chapters=[
            (kind, name, chapter)
            for kind, name in letter_words.KINDS.items()
            if (chapter := [one for one in fitting if letter_words.kind_of(one.now) == kind])
        ],
        asked=asked,
        found=len(fitting),
        total=len(every),
        kinds=list(letter_words.KINDS.items()),
        lines=list(words.LINES.items()),
        words=words,
        said=letter_words,
    )


@staff.get("/letter-catalogue/<code>")
@entry(*WATCHERS)
def letter_entry(code: str) -> str:
    """One letter: its versions, its elements by law, its wordings, its page."""
    known = _known(code)
    chosen = _chosen(known.now)
    return render_template(
        "staff/letter_entry.html",
        one=known,
        letter=known.now,
        required=queries.required(known.now),
        sentences=queries.sentences(code),
        chosen=chosen,
        line_words=[words.LINES[line] for line in known.now.lines],
        languages=LANGUAGE_WORDS,
        tags=TAG_WORDS,
        words=words,
        said=letter_words,
        today=_today(),
    )


@staff.get("/letter-catalogue/<code>/page")
@entry(*WATCHERS)
def letter_sample(code: str) -> Response:
    """The page of the letter from its sample, as it would be printed: for the frame."""
    chosen = _chosen(_known(code).now)
    context = specimen.specimen(
        code,
        chosen.line,
        language=chosen.language,
        large_print=chosen.large,
        recipient=chosen.recipient,
    )
    return letter_paper.sheet(
        outputs.with_landmarks(compose.html(context)), large_print=chosen.large
    )


def _known(code: str) -> queries.Entry:
    if code not in catalogue.load().codes():
        raise NotFound("There is no such letter.", source="letter")
    return queries.entry(code, _today())


def _chosen(letter: Letter) -> Chosen:
    """What the address asks for, where the letter has it; else the first that it has."""

    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        wanted = request.args.get(name, "")
        return wanted if wanted in allowed else allowed[0]

    return Chosen(
        line=one_of("line", tuple(line for line in LINES if line in letter.lines)),
        language=one_of("language", LANGUAGES),
        recipient=one_of("recipient", letter.recipients),
        large=request.args.get("large", "") == "1",
    )


def _fits(one: queries.Entry, asked: Mapping[str, str]) -> bool:
    return (
        asked["kind"] in ("", letter_words.kind_of(one.now))
        and (not asked["line"] or asked["line"] in one.now.lines)
        and all(word in queries.searched(one.code) for word in asked["q"].lower().split())
    )


def _today() -> date:
    return edge.cx().now.astimezone(zone(DESK_ZONE)).date()
