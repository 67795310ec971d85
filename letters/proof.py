"""The gate: a letter that lacks what the law asks for is refused, with the element and the law.

It compares the finished HTML (and then the PDF) with the facts and the catalogue, never with the
template that made it: what a reader will see is what is proved.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from xml.etree.ElementTree import Element as Node

from letters import availability, catalogue, page_proof, pdf_proof, reading
from letters.calendar_words import machine, words
from letters.codec import texts
from letters.context import Deadline, LetterContext
from letters.entries import Letter, Requirement
from letters.facts import context_moments, missing_facts, moments, spoken
from letters.markup import is_hidden, marked, parse, squeezed, text, visible_text
from letters.refusals import LetterRefused, Missing
from letters.wording import wording

_HOUSE = "Plan practice"
# What a slip in a template or a forgotten fact looks like on paper.
_SLIPS = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bundefined\b|\bUndefined\b|\bNaN\b|\bnull\b")
# Letters are text: nothing that runs, links, loads or paints may stand in one.
_FRAME = frozenset(("html", "head", "meta", "title", "body", "header", "main", "section", "div"))
_TABLE = frozenset(("table", "tbody", "tr", "th", "td"))
_PROSE = frozenset(("p", "h1", "h2", "h3", "ol", "ul", "li", "time", "span", "strong"))
_TAGS = _FRAME | _TABLE | _PROSE
_ATTRIBUTES = (
    "lang",
    "dir",
    "class",
    "datetime",
    "scope",
    "aria-label",
    "charset",
    "name",
    "content",
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def check(context: LetterContext, html: str) -> tuple[Missing, ...]:
    """Everything that keeps this HTML from leaving as the letter of these facts; () when nothing.

    Each Missing names the element, what is wrong, and the citation that asks for it.
    """
    return check_page(context, parse(html))


def check_page(context: LetterContext, root: Node) -> tuple[Missing, ...]:
    """The same for a page that is parsed already."""
    letter = catalogue.get(context.code, context.issued_on)
    elements = marked(root)
    missing = list(missing_facts(letter, context))
    for requirement in letter.required(context):
        missing += _element(context, requirement, elements)
        missing += page_proof.nothing_yet(context, requirement)
    if any(r.element.name == "language_block" for r in letter.required(context)):
        missing += _languages(context, elements)
    missing += _first_sentence(context, letter, root, elements)
    missing += _head(context, root)
    missing += _dates(context, root)
    missing += _markup(root)
    missing += _slips(context, root)
    missing += _order(context, letter, elements)
    missing += page_proof.check(context, root)
    missing += reading.check(context, root)
    return tuple(dict.fromkeys(missing))


def require(context: LetterContext, html: str) -> None:
    """Raise LetterRefused unless `check` finds nothing."""
    if missing := check(context, html):
        raise LetterRefused(context.code, missing)


def check_pdf(pdf: bytes, context: LetterContext) -> tuple[Missing, ...]:
    """What keeps this PDF from being the tagged, closed, readable letter of these facts."""
    return pdf_proof.check(pdf, context)


def require_pdf(pdf: bytes, context: LetterContext) -> None:
    """Raise LetterRefused unless `check_pdf` finds nothing."""
    if missing := check_pdf(pdf, context):
        raise LetterRefused(context.code, missing)


Elements = dict[str, list[Node]]


def _element(
    context: LetterContext, requirement: Requirement, elements: Elements
) -> Iterator[Missing]:
    element = requirement.element
    nodes = elements.get(element.within or element.name, [])
    read = " ".join(text(node) for node in nodes)
    if not read.strip():
        sentence = f"The letter must show {element.says}; it is not there."
        yield Missing(element.name, sentence, requirement.cite)
        return
    yield from page_proof.wording_of(context, requirement, nodes)
    wanted = Counter(squeezed(fact) for fact in spoken(context, element))
    for fact, times in wanted.items():
        if _times(fact, read) < times:
            sentence = f"The letter must show {element.says}; {fact!r} is not in it."
            yield Missing(element.name, sentence, requirement.cite)
    stamps = [time for node in nodes for time in node.iter("time")]
    for moment in moments(context, element):
        if not any(_says(time, moment, context.language) for time in stamps):
            sentence = f"The letter must show {element.says}; it must be {machine(moment)}."
            yield Missing(element.name, sentence, requirement.cite)


def _times(fact: str, read: str) -> int:
    """How often a fact stands in a text for itself: 15 is not in 150, nor in 1-800-555-0115."""
    start = r"(?<!\d)(?<!\d[-.,])" if fact[0].isdigit() else ""
    end = r"(?!\d|[-.,]\d)" if fact[-1].isdigit() else ""
    if not start and not end:
        return read.count(fact)
    return len(re.findall(start + re.escape(fact) + end, read))


def _says(time: Node, moment: date | Deadline, language: str) -> bool:
    said = squeezed(words(moment, wording(language)))
    return time.get("datetime") == machine(moment) and text(time) == said


def _languages(context: LetterContext, elements: Elements) -> Iterator[Missing]:
    read = " ".join(text(node) for node in elements.get("language_block", []))
    for notice in availability.notices(context.plan):
        if squeezed(notice.text) not in read:
            sentence = f"The notice of free language help in {notice.name} is not there."
            yield Missing("language_block", sentence, "45 CFR 92.11(b)-(c)")


def _first_sentence(
    context: LetterContext, letter: Letter, root: Node, elements: Elements
) -> Iterator[Missing]:
    lead = elements.get("first_sentence", [])
    if len(lead) != 1:
        return
    before = _paragraphs_before(root, lead[0])
    if before:
        sentence = f"The first sentence must say it; {before[0]!r} stands before it."
        yield Missing("first_sentence", sentence, _HOUSE)
    if letter.outcomes and context.decision:
        state = wording(context.language).text(f"states.{context.decision.outcome}")
        labels = tuple(service.label for service in context.services)
        first = _SENTENCE_END.split(_without(text(lead[0]), labels))[0]
        if str(state) not in first:
            sentence = f"The first sentence must state the decision ({state!r})."
            yield Missing("first_sentence", sentence, _HOUSE)


def _paragraphs_before(root: Node, lead: Node) -> list[str]:
    main = root.find("body/main")
    found: list[str] = []
    for node in [] if main is None else main.iter():
        if node is lead:
            return found
        if node.tag in ("p", "li", "td") and node.get("class") not in ("kicker", "dear"):
            found.append(text(node))
    return [*found, "(the main part of the letter does not hold it)"]


def _head(context: LetterContext, root: Node) -> Iterator[Missing]:
    if root.get("lang") != context.language:
        sentence = f"The page must say that its language is {context.language!r}."
        yield Missing("language", sentence, "PDF/UA-1 7.2")
    if context.case.ref not in "".join(root.findtext("head/title") or ""):
        sentence = "The title of the page must hold the case number."
        yield Missing("title", sentence, "PDF/UA-1 7.1")
    main = root.find("body/main")
    if main is None or not text(main) or is_hidden(main):
        yield Missing("main", "The letter has no main part that can be read.", _HOUSE)


def _dates(context: LetterContext, root: Node) -> Iterator[Missing]:
    language = wording(context.language)
    known = {machine(m): squeezed(words(m, language)) for m in context_moments(context)}
    for time in root.iter("time"):
        if known.get(time.get("datetime", "")) != text(time):
            shown = f"{text(time)!r} ({time.get('datetime')})"
            yield Missing("dates", f"The date {shown} is none of this letter's facts.", _HOUSE)


def _markup(root: Node) -> Iterator[Missing]:
    for node in root.iter():
        if node.tag not in _TAGS:
            yield Missing("markup", f"A letter may not hold <{node.tag}>.", _HOUSE)
        for name in node.attrib:
            if name not in _ATTRIBUTES and not name.startswith("data-"):
                yield Missing("markup", f"A letter may not hold the attribute {name!r}.", _HOUSE)


def _slips(context: LetterContext, root: Node) -> Iterator[Missing]:
    theirs = tuple(fact for _, fact in texts(context) if _SLIPS.search(fact))
    ours = _without(visible_text(root), theirs)
    if slip := _SLIPS.search(ours):
        sentence = f"The letter shows {slip[0]!r}: a fact or a template went wrong."
        yield Missing("text", sentence, _HOUSE)


def _without(read: str, facts: tuple[str, ...]) -> str:
    # What people wrote is theirs, even if it looks like a slip or like another outcome.
    for fact in sorted(facts, key=len, reverse=True):
        read = read.replace(squeezed(fact), " \N{HORIZONTAL ELLIPSIS} ")
    return read


def _order(context: LetterContext, letter: Letter, elements: Elements) -> Iterator[Missing]:
    position = {name: i for i, name in enumerate(elements)}
    ordered = [r for r in letter.in_sequence(context.line) if r.element.name in position]
    for earlier, later in pairwise(ordered):
        if position[earlier.element.name] > position[later.element.name]:
            sentence = (
                f"The letter shows {earlier.element.says} after {later.element.says}; "
                "the official notice has them the other way round."
            )
            yield Missing(earlier.element.name, sentence, earlier.cite)
