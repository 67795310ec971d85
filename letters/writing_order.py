"""From the order in which glyphs stand on a line to the order in which they are read.

A small inverse of the Unicode bidirectional algorithm for what letters hold: words and numbers, one
direction of the paragraph. It knows no PDF and no letter.
"""

import unicodedata
from collections.abc import Sequence

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi"})
_NOT_READ = frozenset({"Cf", "Mn"})


def runs_leftwards(language: str) -> bool:
    """Whether text in this language (a BCP 47 tag) is written from right to left."""
    return language.partition("-")[0].lower() in RIGHT_TO_LEFT


def logical(glyphs: Sequence[str], *, leftwards: bool = False) -> str:
    """The text of one line whose glyphs stand in `glyphs` from left to right.

    Each item is what one glyph means (a ligature means several characters). `leftwards` says that
    the paragraph is written from right to left.
    """
    if not has_leftwards("".join(glyphs)):
        return "".join(glyphs)
    if leftwards:
        return "".join("".join(run) for run in reversed(_runs(glyphs, "L")))
    return "".join("".join(reversed(run)) for run in _runs(glyphs, "R"))


def has_leftwards(text: str) -> bool:
    """Whether a character of it is written from right to left."""
    return any(_direction(character) == "R" for character in text)


def bare(text: str) -> str:
    """The text without blanks, marks of direction, joiners and marks over letters: what a reading
    of a PDF and its source must have in common."""
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in _NOT_READ)
    return "".join(kept)


def _runs(glyphs: Sequence[str], direction: str) -> list[list[str]]:
    """The line cut into runs of that direction, with the blanks and signs within, and single
    glyphs of no or the other direction."""
    made: list[list[str]] = []
    at = 0
    while at < len(glyphs):
        end = _end(glyphs, at, direction) if _direction(glyphs[at]) == direction else at + 1
        made.append(list(glyphs[at:end]))
        at = end
    return made


def _end(glyphs: Sequence[str], start: int, direction: str) -> int:
    last = start
    for at in range(start, len(glyphs)):
        found = _direction(glyphs[at])
        if found == direction:
            last = at
        elif found:
            break
    # A bracket that the run opened is closed in it.
    inside = "".join(glyphs[start : last + 1])
    closes = list(glyphs[last + 1 : last + 2]) == [")"] and inside.count("(") > inside.count(")")
    return last + 1 + closes


def _direction(glyph: str) -> str:
    """L or R of the first character that has one; numbers go as L."""
    for character in glyph:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "R"
        if kind in ("L", "EN", "AN"):
            return "L"
    return ""
