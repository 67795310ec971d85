"""Pictures as pages: what was a picture already, and pages that become one so that nothing is left
below the paint.

Rectangles are painted into the pixels before the pixels leave; no text, font, picture or metadata
of the page goes with them.
"""

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageOps

from casework.binding.job import Box

DPI = 170
# The longest side of any page picture, in pixels: 11 inches at 300 dpi.
LONGEST = 3300
POINTS_PER_INCH = 72
# What a picture without a resolution is taken for: it is fitted to the paper anyway.
SCREEN_DPI = 110
# The longest side of a picture that is only shown.
SCREEN = 1300
_BLACK = (0, 0, 0)


@dataclass(frozen=True)
class Pixels:
    """A picture ready to stand in a PDF: its bytes with their filter, size and colour space."""

    data: bytes
    filter: str
    width: int
    height: int
    space: str
    bits: int
    points: tuple[float, float]


def frames(path: Path, boxes: Sequence[Box]) -> Iterator[tuple[int, int, Pixels]]:
    """Every frame of a picture, upright, with its boxes painted in: its number from 1, of how many,
    and its pixels."""
    with Image.open(path) as opened:
        of = int(getattr(opened, "n_frames", 1))
        for number in range(1, of + 1):
            clean, points = _upright(opened, number)
            painted = paint(clean, [box for box in boxes if box.page in (0, number)])
            yield number, of, pixels(_fitted(painted), points=points)


def frame(path: Path, number: int, boxes: Sequence[Box]) -> Image.Image:
    """One frame for the screen. Raises IndexError where there is none of this number."""
    with Image.open(path) as opened:
        if not 1 <= number <= int(getattr(opened, "n_frames", 1)):
            raise IndexError(number)
        clean, _points = _upright(opened, number)
    shown = clean.convert("RGB")
    shown.thumbnail((SCREEN, SCREEN))
    return paint(shown, boxes)


def rendered(document: pypdfium2.PdfDocument, index: int, boxes: Sequence[Box]) -> Pixels:
    """A page of a PDF as it looks, forms and notes included, with its boxes painted in."""
    picture, points = drawn(document, index, boxes, dpi=DPI)
    return pixels(picture, points=points)


def drawn(
    document: pypdfium2.PdfDocument, index: int, boxes: Sequence[Box], *, dpi: int = SCREEN_DPI
) -> tuple[Image.Image, tuple[float, float]]:
    """The same as a picture, and its size on paper in points."""
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(dpi / POINTS_PER_INCH, LONGEST / max(width, height))
        bitmap = page.render(scale=scale, may_draw_forms=True)
        picture = bitmap.to_pil().convert("RGB")
        bitmap.close()
    finally:
        page.close()
    return paint(picture, boxes), (width, height)


def paint(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """The picture with black over each box, one pixel wider on every side."""
    if not boxes:
        return picture
    painted = picture.convert("RGB")
    draw = ImageDraw.Draw(painted)
    for box in boxes:
        whole = box.whole or box.page == 0
        left, top = (0.0, 0.0) if whole else (box.left, box.top)
        right, bottom = (100.0, 100.0) if whole else (left + box.width, top + box.height)
        draw.rectangle(
            (
                int(left / 100 * painted.width) - 1,
                int(top / 100 * painted.height) - 1,
                int(right / 100 * painted.width) + 1,
                int(bottom / 100 * painted.height) + 1,
            ),
            fill=_BLACK,
        )
    return painted


def pixels(picture: Image.Image, *, points: tuple[float, float]) -> Pixels:
    """The picture's pixels alone: black and white packed, all else as JPEG without metadata."""
    if picture.mode == "1":
        data, how, space, bits = zlib.compress(picture.tobytes(), 6), "/FlateDecode", "Gray", 1
    else:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=85)
        data, how, bits = buffer.getvalue(), "/DCTDecode", 8
        space = "Gray" if picture.mode == "L" else "RGB"
    return Pixels(data, how, picture.width, picture.height, f"/Device{space}", bits, points)


def png(picture: Image.Image) -> bytes:
    """The picture as PNG, for a page on the screen."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def flat(picture: Image.Image) -> Image.Image:
    """The picture without transparency, palette or profile, in one of three modes."""
    if picture.mode in {"1", "L", "RGB"}:
        return picture
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        full = picture.convert("RGBA")
        white = Image.new("RGB", full.size, (255, 255, 255))
        white.paste(full, mask=full.getchannel("A"))
        return white
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    return picture.convert("RGB")


def _fitted(picture: Image.Image) -> Image.Image:
    if max(picture.size) <= LONGEST:
        return picture
    smaller = picture.convert("L") if picture.mode == "1" else picture.copy()
    smaller.thumbnail((LONGEST, LONGEST))
    return smaller


def _upright(opened: Image.Image, number: int) -> tuple[Image.Image, tuple[float, float]]:
    opened.seek(number - 1)
    turned = ImageOps.exif_transpose(opened.copy())
    clean = flat(turned)
    return clean, _points(opened, clean)


def _points(opened: Image.Image, picture: Image.Image) -> tuple[float, float]:
    """The size on paper: a fax has other dots across than down."""
    try:
        across, down = (float(each) or SCREEN_DPI for each in opened.info["dpi"])
    except (KeyError, TypeError, ValueError):
        across = down = SCREEN_DPI
    if not (30 <= across <= 2400 and 30 <= down <= 2400):
        across = down = SCREEN_DPI
    return picture.width / across * POINTS_PER_INCH, picture.height / down * POINTS_PER_INCH
