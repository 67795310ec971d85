"""One letter, several forms: print, large print, plain text, a page to read; in each language.

All are made of one LetterContext, so they say the same (`letters.extract` proves it). It knows no
renderer: what must be printed comes back as a request to the press.
"""

import re
from dataclasses import replace
from functools import lru_cache

from markupsafe import Markup, escape

from letters import compose
from letters.calendar_words import words
from letters.context import LetterContext
from letters.printjob import PrintRequest
from letters.stylesheet import FOLDER
from letters.wording import wording

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TABLE = re.compile(r'<table class="facts" aria-label="([^"]*)">')
_HEAD_END = "</head>"


def in_print(context: LetterContext, html: str = "") -> PrintRequest:
    """What the press is asked for: the size that the letter itself is to have. `html` is its page,
    where it is composed already."""
    page = html or compose.html(context)
    return PrintRequest(
        html=page, title=title(page), lang=context.language, large_print=context.large_print
    )


def in_large_print(context: LetterContext) -> PrintRequest:
    """The same letter in 18 point."""
    return in_print(replace(context, large_print=True))


def note(context: LetterContext) -> str:
    """The line above a form that was made later: of which letter it tells, and which one counts."""
    said = wording(context.language)
    return said.text("page.edition_note", day=words(context.issued_on, said)).unescape()


def as_text(context: LetterContext, *, noted: bool = False) -> str:
    """The letter as plain text for screen readers; `noted` with the line above it."""
    text = compose.text(context)
    return f"{note(context)}\n\n{text}" if noted else text


def as_page(context: LetterContext, *, noted: bool = False) -> str:
    """The letter as one accessible page that needs nothing else: style inside, no script; `noted`
    with the line above it."""
    html = compose.html(context)
    style = f"<style>\n{_screen()}</style>\n"
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    page = html.replace(_HEAD_END, f"{viewport}{style}{_HEAD_END}", 1)
    line = f'<p class="edition-note">{escape(note(context))}</p>\n' if noted else ""
    return with_landmarks(page, line)


def as_part(context: LetterContext) -> Markup:
    """What stands in the body of the letter, to be set into the `main` of another page: without
    landmarks of its own, its tables named by captions."""
    page = with_landmarks(compose.html(context))
    start = page.index(">", page.index("<body")) + 1
    inner = page[start : page.index("</body>")]
    for landmark in ("header", "main"):
        inner = inner.replace(f"<{landmark}", "<div", 1).replace(f"</{landmark}>", "</div>", 1)
    inner = _TABLE.sub(r'<table class="facts"><caption class="usa-sr-only">\1</caption>', inner)
    return Markup(inner)  # noqa: S704 - composed with every text escaped


def title(html: str) -> str:
    """The title of a composed letter."""
    found = _TITLE.search(html)
    return Markup(found[1]).unescape() if found else ""  # noqa: S704 - our own, escaped already


def with_landmarks(html: str, line: str = "") -> str:
    """Whoever jumps from landmark to landmark reaches every part: `main` holds all of the letter
    but its masthead."""
    head, rest = html.split('<div class="head">', 1)
    inner, after = rest.split("<main>\n", 1)
    letter, closing = after.split("</main>\n", 1)
    block, end = closing.split("</body>", 1)
    return f'{head}<main>\n{line}<div class="head">{inner}{letter}{block}</main>\n</body>{end}'


@lru_cache(maxsize=1)
def _screen() -> str:
    return (FOLDER / "screen.css").read_text(encoding="utf-8")
