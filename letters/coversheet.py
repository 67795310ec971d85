"""The sheet on top of papers that come by post or fax: a number that finds the case, and no more.

It names no member, no case and nothing of health: whoever finds it in a wrong tray learns nothing.
The number stands there as a code to scan and as text.
"""

from dataclasses import dataclass
from typing import Final

import segno
from markupsafe import Markup

from letters.compose import environment
from letters.context import LANGUAGES, Office
from letters.refusals import ContextRefused
from letters.wording import wording

WAYS: Final = ("mail", "fax")
# Twenty-nine, a prime: without 0 and O, 1, I and L, and most vowels, that no word is spelled.
ALPHABET: Final = "23456789ABCDFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
_QUIET: Final = 4  # modules of white around the code, ISO/IEC 18004


@dataclass(frozen=True, kw_only=True, slots=True)
class Coversheet:
    """What the sheet says: the plan, where the papers go, the number, which way they come."""

    number: str
    plan_name: str
    office: Office
    phone: str
    tty: str
    way: str
    language: str = "en"


def check_character(digits: str) -> str:
    """The last character of a number: one mistyped character or two swapped are noticed (a sum of
    weighted places, modulo the prime 29)."""
    total = sum((place + 1) * ALPHABET.index(one) for place, one in enumerate(digits))
    return ALPHABET[total % len(ALPHABET)]


def in_groups(number: str) -> str:
    """`7KQ49MZD2XTP` as people read it: `7KQ4-9MZD-2XTP`."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def typed(text: str) -> str:
    """The number that somebody typed or scanned, without blanks and dashes; empty where that is no
    number of a coversheet."""
    number = "".join(text.upper().replace("-", "").split())
    if len(number) != LENGTH or set(number) - set(ALPHABET):
        return ""
    return number if check_character(number[:-1]) == number[-1] else ""


def title(sheet: Coversheet) -> str:
    """The title of the PDF."""
    return str(
        wording(sheet.language).text("coversheet.title_mark", number=in_groups(sheet.number))
    )


def html(sheet: Coversheet) -> str:
    """The sheet as one HTML document, with the code as a drawing of its own.

    Raises ContextRefused for a number, a way or a language that is none.
    """
    if typed(sheet.number) != sheet.number:
        raise ContextRefused("number", "is no number of a coversheet.")
    if sheet.way not in WAYS or sheet.language not in LANGUAGES:
        raise ContextRefused("way", f"{sheet.way!r}, {sheet.language!r}: there is no such sheet.")
    words = wording(sheet.language)
    grouped = in_groups(sheet.number)
    return (
        environment()
        .get_template("coversheet.html.j2")
        .render(
            s=sheet,
            t=words.text,
            number=grouped,
            title=title(sheet),
            code=lambda said: code(grouped, said=str(said)),
        )
    )


def code(text: str, *, said: str) -> Markup:
    """The text as a QR code, drawn as SVG; `said` is what a screen reader says of it."""
    rows = list(segno.make(text, error="m", micro=False, boost_error=False).matrix)
    side = len(rows) + 2 * _QUIET
    drawn = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return Markup(
        '<svg class="code" role="img" width="170" height="170" viewBox="0 0 {side} {side}">'
        '<title>{said}</title><path d="{drawn}" fill="#000"/></svg>'
    ).format(said=said, side=side, drawn=drawn)
