"""The text of a PDF that our own press made, page by page and tag by tag.

It knows how WeasyPrint writes text (two-byte codes in hexadecimal, a ToUnicode map per font, a text
object per line) and is no general extractor: a page written otherwise reads as empty, which the
proof then refuses.
"""

import io
import re
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from letters.writing_order import logical, runs_leftwards

_ENTRY = re.compile(rb"<([0-9a-f]{4})>\s*<([0-9a-f]+)>")
# The number of what is marked, the end of a text object, a change of font, or the strings of one Tj
# or TJ operator.
_STEP = re.compile(
    rb"/MCID (\d+)>>\s*BDC|(\bET\b)|/(\S+) [\d.]+ Tf\b|\[([^\]]*)\] ?TJ\b|<([0-9a-f]*)> ?Tj\b"
)
_STRING = re.compile(rb"<([0-9a-f]*)>")

Map = dict[bytes, str]
Line = tuple[int, list[str]]


Mark = tuple[int, int]
Path = tuple[str, ...]
BLOCKS = frozenset({"P", "H1", "H2", "H3", "TH", "TD", "LBody", "Lbl", "Caption"})


@dataclass(slots=True)
class Tagged:
    """A block of text in the tag tree: its kind (P, H1, TH, LBody…), the kinds above it, its
    language, its lines as they are read; of a cell the headers that it names, and its own id."""

    kind: str
    path: Path
    language: str
    lines: list[str] = field(default_factory=list)
    headers: tuple[str, ...] = ()
    own_id: str = ""


def read(pdf: bytes) -> tuple[str, ...]:
    """The text of every page of the file; pikepdf.PdfError if it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return pages(document)


def pages(document: pikepdf.Pdf) -> tuple[str, ...]:
    """What each page says, in drawing order, without the blanks between lines."""
    return Reading(document).pages


def tagged(document: pikepdf.Pdf) -> tuple[Tagged, ...]:
    """Every block of the tag tree that holds text, in the order in which it is read aloud."""
    return Reading(document).blocks


def _lines(page: pikepdf.Page, maps: dict[str, Map]) -> list[Line]:
    """The lines of a page, each with the number under which it is marked (-1: an artifact)."""
    fonts: Any = page.obj.Resources.get("/Font", {})
    content: Any = page.obj.Contents
    found: list[Line] = []
    current: Map = {}
    mark, glyphs = -1, list[str]()
    for number, ends, font, array, string in _STEP.findall(content.read_bytes()):
        if number:
            mark = int(number)
        elif ends:
            found.append((mark, glyphs))
            glyphs = []
        elif font:
            current = _map("/" + font.decode("ascii"), fonts, maps)
        else:
            codes = b"".join(_STRING.findall(array)) or string
            glyphs += [current.get(codes[i : i + 4], "") for i in range(0, len(codes), 4)]
    return found


class Reading:
    """A PDF read once: `pages` as they are drawn, `blocks` as the tag tree has them."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        maps: dict[str, Map] = {}
        drawn = [_lines(page, maps) for page in document.pages]
        self._numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        self._said: dict[Mark, list[list[str]]] = {}
        for number, lines in enumerate(drawn):
            for mark, glyphs in lines:
                self._said.setdefault((number, mark), []).append(glyphs)
        self._found: list[Tagged] = []
        self._languages: dict[Mark, str] = {}
        root: Any = document.Root.get("/StructTreeRoot", {})
        self._walk(root.get("/K", ()), str(document.Root.get("/Lang", "")), (), None)
        self.blocks = tuple(block for block in self._found if block.lines)
        self.pages = tuple(
            "".join(self._read(glyphs, (number, mark)) for mark, glyphs in lines)
            for number, lines in enumerate(drawn)
        )

    def _read(self, glyphs: list[str], mark: Mark) -> str:
        return logical(glyphs, leftwards=runs_leftwards(self._languages.get(mark, "")))

    def _walk(self, node: Any, language: str, path: Path, block: Tagged | None) -> None:
        for kid in node if isinstance(node, pikepdf.Array) else [node]:
            if not isinstance(kid, pikepdf.Dictionary) or "/S" not in kid:
                continue
            kind = str(kid.S).removeprefix("/")
            spoken = str(kid.get("/Lang", language))
            inside = block
            if kind in BLOCKS:
                inside = _block(kid, kind, path, spoken)
                self._found.append(inside)
            self._own_lines(kid, spoken, inside)
            self._walk(kid.get("/K", ()), spoken, (*path, kind), inside)

    def _own_lines(self, node: Any, language: str, block: Tagged | None) -> None:
        kids: Any = node.get("/K", ())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int) and node.Pg.objgen in self._numbers:
                mark = (self._numbers[node.Pg.objgen], int(kid))
                self._languages[mark] = language
                if block is not None:
                    block.lines += [self._read(line, mark) for line in self._said.get(mark, ())]


def _block(node: Any, kind: str, path: Path, language: str) -> Tagged:
    about: Any = node.get("/A", {})
    headers = tuple(str(each) for each in about.get("/Headers", ()))
    return Tagged(kind, path, language, headers=headers, own_id=str(node.get("/ID", "")))


def _map(name: str, fonts: Any, maps: dict[str, Map]) -> Map:
    # Two letters in one file may call their own fonts by the same name.
    known = f"{name} {fonts[name].objgen}"
    if known not in maps:
        entries = _ENTRY.findall(fonts[name].ToUnicode.read_bytes())
        maps[known] = {code: _characters(units) for code, units in entries}
    return maps[known]


def _characters(units: bytes) -> str:
    return bytes.fromhex(units.decode("ascii")).decode("utf-16-be")
