"""The reading grade of a text and of a finished letter, in English and Spanish.

English: Flesch-Kincaid (Kincaid and others, 1975). Spanish: Crawford (1989). It measures words;
what a letter must show beside being readable is `letters.proof`'s business.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element as Node

from letters import free_facts
from letters.context import LetterContext
from letters.markup import is_hidden, squeezed
from letters.refusals import Missing
from letters.syllables import count

FILE = Path(__file__).parent / "reading.toml"
# Of fewer words no index says anything.
FEWEST_WORDS = 20
# A longer run of letters is no word that somebody reads.
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_END = re.compile(r"(?<=[.!?…])[»”\")]*\s+")
# Full stops that end no sentence.
_SHORT = re.compile(
    r"\b(?:Dr|Dra|Mr|Mrs|Ms|Sr|Sra|St|Inc|vs|[ap]\. ?m|e\.g|i\.e|EE\. ?UU|(?:No|Núm)(?=\. ?\d))\."
)
# Headings, names, addresses, tables, languages and the law are no running text of ours.
_APART = frozenset(
    {"facts", "office", "languages", "law", "address", "masthead"}
    | {"form", "free", "dear", "kicker", "wanted", "callout"}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted in a text, and the school year that the index of its language says."""

    sentences: int
    words: int
    syllables: int
    grade: float

    @property
    def says_something(self) -> bool:
        """Whether there was enough text to measure."""
        return self.words >= FEWEST_WORDS


def measure(text: str, language: str) -> Measure:
    """The reading grade of a text in "en" or "es", rounded to a tenth; 0 where it has no word.

    Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59. Crawford (A. N. Crawford,
    "Fórmula y gráfico para determinar la comprensibilidad de textos de nivel primario en
    castellano", Lectura y Vida 10(4), 1989): 0.049 syllables per 100 words - 0.205 sentences per
    100 words - 3.407.
    """
    return _measured(sentences(text), language)


def sentences(text: str) -> list[str]:
    """The sentences of a text that hold a word."""
    plain = _SHORT.sub(lambda found: found[0].replace(".", ""), squeezed(text))
    return [each for each in _END.split(plain) if _words(each)]


def ours(context: LetterContext, root: Node) -> Measure:
    """The grade of the running text of this page that is the plan's own: without headings, tables,
    addresses, the language block and the law, and without names and what people wrote."""
    lines: list[str] = []
    main = root.find("body/main")
    if main is not None:
        _collect(main, context.language, lines)
    theirs = _inserted(context)
    said = [sentence for line in lines for sentence in sentences(_without(line, theirs))]
    return _measured(said, context.language)


def limit(context: LetterContext) -> int:
    """The highest grade that the plan's own wording in this letter may have."""
    return context.plan.reading_grade or int(_rules()["limits"][context.language]["ours"])


def aim(language: str) -> int:
    """The same where the plan of a contract says none of its own."""
    return int(_rules()["limits"][language]["ours"])


def ceiling(context: LetterContext, language: str) -> int:
    """The highest grade that a text which somebody typed for the letter may have."""
    return context.plan.free_text_grade or int(_rules()["limits"][language]["theirs"])


def cite(line: str) -> str:
    """The law that asks for plain words from this line of business."""
    return str(_rules()["cites"][line]["cite"])


def check(context: LetterContext, root: Node) -> Iterator[Missing]:
    """What makes this page too hard to read; nothing where it is plain enough.

    Two measures, two rules. Our own wording is refused above the limit of the contract: nobody
    waits for it today, and a template that is too hard is ours to mend. What a reviewer typed for
    this member is another matter: a notice that misses its clock harms the member more than a hard
    sentence, so text above the limit is advice where it is typed (`letters.free_text`), and the
    letter still leaves. Only above the ceiling of the contract is it refused: a text that hardly
    anybody can read is no "specific reason" (42 CFR 438.404(b)(2)), and to reword it takes minutes.
    What others published (a criterion, a plan provision) and what the member said is not graded.
    """
    if context.recipient.kind in free_facts.OFFICES and not free_facts.is_copy(context):
        return
    told = ours(context, root)
    most = limit(context)
    if told.says_something and told.grade > most:
        sentence = (
            f"The letter must be plain: its wording reads at grade {told.grade:g};"
            f" the limit is {most}."
        )
        yield Missing("reading_grade", sentence, cite(context.line))
    for each in free_facts.typed(context):
        language = "en" if each.text in context.english else context.language
        theirs = measure(each.text, language)
        most = ceiling(context, language)
        if theirs.says_something and theirs.grade > most:
            sentence = (
                f"The letter must be plain: {free_facts.called(each.path)} reads at grade"
                f" {theirs.grade:g}; the ceiling is {most}. Say it in short sentences."
            )
            yield Missing("reading_grade", sentence, cite(context.line))


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _measured(said: Sequence[str], language: str) -> Measure:
    words = [word for sentence in said for word in _words(sentence)]
    if not words:
        return Measure(0, 0, 0, 0.0)
    syllables = sum(count(word, language) for word in words)
    if language == "es":
        grade = (4.9 * syllables - 20.5 * len(said)) / len(words) - 3.407
    else:
        grade = 0.39 * len(words) / len(said) + 11.8 * syllables / len(words) - 15.59
    return Measure(len(said), len(words), syllables, round(max(grade, 0.0), 1))


def _words(sentence: str) -> list[str]:
    return [word for word in _WORD.findall(sentence) if len(word) <= _LONGEST_WORD]


def _collect(node: Node, language: str, lines: list[str]) -> None:
    if is_hidden(node) or set((node.get("class") or "").split()) & _APART:
        return
    if node.get("lang", language) != language or node.tag in ("table", "h1", "h2", "h3"):
        return
    if node.tag in ("p", "li"):
        lines.append(squeezed("".join(node.itertext())))
        return
    for child in node:
        _collect(child, language, lines)


@lru_cache(maxsize=4)
def _inserted(context: LetterContext) -> tuple[str, ...]:
    """What of the facts stands in sentences of ours, the longest first."""
    texts = {squeezed(each.text) for each in free_facts.inserted(context)}
    return tuple(sorted(texts, key=len, reverse=True))


def _without(line: str, theirs: Sequence[str]) -> str:
    for said in theirs:
        if said in line:
            line = re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", " ", line)
    return line
