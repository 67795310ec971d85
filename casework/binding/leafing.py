"""One page of a paper for whoever reads it: its picture, its words, and where words stand.

Rectangles are in percent of the page as it is shown, from its top left corner. It runs in the child
alone; it never raises for what somebody sent.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from casework.binding import pictures
from casework.binding.job import PDF, PICTURES
from casework.binding.measuring import UNREADABLE, measure

# A page of 8.5 inches is shown 1,100 pixels wide, and half as much again where it is enlarged.
SHOWN_DPI: Final = 130
ENLARGED_DPI: Final = 195
# Above this a picture of a page is sent as JPEG: a scan, a photo.
LARGE_PNG: Final = 350_000
MOST_WORDS: Final = 20_000
MOST_HITS: Final = 60
MOST_SEARCHED: Final = 800
AROUND: Final = 60
# PDFium answers in whole device pixels; so many make a percent of a percent.
FINE: Final = 10_000
TURNS: Final[dict[int, Image.Transpose]] = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]+")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One place where the words stand: which paper of the job (from 0), which page (from 1), its
    rectangle, and the words around it."""

    paper: int
    page: int
    left: float
    top: float
    width: float
    height: float
    before: str
    found: str
    after: str


def leaf(path: Path, media_type: str, *, page: int, turn: int, enlarged: bool) -> dict[str, Any]:
    """How many pages there are (0 with a `trouble`), the words of this one, and the `media_type` of
    its picture, which lies beside the paper under `.leaf`; empty where there is no such page."""
    measured = measure(path, media_type)
    told = {"pages": measured.pages, "trouble": measured.trouble, "words": "", "media_type": ""}
    if not 1 <= page <= measured.pages:
        return told
    try:
        picture, words = _shown(path, media_type, page, ENLARGED_DPI if enlarged else SHOWN_DPI)
    except (*UNREADABLE, IndexError):
        return told | {"pages": 0, "trouble": "broken"}
    turned = picture.transpose(TURNS[turn]) if turn in TURNS else picture
    data, kind = _bytes(turned)
    path.with_suffix(".leaf").write_bytes(data)
    return told | {"words": words, "media_type": kind}


def find(papers: Sequence[tuple[Path, str]], words: str, *, only: int = 0) -> dict[str, Any]:
    """Where these words stand in these papers, on page `only` or on every page; `silent` are the
    papers (from 0) with a page that has no words to search, `more` whether the search stopped."""
    hits: list[Hit] = []
    silent: list[int] = []
    searched = 0
    for number, (path, media_type) in enumerate(papers):
        if media_type != PDF:
            silent.append(number)
            continue
        try:
            for index, spoken, found in _searched(path, number, words, only):
                searched += 1
                hits += found
                if not spoken and number not in silent:
                    silent.append(number)
                if len(hits) >= MOST_HITS or searched >= MOST_SEARCHED:
                    return _told(hits[:MOST_HITS], silent, more=True, pages=index)
        except UNREADABLE:
            silent.append(number)
    return _told(hits, silent, more=False, pages=searched)


def _told(hits: list[Hit], silent: list[int], *, more: bool, pages: int) -> dict[str, Any]:
    return {"hits": [asdict(hit) for hit in hits], "silent": silent, "more": more, "pages": pages}


def _shown(path: Path, media_type: str, page: int, dpi: int) -> tuple[Image.Image, str]:
    if media_type in PICTURES:
        return pictures.frame(path, page, ()), ""
    document = pypdfium2.PdfDocument(path)
    try:
        document.init_forms()
        picture, _points = pictures.drawn(document, page - 1, (), dpi=dpi)
        return picture, _words(document, page - 1)
    finally:
        document.close()


def _bytes(picture: Image.Image) -> tuple[bytes, str]:
    as_png = pictures.png(picture)
    if len(as_png) <= LARGE_PNG:
        return as_png, "image/png"
    return pictures.pixels(picture.convert("RGB"), points=(1, 1)).data, "image/jpeg"


def _words(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text = page.get_textpage()
        try:
            return _clean(text.get_text_bounded())[:MOST_WORDS]
        finally:
            text.close()
    finally:
        page.close()


def _searched(
    path: Path, number: int, words: str, only: int
) -> Iterator[tuple[int, bool, list[Hit]]]:
    """Page by page: its number, whether it has words at all, and where these words stand."""
    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(len(document)):
            if only and index + 1 != only:
                continue
            page = document[index]
            text = page.get_textpage()
            try:
                spoken = text.count_chars() > 0
                yield index + 1, spoken, list(_hits(page, text, number, index + 1, words))
            finally:
                text.close()
                page.close()
    finally:
        document.close()


def _hits(page: Any, text: Any, number: int, at: int, words: str) -> Iterator[Hit]:
    searcher = text.search(" ".join(words.split()))
    while (place := searcher.get_next()) is not None:
        start, count = place
        boxes = [text.get_rect(each) for each in range(text.count_rects(start, count))]
        corners = [_place(page, box) for box in boxes]
        if not corners:
            continue
        left, top = min(c[0] for c in corners), min(c[1] for c in corners)
        right, bottom = max(c[2] for c in corners), max(c[3] for c in corners)
        first = max(0, start - AROUND)
        yield Hit(
            paper=number,
            page=at,
            left=left,
            top=top,
            width=round(right - left, 2),
            height=round(bottom - top, 2),
            before=_one_line(text.get_text_range(first, start - first)) if start else "",
            found=_one_line(text.get_text_range(start, count)),
            after=_one_line(_after(text, start + count)),
        )


def _after(text: Any, start: int) -> str:
    left = text.count_chars() - start
    return str(text.get_text_range(start, min(AROUND, left))) if left > 0 else ""


def _place(page: Any, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A rectangle of the page's own space as it is shown: turned and cropped as the page says."""
    left, bottom, right, top = box
    corners = [_device(page, x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(
        page.raw, 0, 0, FINE, FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down)
    )
    return _percent(across.value), _percent(down.value)


def _percent(fine: int) -> float:
    return round(min(100.0, max(0.0, fine * 100 / FINE)), 2)


def _clean(text: str) -> str:
    return _UNPRINTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _one_line(text: str) -> str:
    return " ".join(_UNPRINTED.sub(" ", text).split())
