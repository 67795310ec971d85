"""The text of a document of a word processor (Office Open XML): its paragraphs and table rows.

It is a stranger's archive: bounded in size, no entities, read in the child alone. How it looked is
not kept; pictures in it are counted, so that the sheet can say that they are there.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_LETTERS: Final = 400_000
_PART: Final = "word/document.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BROKEN: Final = (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, RuntimeError)


def typed(path: Path) -> tuple[list[str], int]:
    """The paragraphs in order, a row of a table as one with its cells parted by bars, and how many
    pictures there are. Raises one of BROKEN for what is no such document, or too much."""
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(_PART).file_size > MOST_BYTES:
            raise ValueError("It is too large to be read here.")
        data = archive.read(_PART)
        pictures = sum(name.startswith("word/media/") for name in archive.namelist())
    # A zero byte is UTF-16, in which the two words below would not be found.
    if b"\0" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("A document declares no entities.")
    body = ElementTree.fromstring(data).find(f"{_W}body")  # noqa: S314 - no entities, see above
    lines = list(_lines(body)) if body is not None else []
    if sum(map(len, lines)) > MOST_LETTERS:
        raise ValueError("It is too long to be read here.")
    return lines, pictures


def _lines(parent: Any) -> Iterator[str]:
    for each in parent:
        if each.tag == f"{_W}p":
            yield _text(each)
        elif each.tag == f"{_W}tbl":
            for row in each.iter(f"{_W}tr"):
                yield " | ".join(
                    " ".join(_text(p) for p in cell.iter(f"{_W}p")).strip()
                    for cell in row.iter(f"{_W}tc")
                )
        elif each.tag in {f"{_W}sdt", f"{_W}sdtContent"}:
            yield from _lines(each)


def _text(paragraph: Any) -> str:
    """What a paragraph says; deleted text is not part of it."""
    parts = []
    for each in paragraph.iter():
        if each.tag == f"{_W}t":
            parts.append(each.text or "")
        elif each.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            parts.append(" ")
    return "".join(parts).strip()
