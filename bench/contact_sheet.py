"""`python -m bench.contact_sheet`: pictures of all letters, from their samples, through the press.

One sheet with the first page of each letter in English and Spanish, and three letters to read.
`make screenshots` makes it too. It needs no database.
"""

from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from casework.worker import FONTS, printed
from letters import catalogue, compose, specimen, stylesheet
from letters.context import LANGUAGES
from letters.press import Press

PICTURES: Final = Path(__file__).parents[1] / "docs" / "pictures"
# Three to read: name, letter, line, language, large print.
TO_READ: Final = (
    ("letter-denial", "denial", "medicaid", "en", False),
    ("letter-denial-es-large", "denial", "medicaid", "es", True),
    ("letter-upheld", "appeal_upheld", "medicare", "en", False),
)
PAGE: Final = (158, 204)  # US Letter, in pixels on the sheet
GAP: Final = 6
LABEL: Final = 24
PAIRS: Final = 6
MARGIN: Final = 18
GREY, INK, PAPER = "#dfe3e8", "#1b1b1b", "#ffffff"


def main() -> None:
    """Write the sheet and the three letters."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with Press(fonts=FONTS if FONTS.exists() else None) as press:
        for name, code, line, language, large in TO_READ:
            page = first_page(press, code, line, language, large=large, scale=1.5)
            keep(name, page, colours=48)
        keep("letters", sheet(press), colours=32)
    print(f"Pictures are in {PICTURES.relative_to(PICTURES.parents[1])}.")


def sheet(press: Press) -> Any:
    """The first page of every letter, English beside Spanish."""
    codes = catalogue.load().codes()
    wide = PAGE[0] * len(LANGUAGES) + GAP
    high = PAGE[1] + LABEL
    rows = -(-len(codes) // PAIRS)
    size = (
        2 * MARGIN + PAIRS * wide + (PAIRS - 1) * 3 * GAP,
        2 * MARGIN + rows * high + (rows - 1) * 2 * GAP,
    )
    whole = Image.new("RGB", size, GREY)
    pen = ImageDraw.Draw(whole)
    type_ = ImageFont.truetype(str(FONTS / stylesheet.PUBLIC_SANS / "PublicSans-Bold.ttf"), 13)
    for place, code in enumerate(codes):
        row, column = divmod(place, PAIRS)
        left = MARGIN + column * (wide + 3 * GAP)
        top = MARGIN + row * (high + 2 * GAP)
        pen.text((left, top + 2), _cut(catalogue.get(code).title, type_, wide), INK, font=type_)
        for index, language in enumerate(LANGUAGES):
            page = first_page(press, code, _line(code), language, large=False, scale=1.0)
            small = page.resize(PAGE, Image.Resampling.LANCZOS)
            whole.paste(small, (left + index * (PAGE[0] + GAP), top + LABEL))
    return whole


def first_page(
    press: Press, code: str, line: str, language: str, *, large: bool, scale: float
) -> Any:
    """The picture of the first page of a sample, past the gate."""
    context = specimen.specimen(code, line, language=language, large_print=large)
    pdf = printed(press, context, compose.html(context))
    return pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("RGB")


def keep(name: str, picture: Any, *, colours: int) -> None:
    """As a small PNG: flat colours, no photographs."""
    flat = picture.quantize(colours, dither=Image.Dither.NONE)
    flat.save(PICTURES / f"{name}.png", optimize=True)


def _line(code: str) -> str:
    return catalogue.get(code).lines[0]


def _cut(text: str, type_: Any, wide: int) -> str:
    while type_.getlength(text) > wide:
        text = text.removesuffix("…")[:-1].rstrip() + "…"
    return text


if __name__ == "__main__":
    main()
