"""How many pages a document has, or why it has none: asked before anything is bound."""

import os
from pathlib import Path

import pikepdf
from PIL import Image, UnidentifiedImageError

from casework.binding.job import MOST_PAGES, PDF, PICTURES, Measured

# A fax of 600 dpi has 34 million; far more is a bomb.
MOST_PIXELS = 80_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

UNREADABLE = (
    pikepdf.PdfError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
)


def measure(path: Path, media_type: str) -> Measured:
    """The pages of this document. Never raises for what somebody sent."""
    try:
        if media_type == PDF:
            return _pdf(path)
        if media_type in PICTURES:
            return _picture(path)
    except pikepdf.PasswordError:
        return Measured(pages=0, trouble="locked")
    except UNREADABLE:
        return Measured(pages=0, trouble="broken")
    return Measured(pages=0, trouble="unprintable")


def _pdf(path: Path) -> Measured:
    if os.path.getsize(path) == 0:
        return Measured(pages=0, trouble="broken")
    with pikepdf.open(path) as document:
        pages = len(document.pages)
        for page in document.pages[: MOST_PAGES + 1]:
            left, bottom, right, top = (float(each) for each in page.mediabox)
            if right - left < 1 or top - bottom < 1:
                return Measured(pages=0, trouble="broken")
    if pages > MOST_PAGES:
        return Measured(pages=0, trouble="too_large")
    return Measured(pages=pages, trouble="" if pages else "broken")


def _picture(path: Path) -> Measured:
    with Image.open(path) as picture:
        frames = int(getattr(picture, "n_frames", 1))
        if frames > MOST_PAGES or picture.width * picture.height > MOST_PIXELS:
            return Measured(pages=0, trouble="too_large")
        for frame in range(frames):
            picture.seek(frame)
            picture.load()
    return Measured(pages=frames)
