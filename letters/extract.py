"""The facts of a finished letter, read back from each of its forms: HTML, plain text, PDF.

What is read is what a reader is told: names, addresses, phones, days, numbers, and which statements
of ours stand there in which order (the rights among them), each recognised by its own wording. It
never sees the LetterContext; two forms that say the same have equal `Told`.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

import pikepdf

from letters import pdf_text
from letters.markup import body, parse
from letters.statements import Statement, is_label, parts, recognised, tidy
from letters.wording import wording

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "li", "th", "td"})
_UNDERLINE = re.compile(r"^(=+|-+)$")
_MARK = re.compile(r"^(?:\d+\. |- )")
_PHONE = re.compile(r"(?<![\d-])(?:1-)?\d{3}-\d{3}-\d{4}(?![\d-])")
_ZIP = re.compile(r"[A-Z]{2} \d{5}(?:-\d{4})?$")
_STREET = re.compile(r"^(?:\d|P\.?\s?O\.? Box)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


_FIELDS = ("names", "addresses", "phones", "dates", "numbers")


@dataclass(frozen=True, slots=True)
class Told:
    """What one form of a letter tells, in the order in which it is read.

    `statements` are the wordings of ours that stand in it, each as the keys that it may be.
    """

    language: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    dates: tuple[str, ...]
    numbers: tuple[str, ...]
    statements: tuple[Statement, ...]


def from_html(html: str) -> Told:
    """What the page says to a reader of the screen."""
    root = parse(html)
    blocks = [_inline(node) for node in _html_blocks(body(root))]
    return _told(root.get("lang", ""), blocks)


def from_text(text: str, language: str) -> Told:
    """What the plain text says; it does not tell its language itself."""
    lines = [line for line in text.splitlines() if line and not _UNDERLINE.match(line)]
    return _told(language, [_MARK.sub("", line) for line in lines])


def from_pdf(pdf: bytes) -> Told:
    """What the tags of the PDF read aloud. pikepdf.PdfError if it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        language = str(document.Root.get("/Lang", ""))
        blocks = [_joined(block.lines) for block in _pdf_blocks(pdf_text.tagged(document))]
    return _told(language, blocks)


def beginning(longer: Told, told: Told) -> Told:
    """What `longer` tells as far as `told` goes: of a letter with more bound behind it."""
    cut = {field: getattr(longer, field)[: len(getattr(told, field))] for field in _FIELDS}
    return Told(
        language=longer.language, statements=longer.statements[: len(told.statements)], **cut
    )


def differences(one: Told, other: Told) -> tuple[str, ...]:
    """In which of its facts a form tells something else than another; () when they are equal.

    Between languages the order within a sentence and the words differ: days, phones, numbers,
    names and addresses are compared as values, statements by what they are.
    """
    same = one.language == other.language
    wrong = []
    for field in _FIELDS:
        mine, theirs = getattr(one, field), getattr(other, field)
        if (mine != theirs) if same else (Counter(mine) != Counter(theirs)):
            wrong.append(field)
    if len(one.statements) != len(other.statements) or not all(
        mine & theirs for mine, theirs in zip(one.statements, other.statements, strict=True)
    ):
        wrong.append("statements")
    return tuple(wrong)


def _told(language: str, blocks: Iterable[str]) -> Told:
    lines = [tidy(block) for block in blocks]
    lines = [line for line in lines if line]
    statements: list[Statement] = []
    names: list[str] = []
    named = False
    for part in (part for line in lines for part in parts(line, language)):
        found = recognised(part, language)
        if found.keys:
            statements.append(found.keys)
            names += found.names
        elif named:
            names.append(part)
        named = is_label(found.keys)
    rest = [_Values(line, language) for line in lines]
    return Told(
        language=language,
        names=tuple(names),
        addresses=tuple(_addresses(lines)),
        phones=tuple(phone for each in rest for phone in each.phones),
        dates=tuple(day for each in rest for day in each.dates),
        numbers=tuple(number for each in rest for number in each.numbers),
        statements=tuple(statements),
    )


class _Values:
    """The days, phones and other numbers of one line."""

    def __init__(self, line: str, language: str) -> None:
        self.dates: list[str] = []

        def taken(found: re.Match[str]) -> str:
            self.dates.append(_value(found, language))
            return " "

        rest = _days(language).sub(taken, line)
        self.phones = _PHONE.findall(rest)
        self.numbers = _NUMBER.findall(_PHONE.sub(" ", rest))


def _addresses(lines: list[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        if not _ZIP.search(line):
            continue
        street = lines[at - 1] if at and _STREET.match(lines[at - 1]) else ""
        yield f"{street}, {line}" if street else line


@lru_cache(maxsize=4)
def _months(language: str) -> dict[str, int]:
    return {str(wording(language).text(f"months.{n}")): n for n in range(1, 13)}


@lru_cache(maxsize=4)
def _days(language: str) -> re.Pattern[str]:
    """A day as this language writes it, and the time of day after it if there is one."""
    said = wording(language)
    marks = {"month": "\x01", "day": "\x02", "year": "\x03"}
    shape = re.escape(str(said.text("clock.day", **marks)))
    months = "|".join(_months(language))
    for mark, pattern in (
        ("\x01", f"(?P<month>{months})"),
        ("\x02", r"(?P<day>\d{1,2})"),
        ("\x03", r"(?P<year>\d{4})"),
    ):
        shape = shape.replace(re.escape(mark), pattern)
    halves = (_half(language, "am"), _half(language, "pm"))
    return re.compile(rf"{shape}(?:[^\d.;]{{1,9}}(?:{'|'.join(halves)}))?")


def _half(language: str, half: str) -> str:
    shape = re.escape(str(wording(language).text(f"clock.{half}", hour="\x01", minute="\x02")))
    shape = shape.replace("\\ ", r"\s")
    shape = shape.replace(re.escape("\x01"), rf"(?P<{half}_hour>\d{{1,2}})")
    return shape.replace(re.escape("\x02"), rf"(?P<{half}_minute>\d{{2}})")


def _value(found: re.Match[str], language: str) -> str:
    month = _months(language)[found["month"]]
    day = f"{found['year']}-{month:02}-{int(found['day']):02}"
    for half, later in (("am", 0), ("pm", 12)):
        if found[f"{half}_hour"]:
            return f"{day}T{int(found[f'{half}_hour']) % 12 + later:02}:{found[f'{half}_minute']}"
    return day


def _html_blocks(node: Element) -> Iterator[Element]:
    for child in node:
        if child.get("class") == "edition-note":
            continue
        if child.tag in _BLOCKS and not any(
            inner.tag in _BLOCKS for inner in child.iter() if inner is not child
        ):
            yield child
        else:
            yield from _html_blocks(child)


def _pdf_blocks(blocks: Iterable[pdf_text.Tagged]) -> Iterator[pdf_text.Tagged]:
    """The blocks without the marks of lists."""
    return (block for block in blocks if block.kind != "Lbl")


def _inline(node: Element) -> str:
    return "".join(node.itertext())


def _joined(lines: Iterable[str]) -> str:
    """A paragraph from its lines: the blank at a break was swallowed; after a hyphen, and between
    Chinese or Japanese characters, there never was one."""
    made = ""
    for line in lines:
        whole = not made or made.endswith("-") or (_wide(made[-1:]) and _wide(line[:1]))
        made += line if whole else f" {line}"
    return made


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
