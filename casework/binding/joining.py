"""Photos of the pages of one paper become one PDF, in the order in which they are given.

A photo that is a plain JPEG goes in as it is; each page is as wide as a sheet of paper.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps

from casework.binding.pictures import Pixels, flat, pixels

# The width of a sheet of letter paper in points, upright and on its side.
UPRIGHT: Final = 612.0
LYING: Final = 792.0
_PLAIN: Final = {"L": "Gray", "RGB": "RGB"}


def join(pictures: Sequence[Path], to: Path) -> int:
    """Write these pictures as the pages of one PDF; returns how many pages it has."""
    with pikepdf.new() as out:
        for path in pictures:
            for made in _frames(path):
                _add(out, made)
        out.save(to, deterministic_id=True)
        return len(out.pages)


def _frames(path: Path) -> list[Pixels]:
    with Image.open(path) as opened:
        count = int(getattr(opened, "n_frames", 1))
        kept = _as_it_is(path, opened) if count == 1 else None
        if kept is not None:
            return [kept]
        made = []
        for number in range(count):
            opened.seek(number)
            upright = flat(ImageOps.exif_transpose(opened.copy()))
            made.append(pixels(upright, points=_points(upright.size)))
        return made


def _as_it_is(path: Path, opened: Image.Image) -> Pixels | None:
    """The bytes of a plain JPEG; None for all that a PDF cannot hold as it stands."""
    space = _PLAIN.get(opened.mode)
    if opened.format != "JPEG" or space is None or dict(opened.getexif()):
        return None
    width, height = opened.size
    return Pixels(
        path.read_bytes(), "/DCTDecode", width, height, f"/Device{space}", 8, _points(opened.size)
    )


def _points(size: tuple[int, int]) -> tuple[float, float]:
    scale = (UPRIGHT if size[0] <= size[1] else LYING) / size[0]
    return size[0] * scale, size[1] * scale


def _add(out: Any, made: Pixels) -> None:
    image = out.make_stream(made.data)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = made.width, made.height
    image.ColorSpace, image.BitsPerComponent = Name(made.space), made.bits
    image.Filter = Name(made.filter)
    across, down = made.points
    page = pikepdf.Page(
        out.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, round(across, 2), round(down, 2)]),
                Resources=Dictionary(XObject=Dictionary(Photo=image)),
            )
        )
    )
    page.obj.Contents = out.make_stream(f"{across:.2f} 0 0 {down:.2f} 0 0 cm /Photo Do".encode())
    out.pages.append(page)
