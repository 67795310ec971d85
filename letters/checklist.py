"""The checklist of a letter: what it must show, whether it does, and the page as far as it goes.

For whoever looks at a letter before it leaves. It judges by the gate alone (`letters.proof`) and
adds no rule; a letter that cannot be composed yet still has its list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from letters import catalogue, compose, facts, proof
from letters.context import LetterContext
from letters.refusals import LettersError, Missing


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that the letter must show: what, by which rule (and how sure we are of it), and
    the sentences that say what is wrong; none where it is there."""

    element: str
    says: str
    citation: str
    tag: str
    wrong: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether the letter shows it."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it leaves: its page (empty where it cannot be composed at all), and its
    checklist. `others` is what is wrong and belongs to no element of the list."""

    html: str
    points: tuple[Point, ...]
    others: tuple[Missing, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether the gate would let it leave."""
        return not self.others and all(point.fine for point in self.points)

    @property
    def gaps(self) -> frozenset[str]:
        """The elements that something is wrong with."""
        return frozenset(point.element for point in self.points if not point.fine)


def draft(context: LetterContext) -> Draft:
    """The letter of these facts as it stands. Raises CatalogueError for an unknown letter."""
    html, missing = _composed(context)
    return Draft(html, points(context, missing), _others(context, missing))


def points(context: LetterContext, missing: Iterable[Missing] = ()) -> tuple[Point, ...]:
    """The required elements in the order of the catalogue, each with what is missing of it."""
    wrong: dict[str, list[str]] = {}
    for each in missing:
        wrong.setdefault(each.element, []).append(each.sentence)
    return tuple(
        Point(
            element=required.element.name,
            says=required.element.says,
            citation=required.cite,
            tag=required.tag,
            wrong=tuple(dict.fromkeys(wrong.get(required.element.name, ()))),
        )
        for required in catalogue.get(context.code, context.issued_on).required(context)
    )


def proved(context: LetterContext) -> list[dict[str, str]]:
    """What a letter that passed the gate was proved to show, as it is kept with the letter."""
    return [
        {"element": each.element, "says": each.says, "citation": each.citation, "tag": each.tag}
        for each in points(context)
    ]


def _composed(context: LetterContext) -> tuple[str, tuple[Missing, ...]]:
    try:
        html = compose.html(context, unfinished=True)
        return html, proof.check(context, html)
    except LettersError as error:
        letter = catalogue.get(context.code, context.issued_on)
        empty = tuple(facts.missing_facts(letter, context))
        return "", empty or (Missing("text", str(error), "Plan practice"),)


def _others(context: LetterContext, missing: Iterable[Missing]) -> tuple[Missing, ...]:
    listed = {point.element for point in points(context)}
    return tuple(each for each in missing if each.element not in listed)
