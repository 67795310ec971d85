"""The gate beyond the required elements: what else stands on the page must be true as well.

Every office block is one of this letter's offices, every phone number one of its numbers, every
sentence in its language, nothing is hidden by a class, and no text stands for one still to come.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from xml.etree.ElementTree import Element as Node

from letters import free_facts, free_text, own_words
from letters.context import LetterContext, Office
from letters.entries import Element, Requirement
from letters.markup import is_hidden, marked, squeezed, text
from letters.refusals import Missing
from letters.voice import Voice
from letters.wording import wording

_HOUSE = "Plan practice"
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-])")
# What the style sheet of a page, or a foreign one laid over it, may take out of sight.
_HIDING = re.compile(r"hid(?:e|den)|invisible|display-none|sr-only|visually|d-none|offscreen|clip")
# The small words that tell the two languages apart.
_SMALL = {
    "en": re.compile(
        r"\b(?:the|you|your|we|our|is|are|was|to|of|and|for|if|can|this|that|it|not|have|with|by|on"
        r"|will|or|from|at|be|they|their|which|when|there|may|must)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:el|la|los|las|usted|su|sus|de|que|y|en|para|si|puede|es|son|un|una|por|con|se|lo|del"
        r"|al|o|como|esta|este|más|cuando|hasta|nos|debe)\b",
        re.IGNORECASE,
    ),
}
# Fewer small words of the other language than this tell nothing.
_ENOUGH = 3


def check(context: LetterContext, root: Node) -> Iterator[Missing]:
    """What is wrong on this page beside its required elements."""
    within = _within(root)
    yield from _offices(context, root, within)
    yield from _phones(context, root, within)
    yield from _classes(root)
    yield from _language(context, root, within)


def wording_of(
    context: LetterContext, requirement: Requirement, nodes: list[Node]
) -> Iterator[Missing]:
    """The element must hold the plan's own words for it, not only somebody's text or a number."""
    element = requirement.element
    if not own_words.has_them(context, element.within or element.name, nodes):
        sentence = f"The letter must show {element.says}; the words that say so are not there."
        yield Missing(element.name, sentence, requirement.cite)


def nothing_yet(context: LetterContext, requirement: Requirement) -> Iterator[Missing]:
    """A required text that only stands for one that somebody still has to write."""
    for each in free_facts.typed(context):
        if _of(requirement.element, each.path) and (slot := free_text.slot(each.text)):
            sentence = f"The letter must show {requirement.element.says}; {slot!r} says nothing."
            yield Missing(requirement.element.name, sentence, requirement.cite)


def _of(element: Element, path: str) -> bool:
    plain = free_facts.name(path)
    names = {
        fact.replace("denied.", "services.").replace("approved.", "services.")
        for fact in element.facts
    }
    return plain in names


def _offices(context: LetterContext, root: Node, within: dict[Node, str]) -> Iterator[Missing]:
    known = {_told(context, office) for office in offices(context)}
    for node in root.iter("div"):
        if node.get("class") != "office":
            continue
        shown = tuple(text(line) for line in node)
        if shown not in known:
            sentence = f"{shown[0] if shown else 'An office'!r} is not as it is in this contract."
            yield Missing(within.get(node, "offices"), sentence, _HOUSE)


def offices(context: LetterContext) -> tuple[Office, ...]:
    """The offices of the contract, and the reviewer where one is known."""
    found = [getattr(context.plan, field.name) for field in fields(context.plan)]
    return tuple(each for each in (*found, context.reviewer) if isinstance(each, Office))


def _told(context: LetterContext, office: Office) -> tuple[str, ...]:
    """The lines of an office as a page shows them."""
    messages = wording(context.language).messages
    ways = [f"{messages[key]}: {value}" for key, value in Voice(context).office_facts(office)]
    return tuple(squeezed(line) for line in (office.name, *office.lines, *ways))


def _within(root: Node) -> dict[Node, str]:
    """The element in which each node stands."""
    return {
        inner: name
        for name, nodes in marked(root).items()
        for node in nodes
        for inner in node.iter()
    }


def _phones(context: LetterContext, root: Node, within: dict[Node, str]) -> Iterator[Missing]:
    """A phone number in a sentence of ours is one at which the plan itself (or Medicare) answers;
    those of other desks stand in their office blocks only, and those are compared line by line."""
    desks = (context.plan, context.plan.appeals)
    ours = {desk.phone for desk in desks if desk} | {context.plan.nurse_line}
    allowed = set(_PHONE.findall(" ".join(ours))) | _printed(context.language)
    theirs = [each.text for each in free_facts.inserted(context) if each.text not in ours]
    for node in _prose(root):
        said = set(_PHONE.findall(text(node))) - allowed
        for number in sorted(said) if said else ():
            if number in " ".join(_PHONE.findall(_taken_out(text(node), theirs))):
                sentence = f"{number} is no phone number that this letter gives here."
                yield Missing(within.get(node, "phones"), sentence, _HOUSE)


def _taken_out(read: str, theirs: list[str]) -> str:
    for words in sorted((squeezed(each) for each in theirs), key=len, reverse=True):
        if not _PHONE.fullmatch(words):
            read = read.replace(words, " ")
    return read


@lru_cache(maxsize=4)
def _printed(language: str) -> frozenset[str]:
    return frozenset(_PHONE.findall(" ".join(wording(language).messages.values())))


def _prose(node: Node) -> Iterator[Node]:
    """The paragraphs, items and headings, without tables and office blocks."""
    if is_hidden(node) or node.get("class") == "office" or node.tag in ("table", "head"):
        return
    if node.tag in ("p", "li", "h1", "h2", "h3"):
        yield node
        return
    for child in node:
        yield from _prose(child)


def _classes(root: Node) -> Iterator[Missing]:
    for node in root.iter():
        if found := _HIDING.search(node.get("class") or ""):
            sentence = f"Nothing in a letter may be hidden; a class says {found[0]!r}."
            yield Missing("markup", sentence, _HOUSE)


def _language(context: LetterContext, root: Node, within: dict[Node, str]) -> Iterator[Missing]:
    other = "en" if context.language == "es" else "es"
    main = root.find("body/main")
    for node in [] if main is None else _prose(main):
        marks = [each.get("lang", "") for each in node.iter()]
        if any(mark not in ("", context.language) for mark in marks):
            continue
        said = own_words.without_theirs(context, node)
        if reads_as(said, other):
            sentence = f"The letter is in {context.language!r}; this is not: {said[:60]!r}."
            yield Missing(within.get(node, "language"), sentence, "45 CFR 92.201(a)")


def reads_as(said: str, language: str) -> bool:
    """Whether a text is clearly in that language: its small words are there, hardly the other's."""
    theirs = len(_SMALL[language].findall(said))
    if theirs < _ENOUGH:
        return False
    return theirs > 3 * len(_SMALL["en" if language == "es" else "es"].findall(said))
