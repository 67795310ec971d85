"""Papers as offices and members send them: made here, so that each holds exactly one difficulty."""

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw


def pdf(*texts: str, rotate: int = 0, size: tuple[int, int] = (612, 792)) -> pikepdf.Pdf:
    """A PDF with one page for each text, in Helvetica at 14 points."""
    made = pikepdf.new()
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for text in texts:
        made.add_blank_page(page_size=size)
        page = made.pages[-1]
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n"))
        page.obj.Contents = made.make_stream(f"BT /F1 14 Tf 60 700 Td {lines}ET".encode())
        if rotate:
            page.obj.Rotate = rotate
    return made


def saved(made: pikepdf.Pdf, **how: Any) -> bytes:
    """Its bytes."""
    buffer = io.BytesIO()
    made.save(buffer, **how)
    return buffer.getvalue()


def loaded_with_secrets(word: str) -> bytes:
    """A page that says nothing, with the word in everything that hangs on a PDF beside its page."""
    made = pdf("An exam.", "Another page.")
    page = made.pages[0]
    hidden = made.make_stream(f"BT /F1 14 Tf 60 300 Td ({word}) Tj ET".encode())
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    page.obj.Resources.Properties = Dictionary(L1=layer)
    page.contents_add(made.make_stream(b"/OC /L1 BDC\n"))
    page.contents_add(hidden)
    page.contents_add(made.make_stream(b"\nEMC"))
    made.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
    )
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{word}')"))
    made.attachments["secret.txt"] = pikepdf.AttachedFileSpec(made, word.encode())
    page.obj.Annots = Array(
        [
            made.make_indirect(
                Dictionary(
                    Type=Name.Annot, Subtype=Name.Text, Rect=Array([10, 10, 30, 30]),
                    Contents=String(word),
                )
            )
        ]
    )  # fmt: skip
    page.obj.PieceInfo = Dictionary(Word=Dictionary(Private=String(word)))
    page.obj.Metadata = made.make_stream(f"<x>{word}</x>".encode())
    page.obj.Thumb = made.make_stream(word.encode(), Width=1, Height=1, BitsPerComponent=8)
    made.docinfo["/Subject"] = word
    return saved(made)


def fax(*lines: str, frames: int = 1) -> bytes:
    """A TIFF of black and white pages with other dots across than down, as faxes have."""
    pages = []
    for number in range(frames):
        page = Image.new("1", (1728, 1100), 1)
        draw = ImageDraw.Draw(page)
        for row, line in enumerate((*lines, f"fax page {number + 1}")):
            draw.text((120, 100 + 60 * row), line, fill=0, font_size=40)
        pages.append(page)
    buffer = io.BytesIO()
    pages[0].save(
        buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4",
        dpi=(204, 98),
    )  # fmt: skip
    return buffer.getvalue()


def photo(size: tuple[int, int] = (900, 1200), *, kind: str = "JPEG", turned: int = 1) -> bytes:
    """A photograph with a place in its metadata, perhaps turned by its camera."""
    picture = Image.new("RGB", size, (230, 225, 210))
    ImageDraw.Draw(picture).rectangle((80, 80, size[0] // 2, 300), fill=(20, 60, 120))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010E] = "SECRETPLACE"
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif)
    return buffer.getvalue()


def text_of(data: bytes) -> list[str]:
    """The text of each page, as a reader would copy it."""
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            found.append(page.get_textpage().get_text_bounded())
    return found


def streams_of(data: bytes) -> bytes:
    """Every stream decoded, and every string and name, of every object: all that is in a PDF."""
    parts: list[bytes] = []
    with pikepdf.open(io.BytesIO(data)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Stream):
                try:
                    parts.append(each.read_bytes())
                except pikepdf.PdfError:
                    parts.append(each.read_raw_bytes())
            parts.append(
                each.unparse(resolved=False) if not isinstance(each, pikepdf.Stream) else b""
            )
    return b"\n".join(parts)


def words_somewhere(data: bytes, words: Sequence[str]) -> list[str]:
    """Which of these words can be found anywhere in the file, in text, streams or metadata."""
    everything = streams_of(data) + data + "\n".join(text_of(data)).encode()
    return [word for word in words if any(form in everything for form in _forms(word))]


def _forms(word: str) -> tuple[bytes, ...]:
    return word.encode(), word.encode("utf-16-be"), word.encode().hex().encode()
