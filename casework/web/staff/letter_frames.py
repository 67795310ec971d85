"""A letter before it leaves, as a page shows it: the real page in a frame beside its checklist.

The page stands in the frame's own attribute, so nothing of it is stored and it works without
scripts; what is missing is marked in it. It judges nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.etree import ElementTree

from flask import url_for

from casework.records.letter_drafts import Drafted
from casework.web.files import asset
from casework.web.staff import words
from letters import markup
from letters.checklist import Draft, Point

# What the letter's languages are called.
LANGUAGES: Final = {"en": "English", "es": "Spanish"}
# How sure we are of a citation, in words.
SURE: Final = {
    "P": "read in the law itself",
    "S": "from a secondary text",
    "O": "from an older official text",
    "K": "not verified yet: check before production",
    "house": "the plan’s own practice",
}


@dataclass(frozen=True)
class Framed:
    """One copy as the page shows it. `gaps` are the points that something is wrong with, `there`
    the rest; `english` the page in English, where the letter is in another language."""

    letter: Drafted
    to: str
    language: str
    page: str
    english: str
    gaps: tuple[Point, ...]
    there: tuple[Point, ...]
    others: tuple[str, ...]

    @property
    def fine(self) -> bool:
        """Whether it may leave as it stands."""
        return self.letter.draft.fine

    @property
    def count(self) -> int:
        """How many things it must show."""
        return len(self.gaps) + len(self.there)


def framed_all(letters: Sequence[Drafted]) -> tuple[Framed, ...]:
    """These copies for a page, in their order."""
    return tuple(framed(each) for each in letters)


def framed(letter: Drafted) -> Framed:
    """One copy for a page."""
    draft = letter.draft
    return Framed(
        letter=letter,
        to=words.RECIPIENTS.get(letter.recipient, words.plain(letter.recipient)).lower(),
        language=LANGUAGES.get(letter.language, letter.language),
        page=page_of(draft, large_print=letter.large_print),
        english=page_of(letter.english, large_print=False) if letter.english else "",
        gaps=tuple(_plainly(point) for point in draft.points if not point.fine),
        there=tuple(point for point in draft.points if point.fine),
        others=tuple(f"{each.sentence} ({each.citation})" for each in draft.others),
    )


def _plainly(point: Point) -> Point:
    """What is wrong without what the list says already: the element, and the name of its fact."""
    short = [sentence.rpartition(f"{point.says}; ")[2] for sentence in point.wrong]
    told = [each for each in short if not each.startswith("the fact ")] or ["it is not there."]
    return replace(point, wrong=tuple(f"{each[:1].upper()}{each[1:]}" for each in told))


def page_of(draft: Draft, *, large_print: bool) -> str:
    """The letter as a whole document for a frame; empty where it cannot be composed."""
    if not draft.html:
        return ""
    root = markup.parse(draft.html)
    for name, nodes in markup.marked(root).items():
        for node in nodes if name in draft.gaps else ():
            node.set("class", f"{node.get('class', '')} gap".strip())
    head = root.find("head")
    assert head is not None
    style = url_for("paper.large" if large_print else "paper.standard")
    for address in (style, asset("letter_frame.css")):
        ElementTree.SubElement(head, "link", {"rel": "stylesheet", "href": address})
    return "<!doctype html>\n" + ElementTree.tostring(root, encoding="unicode", method="html")
