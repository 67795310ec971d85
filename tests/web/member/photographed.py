"""Pages as people photograph them: made here, good and bad, each from a number; nobody is named."""

import io
import random
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONT = (
    Path(__file__).parents[3]
    / "node_modules/@uswds/uswds/dist/fonts/public-sans/PublicSans-Regular.ttf"
)
WORDS = (
    "the doctor says",
    "walking still hurts",
    "the exam of the knee",
    "shows more than last time",
)
WORDS += (
    "pain at night",
    "no better",
    "after six weeks",
    "please look again",
    "visit notes",
    "plan",
)


def page(number: int = 1, *, lines: int = 44, ink: int = 25, paper: int = 246) -> Image.Image:
    """A printed page, 1275 by 1650 pixels: the size of letter paper at 150 dots an inch."""
    chance = random.Random(number)
    made = Image.new("L", (1275, 1650), paper)
    draw = ImageDraw.Draw(made)
    font = ImageFont.truetype(str(FONT), chance.choice((20, 22, 25, 28)))
    top = 120
    for _ in range(lines):
        said = " ".join(chance.choice(WORDS) for _ in range(chance.randint(2, 4)))
        draw.text((120, top), said, fill=ink, font=font)
        top += 34
    return made


def written(number: int = 1) -> Image.Image:
    """A page that was written by hand, with a thin pen: lines that curl."""
    chance = random.Random(number)
    made = Image.new("L", (1275, 1650), 240)
    draw = ImageDraw.Draw(made)
    for top in range(160, 1400, 90):
        left = 140.0
        points = []
        while left < 1000:
            points.append((left, top + chance.randint(-22, 22)))
            left += chance.randint(6, 16)
        draw.line(points, fill=60, width=3, joint="curve")
    return made


def photo(
    of: Image.Image,
    number: int = 1,
    *,
    light: float = 1.0,
    blur: float = 0.0,
    turn: float = 0.0,
    shade: float = 0.15,
    noise: float = 2.0,
    size: tuple[int, int] = (2400, 3200),
    table: int = 90,
) -> Image.Image:
    """A photo of this page on a table: turned by some degrees, in this light (1 is a bright room),
    with a shadow from one side, grain, and so many pixels of blur."""
    width, height = size
    fit = of.resize((round(width * 0.86), round(height * 0.86)), Image.Resampling.LANCZOS)
    ground = Image.new("L", size, table)
    ground.paste(fit, (round(width * 0.07), round(height * 0.07)))
    if turn:
        ground = ground.rotate(turn, Image.Resampling.BICUBIC, fillcolor=table)
    shadow = Image.linear_gradient("L").resize(size).rotate(90 * (number % 4))
    shadow = shadow.resize(size).point(lambda v: round(255 - shade * v))
    taken = Image.composite(ground, Image.new("L", size, 0), shadow)
    if blur:
        taken = taken.filter(ImageFilter.GaussianBlur(blur))
    taken = ImageEnhance.Brightness(taken).enhance(light)
    if noise:
        taken = Image.blend(taken, grain(number, size), noise / 100)
    return taken.convert("RGB")


def grain(number: int, size: tuple[int, int]) -> Image.Image:
    """Grain of this size, the same for the same number."""
    dots = Image.frombytes("L", (500, 500), random.Random(number).randbytes(250_000))
    whole = Image.new("L", size)
    for left in range(0, size[0], 500):
        for top in range(0, size[1], 500):
            whole.paste(dots, (left, top))
    return whole


def jpeg(picture: Image.Image, **more: Any) -> bytes:
    """The picture as a phone sends it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=more.pop("quality", 82), **more)
    return buffer.getvalue()


def _one_page() -> bytes:
    """A PDF of one page with words on it, as small as one can be."""
    buffer = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(612, 792))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        said = b"".join(b"(It still hurts when I walk, and at night.) ' " for _ in range(20))
        made.pages[0].Contents = made.make_stream(b"BT /F 14 Tf 20 TL 60 720 Td " + said + b" ET")
        made.save(buffer, deterministic_id=True)
    return buffer.getvalue()


A_PDF = _one_page()


def pdf(*pages: Image.Image, **more: Any) -> bytes:
    """These pictures as the pages of a PDF."""
    buffer = io.BytesIO()
    first, *rest = [each.convert("RGB") for each in pages]
    first.save(buffer, "PDF", save_all=True, append_images=rest, resolution=150, **more)
    return buffer.getvalue()
