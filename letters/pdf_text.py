"""The text of a PDF that our own press made, page by page, and the glyphs it has no shape for.

Reads the content streams with pikepdf and each font's ToUnicode map. It is no general extractor:
it knows the fonts that WeasyPrint writes (two-byte codes) and no letter.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_ENTRY = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>")
_SHOWN = ("Tj", "TJ", "'", '"')


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says, in drawing order without the spaces between lines; `blanks` counts glyphs
    that the font does not have (a reader sees an empty box)."""

    text: str
    blanks: int


def read(pdf: bytes) -> tuple[PageText, ...]:
    """The text of every page of the file; pikepdf.PdfError if it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return pages(document)


def pages(document: pikepdf.Pdf) -> tuple[PageText, ...]:
    """The text of every page."""
    maps: dict[str, dict[int, str]] = {}
    return tuple(_page(page, maps) for page in document.pages)


def _page(page: pikepdf.Page, maps: dict[str, dict[int, str]]) -> PageText:
    fonts: Any = page.obj.Resources.get("/Font", {})
    letters: list[str] = []
    blanks = 0
    current: dict[int, str] = {}
    # `instruction` is typed too narrowly by pikepdf: inline images have operands as well.
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name == "Tf":
            current = _map(str(operands[0]), fonts, maps)
        elif name in _SHOWN:
            for code in _codes(operands):
                blanks += code == 0
                letters.append(current.get(code, ""))
    return PageText("".join(letters), blanks)


def _map(name: str, fonts: Any, maps: dict[str, dict[int, str]]) -> dict[int, str]:
    if name not in maps:
        entries = _ENTRY.findall(fonts[name].ToUnicode.read_bytes())
        maps[name] = {int(code, 16): _characters(units) for code, units in entries}
    return maps[name]


def _characters(units: bytes) -> str:
    return bytes.fromhex(units.decode("ascii")).decode("utf-16-be")


def _codes(operands: Any) -> Iterator[int]:
    for operand in operands:
        if isinstance(operand, pikepdf.Array):
            yield from _codes(operand)
        elif isinstance(operand, pikepdf.String):
            raw = bytes(operand)
            yield from (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw) - 1, 2))
