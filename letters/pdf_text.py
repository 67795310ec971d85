"""The text of a PDF that our own press made, page by page.

Reads the content streams with pikepdf and each font's ToUnicode map. It is no general extractor:
it knows the fonts that WeasyPrint writes (two-byte codes) and no letter.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_ENTRY = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>")
_SHOWN = ("Tj", "TJ", "'", '"')


def read(pdf: bytes) -> tuple[str, ...]:
    """The text of every page of the file; pikepdf.PdfError if it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return pages(document)


def pages(document: pikepdf.Pdf) -> tuple[str, ...]:
    """What each page says, in drawing order, without the blanks between lines."""
    maps: dict[str, dict[int, str]] = {}
    return tuple(_page(page, maps) for page in document.pages)


def _page(page: pikepdf.Page, maps: dict[str, dict[int, str]]) -> str:
    fonts: Any = page.obj.Resources.get("/Font", {})
    letters: list[str] = []
    current: dict[int, str] = {}
    # `instruction` is typed too narrowly by pikepdf: inline images have operands as well.
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name == "Tf":
            current = _map(str(operands[0]), fonts, maps)
        elif name in _SHOWN:
            letters += [current.get(code, "") for code in _codes(operands)]
    return "".join(letters)


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
