"""Which sentence of ours a line of a finished letter is: told by its wording, in each language.

So a right that was left out or moved is seen in any form of a letter, also where nothing marks it.
It knows wordings and no letter.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from letters import availability
from letters.wording import wording
from letters.writing_order import bare

Statement = frozenset[str]
# The places of a wording whose text is a name, and the labels whose cell is one.
_NAMED = frozenset({"name", "member", "ref"})
_LABELS = frozenset(
    {"label.member", "label.member_id", "label.case", "label.provider", "label.code"}
)
# Wordings that are no sentence and no label: pieces that stand inside others.
_PIECES: tuple[str, ...] = (
    "clock.",
    "months.",
    "zones.",
    "join.",
    "what.",
    "kind.",
    "states.",
    "page.footer",
)
_PIECES += tuple(f"service.{piece}" for piece in ("span", "from_on", "until", "ends_when"))
# A wording needs so many letters of its own to be recognised by them.
_LEAST = 3
_OPENING, _CLOSING = "(«¿¡“", ".,;:)»?!”"
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_PLACE = re.compile(r"\x00(\w+)\x00")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The keys that a line may be (none: it is nobody's wording), and the names put into it."""

    keys: Statement
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    key: str
    pattern: re.Pattern[str]
    weight: int
    # Its first character; none where a value stands first.
    start: str


@lru_cache(maxsize=16_384)
def recognised(line: str, language: str) -> Recognised:
    """The wordings of `language` that this line is, the most telling ones only; or the notice of
    free language help that it is, in whatever language."""
    if notice := _notice(line):
        return Recognised(frozenset({notice}))
    best, names = 0, tuple[str, ...]()
    keys: set[str] = set()
    for shape in _shapes_from(line[:1], language):
        if shape.weight < best:
            break
        if found := shape.pattern.fullmatch(line):
            best = shape.weight
            keys.add(shape.key)
            names = tuple(v for n, v in found.groupdict().items() if n.rpartition("_")[0] in _NAMED)
    return Recognised(frozenset(keys), names)


def tidy(text: str) -> str:
    """The text with single blanks, and none before a sign that closes or after one that opens: what
    two forms of one sentence have in common."""
    squeezed = " ".join(text.split())
    for sign in _CLOSING:
        squeezed = squeezed.replace(f" {sign}", sign)
    for sign in _OPENING:
        squeezed = squeezed.replace(f"{sign} ", sign)
    return squeezed


def parts(line: str, language: str) -> tuple[str, ...]:
    """The line cut into what is recognised in it: a label and what stands after it, or sentences
    of ours that share a paragraph."""
    label, colon, rest = line.partition(": ")
    if colon and any(key.startswith("label.") for key in recognised(label, language).keys):
        return (label, rest)
    if recognised(line, language).keys:
        return (line,)
    if colon and recognised(f"{label}:", language).keys:
        return (f"{label}:", rest)
    for cut in _SENTENCE.finditer(line):
        first, more = line[: cut.start()], parts(line[cut.end() :], language)
        if recognised(first, language).keys and recognised(more[0], language).keys:
            return (first, *more)
    return (line,)


def is_label(keys: Statement) -> bool:
    """Whether a name stands in the cell after this label."""
    return bool(keys & _LABELS)


def _notice(line: str) -> str:
    read = bare(line)
    for code, (name, pattern) in _notices().items():
        if read.startswith(name) and pattern.fullmatch(read):
            return f"notice.{code}"
    return ""


@lru_cache(maxsize=1)
def _notices() -> dict[str, tuple[str, re.Pattern[str]]]:
    found = {}
    for code, (name, text) in availability.spoken().items():
        said = bare(f"{name}. {text}").replace("{phone}", "\x00phone\x00")
        found[code] = (bare(name), _pattern(said.replace("{tty}", "\x00tty\x00")))
    return found


@lru_cache(maxsize=512)
def _shapes_from(start: str, language: str) -> tuple[_Shape, ...]:
    """Those that a line beginning so can be."""
    return tuple(s for s in _shapes(language) if s.start in ("", start))


@lru_cache(maxsize=4)
def _shapes(language: str) -> tuple[_Shape, ...]:
    """All wordings of the language as patterns, those with most letters of their own first."""
    said = wording(language)
    made = []
    for key in said.messages:
        if key.startswith(_PIECES):
            continue
        marks = {name: f"\x00{name}\x00" for name in said.names(key)}
        text = tidy(said.text(key, **marks).unescape())
        weight = sum(character.isalpha() for character in _PLACE.sub("", text))
        if weight >= _LEAST:
            start = "" if text.startswith("\x00") else text[:1]
            made.append(_Shape(key, _pattern(text), weight, start))
    return tuple(sorted(made, key=lambda shape: (-shape.weight, shape.key)))


def _pattern(text: str) -> re.Pattern[str]:
    seen: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        seen[name] = seen.get(name, 0) + 1
        return f"(?P<{name}_{seen[name]}>.+?)"

    pieces = re.split(r"(\x00\w+\x00)", text)
    return re.compile(
        "".join(_PLACE.sub(place, p) if p[:1] == "\x00" else re.escape(p) for p in pieces)
    )
