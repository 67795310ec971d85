"""The page on which a named person reads a letter that waits, mends its words, and lets it leave.

Only free text can be mended; each look and each release asks the gate again. Whatever is refused,
what was typed stays. Nothing is decided here: the command judges.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import Context
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file, letter_releases
from casework.queries.letter_releases import Reading
from casework.queries.worklist import DESK_ZONE
from casework.services import rehearsals, releases
from casework.services.releases import NewWords, SendingBack, Wording
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import acting, case_page, letter_frames, story, typed_words, words
from casework.web.staff.acting import Refusal
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.form_fields import TICKED
from casework.web.staff.reading_room import known
from casework.web.staff.story_words import DID

PREFIX: Final = "words-"
DO: Final = "do"
SPANISH: Final = "in-spanish"
REASON: Final = "reason"
_DONE: Final = {
    "release": "The letter is released and leaves now.",
    "hand_in": "Your words are in the letter; it waits for release.",
    "back": "The letter went back to whoever decided.",
}
_WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Span:
    """A piece of a text beside its former self: `sign` is same, gone or new."""

    sign: str
    text: str


@dataclass(frozen=True)
class TextField:
    """One piece of free text on the page: what stands, what the decision said, what is said of
    it, what is wrong with it, and the difference where there is one."""

    name: str
    label: str
    text: str
    error: str
    note: typed_words.Note | None
    spans: tuple[Span, ...]


@staff.get("/letters/<int:number>/release")
@entry(*CASEWORKERS)
def letter_release(number: int) -> Any:
    """The letter as it would leave, its checklist, and its free text."""
    with edge.reading() as cx:
        found = letter_releases.reading(cx, known(number))
        if not found.waits:
            return redirect(url_for("staff.letter_about", number=number))
        view = _view(cx, found, {}, None)
    case_page.see(found.case, f"letter:{number}")
    return render_template("staff/letter_release.html", **view)


@staff.post("/letters/<int:number>/release")
@entry(*CASEWORKERS)
def release_letter(number: int) -> Any:
    """Look at the letter with other words, hand them in, send it back, or release it."""
    typed = dict(request.form.items())
    action = typed.get(DO, "look")
    try:
        if action == "look":
            rehearsals.count_rehearsal(edge.wall_cx())
            return _page(known(number), typed, None)
        done = _carry_out(action, known(number), typed)
    except NotFound:
        raise
    except Problem as problem:
        return _page(known(number), typed, problem)
    flash(_DONE[action], "success")
    return redirect(url_for("staff.case_page", ref=done.ref, _anchor="letters"))


def _carry_out(action: str, number: int, typed: Mapping[str, str]) -> Any:
    seen = acting.version_typed(typed)
    if action == "back":
        form = SendingBack(reason=typed.get(REASON, ""))
        return releases.send_letter_back(edge.cx(), number, seen, form)
    wording = Wording(
        words=tuple(NewWords(path=path, text=text) for path, text in _given(typed).items()),
        in_spanish=typed.get(SPANISH) == TICKED,
    )
    if action == "release":
        return releases.release_letter(edge.cx(), number, seen, wording)
    if action == "hand_in":
        return releases.reword_letter(edge.cx(), number, seen, wording)
    raise NotFound("There is no such thing to do with a letter.")


def _given(typed: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): text[: acting.MOST_OF_A_TEXT]
        for name, text in typed.items()
        if name.startswith(PREFIX)
    }


def _page(number: int, typed: Mapping[str, str], problem: Problem | None) -> Response:
    with edge.reading() as cx:
        found = letter_releases.reading(
            cx, number, given=_given(typed), in_spanish=typed.get(SPANISH) == TICKED
        )
        view = _view(cx, found, typed, problem)
    case_page.see(found.case, f"letter:{number}")
    status = problem.status if problem else 200
    return make_response(render_template("staff/letter_release.html", **view), status)


def _view(
    cx: Context, found: Reading, typed: Mapping[str, str], problem: Problem | None
) -> dict[str, Any]:
    file = case_file.case_file(cx, found.case.ref)
    errors = dict(problem.fields) if isinstance(problem, Invalid) else dict(found.wrong)
    aim = typed_words.aim_of(cx, found.case)
    spanish = found.draft.language == "es" and found.in_spanish
    return case_page.frame_of(cx, file) | {
        "reading": found,
        "letter": letter_frames.framed(found.draft),
        "others": letter_frames.framed_all(found.others),
        "fields": _fields(
            found, _given(typed), errors, aim=aim, language="es" if spanish else "en"
        ),
        "errors": {_name(place): said for place, said in errors.items()},
        "refusal": _refusal(problem),
        "came_back": bool(typed),
        "reason": typed.get(REASON, ""),
        "sure": letter_frames.SURE,
        "moved": [DID.get(event, words.plain(event)) for event in found.moved],
        "title": story.letter_title(found.letter.code),
        "names": {
            "version": acting.VERSION,
            "do": DO,
            "spanish": SPANISH,
            "reason": REASON,
        },
        "desk_zone": DESK_ZONE,
        "role_words": words.role,
    }


def _refusal(problem: Problem | None) -> Refusal | None:
    if problem is None:
        return None
    return Refusal(problem.status, problem.type, problem.sentence, problem.citation, problem.source)


def _fields(
    found: Reading,
    given: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    aim: float,
    language: str,
) -> list[TextField]:
    fields = []
    for part in found.own:
        text = given.get(part.path, found.now[part.path]).replace("\r\n", "\n")
        differs = text.strip() != part.text.strip()
        fields.append(
            TextField(
                name=f"{PREFIX}{part.path}",
                label=part.label,
                text=text,
                error=errors.get(part.path, ""),
                note=typed_words.note_on(text, part.path, limit=aim, language=language)
                if text.strip()
                else None,
                spans=tuple(spans(part.text, text.strip())) if differs else (),
            )
        )
    return fields


def spans(was: str, now: str) -> Iterator[Span]:
    """What two texts share and where they differ, word by word."""
    old, new = _WORD.findall(was), _WORD.findall(now)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for sign, a, b, c, d in matcher.get_opcodes():
        if sign == "equal":
            yield Span("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Span("gone", "".join(old[a:b]))
        if c < d:
            yield Span("new", "".join(new[c:d]))


def _name(place: str) -> str:
    return place if place in {REASON, "letter"} else f"{PREFIX}{place}"
