"""The other forms of a letter, for the staff who read it to somebody or send it along."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from casework.services import letter_editions
from casework.web import edge, letter_forms
from casework.web.access import entry
from casework.web.staff.blueprint import CASEWORKERS, staff


@staff.get("/letters/<int:number>/read")
@entry(*CASEWORKERS)
def letter_read(number: int) -> str:
    """The letter as a page of ours."""
    return _page("staff/letter_read.html", letter_forms.reading(*letter_forms.find(number)))


@staff.get("/letters/<int:number>/text")
@entry(*CASEWORKERS)
def letter_text(number: int) -> Answer:
    """The letter as plain text."""
    return letter_forms.as_text(letter_forms.find(number)[0])


@staff.get("/letters/<int:number>/page")
@entry(*CASEWORKERS)
def letter_page(number: int) -> Answer:
    """The letter as one file to keep."""
    return letter_forms.as_page(letter_forms.find(number)[0])


@staff.get("/letters/<int:number>/large-print")
@entry(*CASEWORKERS)
def letter_large(number: int) -> Any:
    """The letter in large print, or how far it is."""
    found, large = letter_forms.find(number)
    made = letter_forms.in_large_print(found, large)
    return made or _page("staff/letter_large.html", letter_forms.waiting(found, large))


@staff.post("/letters/<int:number>/large-print")
@entry(*CASEWORKERS)
def letter_large_asked(number: int) -> Answer:
    """Have it made in large print."""
    letter_forms.find(number)
    letter_editions.ask_large_print(edge.cx(), number)
    return redirect(url_for("staff.letter_large", number=number), code=303)


def _page(template: str, reading: letter_forms.Reading) -> str:
    letter = reading.letter
    return render_template(
        template, number=letter.id, reading=reading, letter=letter, name=letter.title or letter.code
    )
