"""The faces for the characters that Public Sans lacks: of the language block, and of names.

The packages of `@fontsource` cut each face into slices by character. One small face per script is
made of the slices that hold the language block; the slices of a name are looked up when one is
printed. Fonts go in and come out as bytes; it knows no letter and no renderer.
"""

import io
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont, woff2

from letters.refusals import CatalogueError

WEIGHTS = (400, 700)
# Package and family, in the order in which they are asked for a character of a name: Han is set in
# the Chinese face unless the paragraph says that its language is another one. Noto's Arabic draws
# letters and dots apart, and a PDF of it cannot be read aloud; Plex has a glyph for each form.
PACKAGES = {
    "noto-sans": "Noto Sans",
    "ibm-plex-sans-arabic": "IBM Plex Sans Arabic",
    "noto-sans-sc": "Noto Sans SC",
    "noto-sans-jp": "Noto Sans JP",
    "noto-sans-kr": "Noto Sans KR",
}
# Whose characters a language of the block is printed with; Public Sans has those of the others.
PACKAGE_OF = {
    "zh": "noto-sans-sc",
    "ja": "noto-sans-jp",
    "ko": "noto-sans-kr",
    "ar": "ibm-plex-sans-arabic",
    "fa": "ibm-plex-sans-arabic",
    "ru": "noto-sans",
}

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a face: its package, the name of the part, the characters that it may have."""

    package: str
    name: str
    ranges: tuple[Range, ...]

    def has(self, character: int) -> bool:
        """Whether the character is in its range."""
        return any(first <= character <= last for first, last in self.ranges)

    def asset(self, weight: int) -> str:
        """Its address in a style sheet."""
        return f"{self.package}/{self.name}/{weight}"


class Shelf:
    """All slices of all packages, held in memory: a name is printed without opening a file."""

    def __init__(self, folder: Path) -> None:
        """Read the packages in `folder` (node_modules/@fontsource); CatalogueError if one is not
        there."""
        self._files: dict[str, bytes] = {}
        self._glyphs: dict[Slice, frozenset[int]] = {}
        self.slices = tuple(self._read(folder))

    def holding(
        self, characters: Iterable[int], packages: Iterable[str] = tuple(PACKAGES)
    ) -> dict[Slice, set[int]]:
        """Per slice the characters that it is the first to have; those of no slice are left out."""
        order = tuple(packages)
        found: dict[Slice, set[int]] = {}
        rows = sorted(
            (each for each in self.slices if each.package in order),
            key=lambda each: order.index(each.package),
        )
        for character in characters:
            for each in rows:
                if each.has(character) and character in self._drawn(each):
                    found.setdefault(each, set()).add(character)
                    break
        return found

    def face(self, each: Slice, weight: int) -> bytes:
        """The slice in that weight as a font that needs no unpacking."""
        unpacked = io.BytesIO()
        woff2.decompress(io.BytesIO(self._files[each.asset(weight)]), unpacked)
        return unpacked.getvalue()

    def cut(self, package: str, characters: Iterable[int], weight: int) -> bytes:
        """One small face with just these characters; CatalogueError if the package lacks one."""
        wanted = set(characters)
        held = self.holding(wanted, [package])
        if missing := wanted - set().union(*held.values()):
            named = ", ".join(f"U+{each:04X}" for each in sorted(missing))
            raise CatalogueError(f"The package {package} has no glyph for {named}.")
        pieces = [self._piece(each, some, weight) for each, some in held.items()]
        if len(pieces) == 1:
            return pieces[0]
        whole = io.BytesIO()
        # The files of a merger may be streams, though its annotation speaks of paths.
        Merger().merge([io.BytesIO(piece) for piece in pieces]).save(whole)
        return whole.getvalue()

    def _drawn(self, each: Slice) -> frozenset[int]:
        # Some slices name characters in their range for which they have no glyph.
        if each not in self._glyphs:
            self._glyphs[each] = characters_of(self._files[each.asset(WEIGHTS[0])])
        return self._glyphs[each]

    def _read(self, folder: Path) -> Iterator[Slice]:
        for package in PACKAGES:
            path = folder / package
            if not (path / "unicode.json").is_file():
                raise CatalogueError(f"There is no font package {path}; run `make setup`.")
            for key, text in json.loads((path / "unicode.json").read_text("utf-8")).items():
                each = Slice(package, key.strip("[]"), _ranges(text))
                for weight in WEIGHTS:
                    file = f"{package}-{each.name}-{weight}-normal.woff2"
                    self._files[each.asset(weight)] = (path / "files" / file).read_bytes()
                yield each

    def _piece(self, each: Slice, characters: set[int], weight: int) -> bytes:
        options = subset.Options()
        options.hinting = False
        options.notdef_outline = True
        # Arabic needs its joins; in Chinese, Japanese and Korean they only keep faces apart.
        options.layout_features = ["*"] if each.package == "ibm-plex-sans-arabic" else []
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        font = TTFont(io.BytesIO(self.face(each, weight)))
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        made = io.BytesIO()
        font.save(made)
        return made.getvalue()


def characters_of(font: bytes) -> frozenset[int]:
    """The characters for which a font has a glyph."""
    return frozenset(TTFont(io.BytesIO(font)).getBestCmap())


def _ranges(text: str) -> tuple[Range, ...]:
    found = []
    for part in text.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        found.append((int(first, 16), int(last or first, 16)))
    return tuple(found)
