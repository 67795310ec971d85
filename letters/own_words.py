"""Whether a marked part of a page says what it must in the plan's own words, in its language.

A mark alone proves nothing: the node may hold another sentence, or somebody's free text that looks
like ours. letters/own_words.toml lists, for each element, the wordings of which one set must stand
in it once what people wrote is taken out. It knows no template.
"""

import re
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element as Node

from letters import free_facts
from letters.context import LetterContext
from letters.markup import squeezed, text
from letters.wording import wording

FILE = Path(__file__).parent / "own_words.toml"
# The sentence that says what the letter is: each letter has its own.
OF_EACH_LETTER = "first_sentence"
# Parts that hold data, which the facts prove, and the notice that has a check of its own.
_DATA = frozenset(("facts", "office", "service"))
APART = frozenset(("language_block",))
_GAP = ".{0,30000}?"
# Names of months, zones, columns: they stand in any part.
_ANYWHERE = ("months.", "zones.", "clock.", "label.", "result.", "kind.", "states.", "kicker.")


def has_them(context: LetterContext, element: str, nodes: Iterable[Node]) -> bool:
    """Whether these nodes hold the own words of the element; True where none are listed for it,
    and for a part that holds data, which the facts prove."""
    nodes = tuple(nodes)
    sets = _table().get(place(context.code, element))
    if sets is None or any(_holds_data(node) for node in nodes):
        return True
    read = squeezed(" ".join(without_theirs(context, node) for node in nodes))
    return any(all(stands(key, read, context.language) for key in keys) for keys in sets)


def keys_in(context: LetterContext, nodes: Iterable[Node]) -> tuple[str, ...]:
    """The wordings that stand in these nodes; () for a part that holds data. A wording that is
    part of another one there is left out."""
    nodes = tuple(nodes)
    if any(_holds_data(node) for node in nodes):
        return ()
    read = squeezed(" ".join(without_theirs(context, node) for node in nodes))
    found = [key for key in _told(context.language) if stands(key, read, context.language)]
    messages = wording(context.language).messages
    return tuple(
        key
        for key in found
        if not any(messages[key] in messages[other] != messages[key] for other in found)
    )


def stands(key: str, read: str, language: str) -> bool:
    """Whether the wording stands in a text, whatever was put in at its names."""
    found = _told(language).get(key)
    return found is not None and found[0] in read and found[1].search(read) is not None


def without_theirs(context: LetterContext, node: Node) -> str:
    """The text of a node without what people of the plan typed for this member."""
    read = text(node)
    for words in _typed(context):
        read = read.replace(words, " \N{HORIZONTAL ELLIPSIS} ")
    return read


@lru_cache(maxsize=4)
def _typed(context: LetterContext) -> tuple[str, ...]:
    """What was typed, the longest first."""
    typed = {squeezed(each.text) for each in free_facts.typed(context)}
    return tuple(sorted(typed, key=len, reverse=True))


def place(code: str, element: str) -> str:
    """The name of the table for an element of a letter."""
    return f"{element}.{code}" if element == OF_EACH_LETTER else element


def _holds_data(node: Node) -> bool:
    return any(
        each.tag == "table" or set((each.get("class") or "").split()) & _DATA
        for each in node.iter()
    )


@lru_cache(maxsize=1)
def _table() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    raw: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(tuple(keys) for keys in sets) for name, sets in _flat(raw)}


def _flat(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{code}", sets) for code, sets in value.items())
        else:
            yield name, value


@lru_cache(maxsize=4)
def _told(language: str) -> Mapping[str, tuple[str, re.Pattern[str]]]:
    """The wordings that are long enough to be told from any other text: the longest piece of each
    and the whole as a pattern."""
    found = {}
    for key, message in wording(language).messages.items():
        if key.startswith(_ANYWHERE):
            continue
        parts = [(literal, name) for literal, name, _, _ in string.Formatter().parse(message)]
        literal = " ".join(part for part, _ in parts)
        if len(re.findall(r"[^\W\d_]{2,}", literal)) < 2 and len(literal.strip()) < 8:
            continue
        made = "".join(
            re.escape(_spaced(part)).replace(r"\ ", " ") + (_GAP if name is not None else "")
            for part, name in parts
        )
        longest = max((_spaced(part).strip() for part, _ in parts), key=len)
        found[key] = (longest, re.compile(made.strip()))
    return found


def _spaced(part: str) -> str:
    return re.sub(r"\s+", " ", part)


def told(language: str, key: str) -> bool:
    """Whether a wording is long enough to be told from other text."""
    return key in _told(language)
