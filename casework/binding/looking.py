"""What somebody would see who opens a paper: is it dark, blurred, empty, locked, broken?

It judges no evidence: a doubt is told to whoever sends the paper, and never keeps a paper out. The
figures were measured on made pages (`tests/web/member/test_evidence_checks.py` holds them).
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageFile, ImageFilter, ImageOps, ImageStat

from casework.binding.job import PDF, PICTURES
from casework.binding.measuring import UNREADABLE
from casework.binding.pictures import flat

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
THUMB: Final = 320
# The longest side at which a photo is judged: a line of print on it is about nine pixels high.
JUDGED: Final = 1500
# Below this a page of print cannot be read; a strip that was cut out of a screen can.
SMALLEST: Final = (480, 160)
# The light of the brightest twentieth of a photo, of 255: paper in a dim room has about 90.
DARK: Final = 72
# How much brighter or darker than its surroundings a stroke is, of 255.
STROKE: Final = 14
# The part of a picture that strokes must cover; one line of print on a page covers 0.0008.
LEAST_INK: Final = 0.00025
# Of less than this nobody can say how sharp it is.
ENOUGH_INK: Final = 0.001
# Of the sharpest places: how much of their contrast is fine. Print in focus has 0.4 and more, print
# that can just be read 0.13, print that cannot be read 0.08 and less.
BLURRED: Final = 0.1
TILE: Final = 100
# Strokes up to about nine pixels wide at half the size are thin.
THIN: Final = 4
# A place is judged for sharpness where strokes cover this part of it and it has this variance.
FILLED: Final = 0.03
FLAT: Final = 4.0
MOST_LOOKED_AT: Final = 60
PAGE_SIDE: Final = 700


@dataclass(frozen=True)
class Looked:
    """What was seen of one paper: its pages (0: not known), codes of doubts, the empty pages, and
    whether a clean copy and a small picture of it were written."""

    pages: int = 0
    doubts: tuple[str, ...] = ()
    empty: tuple[int, ...] = ()
    clean: bool = False
    thumb: bool = False


@dataclass
class Place:
    """The paper, and where its clean copy and its small picture are written."""

    paper: Path
    media_type: str
    clean: Path = field(init=False)
    thumb: Path = field(init=False)

    def __post_init__(self) -> None:
        self.clean = self.paper.with_suffix(".clean")
        self.thumb = self.paper.with_suffix(".thumb")


def look(place: Place) -> Looked:
    """Look at one paper. Never raises for what somebody sent."""
    try:
        if place.media_type == PDF:
            return _pdf(place)
        if place.media_type in PICTURES:
            return _picture(place)
        if place.media_type == DOCX:
            return _document(place.paper)
    except (pikepdf.PasswordError, pypdfium2.PdfiumError) as refused:
        locked = isinstance(refused, pikepdf.PasswordError) or "password" in str(refused).lower()
        return Looked(doubts=("locked" if locked else "broken",))
    except (*UNREADABLE, zipfile.BadZipFile, KeyError):
        return Looked(doubts=("broken",))
    return Looked()


def doubts_of(picture: Image.Image) -> tuple[str, ...]:
    """The codes of what is doubtful about a photo of a page, the one that matters most; empty
    where somebody can read it."""
    longest, shortest = max(picture.size), min(picture.size)
    if longest < SMALLEST[0] or shortest < SMALLEST[1]:
        return ("small",)
    grey = _grey(picture, JUDGED)
    inked, strokes = _ink(grey)
    if _light(grey) < DARK:
        return ("dark",)
    if inked < LEAST_INK:
        return ("blank",)
    if inked >= ENOUGH_INK and _sharpness(grey, strokes) < BLURRED:
        return ("blurred",)
    return ()


def is_empty(picture: Image.Image) -> bool:
    """Whether nothing stands on this page, as it is drawn from a document."""
    return _ink(_grey(picture, PAGE_SIDE))[0] < LEAST_INK


def _picture(place: Place) -> Looked:
    with Image.open(place.paper) as opened:
        kind = str(opened.format)
        # A phone hides a second picture (depth, light) in a photo: it is no second page.
        frames = 1 if kind == "MPO" else int(getattr(opened, "n_frames", 1))
        whole = _is_whole(opened)
        upright = flat(ImageOps.exif_transpose(opened))
        dirty = frames == 1 and whole and (kind == "MPO" or _tells_more(opened))
    if dirty:
        _keep_clean(upright, place.clean, kind)
    _keep_thumb(upright, place.thumb)
    doubts = doubts_of(upright) if whole else ("partly",)
    return Looked(pages=frames, doubts=doubts, clean=dirty, thumb=True)


def _is_whole(opened: Image.Image) -> bool:
    """Whether all of the picture came through; what did is loaded all the same."""
    try:
        opened.load()
    except (OSError, SyntaxError):
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            opened.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        return False
    return True


def _tells_more(opened: Image.Image) -> bool:
    """Whether the file says more than its pixels: where it was taken, by whom, which way is up."""
    said = set(opened.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma"}
    said -= {"srgb", "interlace", "adobe", "adobe_transform", "progressive", "progression"}
    said -= {"icc_profile", "chromaticity", "transparency", "compression", "resolution"}
    return bool(said) or bool(dict(opened.getexif()))


def _keep_clean(upright: Image.Image, to: Path, kind: str) -> None:
    """The pixels alone, upright: no place, no device, no hidden second picture."""
    if kind == "PNG":
        upright.save(to, "PNG")
    elif kind == "TIFF":
        upright.save(to, "TIFF", compression="group4" if upright.mode == "1" else "tiff_lzw")
    else:
        upright.save(to, "JPEG", quality=92, subsampling=0)


def _keep_thumb(picture: Image.Image, to: Path) -> None:
    small = picture.convert("RGB")
    small.thumbnail((THUMB, THUMB))
    small.save(to, "JPEG", quality=78)


def _pdf(place: Place) -> Looked:
    with pikepdf.open(place.paper) as document:
        pages = len(document.pages)
    if not pages:
        return Looked(doubts=("broken",))
    empty = []
    seen = pypdfium2.PdfDocument(place.paper)
    try:
        for index, drawn in enumerate(_drawn(seen, min(pages, MOST_LOOKED_AT))):
            if index == 0:
                _keep_thumb(drawn, place.thumb)
            if is_empty(drawn):
                empty.append(index + 1)
    finally:
        seen.close()
    if not empty:
        return Looked(pages=pages, thumb=True)
    doubt = "blank" if len(empty) == pages else "empty_pages"
    return Looked(pages=pages, doubts=(doubt,), empty=tuple(empty), thumb=True)


def _drawn(document: pypdfium2.PdfDocument, pages: int) -> Iterator[Image.Image]:
    for index in range(pages):
        page = document[index]
        try:
            bitmap = page.render(scale=PAGE_SIDE / max(*page.get_size(), 1.0), may_draw_forms=True)
            yield bitmap.to_pil().convert("RGB")
            bitmap.close()
        finally:
            page.close()


def _document(path: Path) -> Looked:
    """A letter of a word processor: there must be words or a picture in it."""
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
        if "word/document.xml" not in names:
            return Looked(doubts=("broken",))
        with parts.open("word/document.xml") as words:
            said = b"<w:t" in words.read(8 * 1024 * 1024)
    pictured = any(name.startswith("word/media/") for name in names)
    return Looked() if said or pictured else Looked(doubts=("blank",))


def _grey(picture: Image.Image, longest: int) -> Image.Image:
    grey = picture.convert("L")
    if max(grey.size) > longest:
        scale = longest / max(grey.size)
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        grey = grey.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    return grey


def _light(grey: Image.Image) -> int:
    """How light the brightest twentieth of the picture is, at least."""
    counts, left = grey.histogram(), grey.width * grey.height // 20
    for value in range(255, -1, -1):
        left -= counts[value]
        if left <= 0:
            return value
    return 0


def _ink(grey: Image.Image) -> tuple[float, Image.Image]:
    """The part of the picture that thin strokes cover, darker or lighter than what is around them;
    and where, at half the size. An edge of the paper, a shadow and a finger are no strokes."""
    half = grey.resize((max(1, grey.width // 2), max(1, grey.height // 2)), Image.Resampling.BOX)
    soft = half.filter(ImageFilter.GaussianBlur(0.6))
    dark = ImageChops.difference(_closed(soft), soft)
    light = ImageChops.difference(soft, _opened(soft))
    strokes = ImageChops.lighter(dark, light).point(lambda value: 255 * (value >= STROKE))
    # One dot by itself is grain.
    strokes = ImageChops.darker(strokes, strokes.filter(ImageFilter.RankFilter(3, 5)))
    side = max(2, min(half.size) // 30)
    inner = strokes.crop((side, side, half.width - side, half.height - side))
    return inner.histogram()[255] / max(1, inner.width * inner.height), strokes


def _closed(grey: Image.Image) -> Image.Image:
    """The picture without its thin dark strokes."""
    for filter_ in (ImageFilter.MaxFilter(3), ImageFilter.MinFilter(3)):
        for _ in range(THIN):
            grey = grey.filter(filter_)
    return grey


def _opened(grey: Image.Image) -> Image.Image:
    """The picture without its thin light strokes."""
    for filter_ in (ImageFilter.MinFilter(3), ImageFilter.MaxFilter(3)):
        for _ in range(THIN):
            grey = grey.filter(filter_)
    return grey


def _sharpness(grey: Image.Image, strokes: Image.Image) -> float:
    """Of the places with strokes, how much of the contrast is fine: what lies between one and two
    and a half pixels, for what lies between these and eight; the mean of the sharpest fifth of
    them. Independent of light and of how much is written; grain is taken off."""
    once, soft, softer = (grey.filter(ImageFilter.GaussianBlur(each)) for each in (1, 2.5, 8))
    fine = ImageChops.subtract(once, soft, offset=128)
    coarse = ImageChops.subtract(soft, softer, offset=128)
    measured = [
        (
            strokes.crop((box[0] // 2, box[1] // 2, box[2] // 2, box[3] // 2)).histogram()[255]
            / (TILE * TILE / 4),
            ImageStat.Stat(coarse.crop(box)).var[0],
            ImageStat.Stat(fine.crop(box)).var[0],
        )
        for box in _tiles(grey.size)
    ]
    grain = 1.5 * min((sharp for _, _, sharp in measured), default=0.0)
    found = sorted(
        (
            max(0.0, sharp - grain) / contrast
            for inked, contrast, sharp in measured
            if inked >= FILLED and contrast > FLAT
        ),
        reverse=True,
    )
    best = found[: max(1, len(found) // 5)]
    return sum(best) / len(best) if best else 0.0


def _tiles(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Places of the picture, without its edge."""
    width, height = size
    side = max(2, min(size) // 30)
    for top in range(side, max(side + 1, height - side), TILE):
        for left in range(side, max(side + 1, width - side), TILE):
            box = (left, top, min(left + TILE, width - side), min(top + TILE, height - side))
            if box[2] - box[0] > TILE // 3 and box[3] - box[1] > TILE // 3:
                yield box
