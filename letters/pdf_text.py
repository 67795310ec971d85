"""The text of a PDF that our own press made, page by page.

It knows how WeasyPrint writes text (two-byte codes in hexadecimal, a ToUnicode map per font) and is
no general extractor: a page written otherwise reads as empty, which the proof then refuses.
"""

import io
import re
from typing import Any

import pikepdf

_ENTRY = re.compile(rb"<([0-9a-f]{4})>\s*<([0-9a-f]+)>")
# A change of font, or the strings of one Tj or TJ operator.
_STEP = re.compile(rb"/(\S+) [\d.]+ Tf\b|\[([^\]]*)\] ?TJ\b|<([0-9a-f]*)> ?Tj\b")
_STRING = re.compile(rb"<([0-9a-f]*)>")

Map = dict[bytes, str]


def read(pdf: bytes) -> tuple[str, ...]:
    """The text of every page of the file; pikepdf.PdfError if it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return pages(document)


def pages(document: pikepdf.Pdf) -> tuple[str, ...]:
    """What each page says, in drawing order, without the blanks between lines."""
    maps: dict[str, Map] = {}
    return tuple(_page(page, maps) for page in document.pages)


def _page(page: pikepdf.Page, maps: dict[str, Map]) -> str:
    fonts: Any = page.obj.Resources.get("/Font", {})
    content: Any = page.obj.Contents
    said: list[str] = []
    current: Map = {}
    for font, array, string in _STEP.findall(content.read_bytes()):
        if font:
            current = _map("/" + font.decode("ascii"), fonts, maps)
            continue
        codes = b"".join(_STRING.findall(array)) or string
        said += [current.get(codes[i : i + 4], "") for i in range(0, len(codes), 4)]
    return "".join(said)


def _map(name: str, fonts: Any, maps: dict[str, Map]) -> Map:
    if name not in maps:
        entries = _ENTRY.findall(fonts[name].ToUnicode.read_bytes())
        maps[name] = {code: _characters(units) for code, units in entries}
    return maps[name]


def _characters(units: bytes) -> str:
    return bytes.fromhex(units.decode("ascii")).decode("utf-16-be")
