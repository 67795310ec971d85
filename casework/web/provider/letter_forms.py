"""The other forms of an office's copy of a letter: to read here, as plain text, in large print."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from casework.services import letter_editions
from casework.web import edge, letter_forms
from casework.web.access import entry
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.case_page import MINE


@provider.get("/letters/<int:number>/read")
@entry(*OFFICE)
def letter_read(number: int) -> str:
    """The letter as a page of ours."""
    return _page("provider/letter_read.html", letter_forms.reading(*_find(number)))


@provider.get("/letters/<int:number>/text")
@entry(*OFFICE)
def letter_text(number: int) -> Answer:
    """The letter as plain text."""
    return letter_forms.as_text(_find(number)[0])


@provider.get("/letters/<int:number>/page")
@entry(*OFFICE)
def letter_page(number: int) -> Answer:
    """The letter as one file to keep."""
    return letter_forms.as_page(_find(number)[0])


@provider.get("/letters/<int:number>/large-print")
@entry(*OFFICE)
def letter_large(number: int) -> Any:
    """The letter in large print, or how far it is."""
    found, large = _find(number)
    made = letter_forms.in_large_print(found, large)
    return made or _page("provider/letter_large.html", letter_forms.waiting(found, large))


@provider.post("/letters/<int:number>/large-print")
@entry(*OFFICE)
def letter_large_asked(number: int) -> Answer:
    """Have it made in large print."""
    _find(number)
    letter_editions.ask_large_print(edge.cx(), number)
    return redirect(url_for("provider.letter_large", number=number), code=303)


def _find(number: int) -> Any:
    return letter_forms.find(number, recipients=(MINE,))


def _page(template: str, reading: letter_forms.Reading) -> str:
    letter = reading.letter
    return render_template(
        template, number=letter.id, reading=reading, letter=letter, name=letter.title or letter.code
    )
