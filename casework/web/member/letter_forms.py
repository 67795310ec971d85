"""The other forms of a member's letter: to read here, as plain text, as a page to keep, large."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from casework.queries import member_letters
from casework.services import letter_editions
from casework.web import edge, letter_forms
from casework.web.access import MEMBERS, entry
from casework.web.member import words
from casework.web.member.blueprint import member


@member.get("/letters/<int:number>/read")
@entry(*MEMBERS)
def letter_read(number: int) -> str:
    """The letter as a page of ours, in its own language."""
    return _page("member/letter_read.html", number, letter_forms.reading(*_find(number)))


@member.get("/letters/<int:number>/text")
@entry(*MEMBERS)
def letter_text(number: int) -> Answer:
    """The letter as plain text, for screen readers and Braille lines."""
    return letter_forms.as_text(_find(number)[0])


@member.get("/letters/<int:number>/page")
@entry(*MEMBERS)
def letter_page(number: int) -> Answer:
    """The letter as one file to keep, which any browser reads without us."""
    return letter_forms.as_page(_find(number)[0])


@member.get("/letters/<int:number>/large-print")
@entry(*MEMBERS)
def letter_large(number: int) -> Any:
    """The letter in large print, or how far it is."""
    found, large = _find(number)
    made = letter_forms.in_large_print(found, large)
    return made or _page("member/letter_large.html", number, letter_forms.waiting(found, large))


@member.post("/letters/<int:number>/large-print")
@entry(*MEMBERS)
def letter_large_asked(number: int) -> Answer:
    """Have it made in large print."""
    _find(number)
    letter_editions.ask_large_print(edge.cx(), number)
    return redirect(url_for("member.letter_large", number=number), code=303)


def _find(number: int) -> Any:
    with edge.reading() as cx:
        member_letters.own_letter(cx, min(number, 2**63 - 1))
    return letter_forms.find(number)


def _page(template: str, number: int, reading: letter_forms.Reading) -> str:
    letter = reading.letter
    name = words.letter(letter.code, letter.title)
    return render_template(template, number=number, reading=reading, letter=letter, name=name)
