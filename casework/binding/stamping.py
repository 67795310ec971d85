"""The footer of every page: case number and page of pages, in a font that lies in the file."""

import io
from typing import Any, Final

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

SIZE: Final = 9
BASELINE: Final = 14
SIDE: Final = 24
_FIRST, _LAST = 32, 255
_GREY: Final = "0.24 0.27 0.32 rg"


class Footer:
    """Writes one line at the foot of pages; `font` is a TrueType file, or empty for Helvetica."""

    def __init__(self, out: pikepdf.Pdf, font: bytes) -> None:
        self._out = out
        self._widths: list[int] = []
        self._font = out.make_indirect(self._embedded(font) if font else _plain())

    def write(self, page: Any, right: str, left: str = "") -> None:
        """Write at the lower corners of an upright page, as an artifact that is not read out."""
        box = page.mediabox
        start, end, foot = float(box[0]), float(box[2]), float(box[1])
        parts = [self._line(end - SIDE - self._wide(right), foot + BASELINE, right)]
        if left:
            room = end - SIDE - self._wide(right) - start - 2 * SIDE
            parts.append(self._line(start + SIDE, foot + BASELINE, self._cut(left, room)))
        body = b"".join(parts)
        content = b"/Artifact << /Type /Pagination /Subtype /Footer >> BDC q\n"
        content += f"{_GREY}\n".encode() + body + b"Q EMC\n"
        page.contents_add(self._out.make_stream(b"q\n"), prepend=True)
        page.contents_add(self._out.make_stream(b"\nQ\n" + content))
        self._lend(page)

    def _lend(self, page: Any) -> None:
        """Put our font among what the page draws with, under a name that it does not use."""
        used = page.obj.get("/Resources", Dictionary())
        fonts = used.get("/Font", Dictionary())
        own, mine = Dictionary(used), Dictionary(fonts)
        mine["/CaseworkFooter"] = self._font
        own["/Font"] = mine
        page.obj["/Resources"] = own

    def _line(self, x: float, y: float, text: str) -> bytes:
        head = f"BT /CaseworkFooter {SIZE} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <".encode()
        return head + _coded(text).hex().encode() + b"> Tj ET\n"

    def _wide(self, text: str) -> float:
        codes = _coded(text)
        if not self._widths:
            return len(codes) * SIZE * 0.52
        return sum(self._widths[code - _FIRST] for code in codes) * SIZE / 1000

    def _cut(self, text: str, room: float) -> str:
        while text and self._wide(text) > room:
            text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
        return text

    def _embedded(self, data: bytes) -> Dictionary:
        """A simple TrueType font with the 224 characters of Windows, and no others."""
        # The same file for the same facts: no moment of cutting in it.
        font = TTFont(io.BytesIO(data), recalcTimestamp=False)
        letters = [bytes([code]).decode("cp1252", "ignore") for code in range(_FIRST, _LAST + 1)]
        units = font["head"].unitsPerEm
        named, advance = font.getBestCmap(), font["hmtx"]
        self._widths = [
            round(advance[named[ord(letter)]][0] * 1000 / units)
            if letter and ord(letter) in named
            else 0
            for letter in letters
        ]
        cutter = subset.Subsetter()
        cutter.populate(unicodes=[ord(letter) for letter in letters if letter])
        cutter.subset(font)
        small = io.BytesIO()
        font.save(small)
        body = self._out.make_stream(small.getvalue())
        body.Length1 = len(small.getvalue())
        head, name = font["head"], Name("/CASEWK+PublicSans")
        described = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=32,
            FontBBox=Array([head.xMin, head.yMin, head.xMax, head.yMax]),
            ItalicAngle=0,
            Ascent=font["hhea"].ascent,
            Descent=font["hhea"].descent,
            CapHeight=700,
            StemV=80,
            FontFile2=body,
        )
        return Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=name,
            FirstChar=_FIRST,
            LastChar=_LAST,
            Widths=Array(self._widths),
            Encoding=Name.WinAnsiEncoding,
            FontDescriptor=self._out.make_indirect(described),
        )


def _plain() -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )


def _coded(text: str) -> bytes:
    return text.encode("cp1252", "replace")
