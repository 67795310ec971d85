"""Binds a job into one PDF: pages in order, bookmarks, page labels, footer, tags, links.

Documents are opened one after the other from disk, and their streams go from file to file, so that
memory does not grow with pages; the picture of a page lives only while it is made.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from casework.binding import cleaning, pictures
from casework.binding.job import PICTURES, Box, Job, Part
from casework.binding.pictures import Pixels
from casework.binding.stamping import Footer
from casework.binding.tags import Tree

Told = Callable[[int], None]

# US Letter in points; a stranger's page stands inside, above our footer.
LETTER: Final = (612.0, 792.0)
EDGE, FOOT = 18.0, 32.0


class Binder:
    """One file in the making."""

    def __init__(self, job: Job, folder: Path, told: Told) -> None:
        self._job, self._folder, self._told = job, folder, told
        self._out = pikepdf.new()
        self._tree = Tree(self._out, job.lang)
        font = (folder / job.font).read_bytes() if job.font else b""
        self._footer = Footer(self._out, font)
        self._notes: dict[int, str] = {}
        self._starts: list[int] = []

    def bind(self, to: Path) -> int:
        """Write the file; returns how many pages it has."""
        with ExitStack() as sources:
            for part in self._job.parts:
                self._starts.append(len(self._out.pages))
                section = self._tree.section(part.title)
                if part.ours:
                    self._take(part, section, sources)
                elif part.media_type in PICTURES:
                    self._picture(part, section)
                else:
                    self._paper(part, section, sources)
            self._link()
            self._stamp()
            self._outline()
            self._tree.finish()
            self._entitle()
            self._out.save(
                to,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                compress_streams=True,
            )
        return len(self._out.pages)

    def _take(self, part: Part, section: Any, sources: ExitStack) -> None:
        """Pages of ours, exactly as they are, with their tags."""
        source = sources.enter_context(pikepdf.open(self._folder / part.path))
        start = len(self._out.pages)
        self._out.pages.extend(source.pages)
        pages = list(self._out.pages)[start:]
        self._tree.adopt(section, source, pages)
        self._told(len(self._out.pages))

    def _picture(self, part: Part, section: Any) -> None:
        for number, of, frame in pictures.frames(self._folder / part.path, part.boxes):
            alt = part.alt.format(page=number, pages=of)
            self._put(part, section, number, self._image(frame), alt=alt)

    def _paper(self, part: Part, section: Any, sources: ExitStack) -> None:
        """A stranger's PDF: each page as a drawing without all else; where something on it is
        withheld or hidden, as a picture of what may be seen."""
        path = self._folder / part.path
        source = sources.enter_context(pikepdf.open(path))
        hidden = cleaning.hides(source)
        seen = sources.enter_context(_seen(source, path))
        cleaning.flattened(source)
        for index, page in enumerate(source.pages):
            boxes = [box for box in part.boxes if box.page in (0, index + 1)]
            if boxes or hidden:
                drawing, figure = self._image(pictures.rendered(seen, index, boxes)), True
            else:
                drawing = self._out.copy_foreign(page.as_form_xobject())
                cleaning.cut(drawing)
                figure = not _has_text(seen, index)
            alt = part.alt.format(page=index + 1, pages=len(source.pages)) if figure else ""
            self._put(part, section, index + 1, drawing, alt=alt)

    def _put(self, part: Part, section: Any, number: int, drawing: Any, *, alt: str) -> None:
        """A new page of our paper with this drawing on it, upright and as large as fits. With
        `alt` it is a figure of that name, else text."""
        width, height, matrix = _placed(drawing)
        page = pikepdf.Page(
            self._out.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, width, height]),
                    Resources=Dictionary(XObject=Dictionary(Whole=drawing)),
                    Tabs=Name.S,
                )
            )
        )
        tag = "Figure" if alt else "P"
        said = f"/{tag} << /MCID 0 >> BDC q {matrix} cm /Whole Do Q EMC\n"
        page.obj.Contents = self._out.make_stream(said.encode())
        self._out.pages.append(page)
        page = self._out.pages[-1]
        self._tree.page(section, page, alt=alt)
        if any(box.page in (0, number) for box in part.boxes):
            self._notes[len(self._out.pages) - 1] = part.note
        self._told(len(self._out.pages))

    def _image(self, made: Pixels) -> Any:
        image = self._out.make_stream(made.data)
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height = made.width, made.height
        image.ColorSpace, image.BitsPerComponent = Name(made.space), made.bits
        image.Filter = Name(made.filter)
        box = Dictionary(XObject=Dictionary(Picture=image))
        across, down = made.points
        drawing = self._out.make_stream(f"{across:.2f} 0 0 {down:.2f} 0 0 cm /Picture Do".encode())
        drawing.Type, drawing.Subtype = Name.XObject, Name.Form
        drawing.BBox, drawing.Resources = Array([0, 0, across, down]), box
        return drawing

    def _link(self) -> None:
        """Let each named target of our pages mean the first page of its part."""
        for page in self._out.pages:
            notes = page.obj.get("/Annots")
            for note in list(notes) if notes is not None else ():
                wanted = self._job.links.get(_target(note))
                if wanted is not None:
                    there = self._out.pages[self._starts[wanted]].obj
                    for key in ("/A", "/Dest"):
                        if key in note:
                            del note[key]
                    note.Dest = Array([there, Name.Fit])

    def _stamp(self) -> None:
        before = self._job.first - 1
        pages = before + len(self._out.pages)
        for index, page in enumerate(self._out.pages):
            said = self._job.footer.format(page=before + index + 1, pages=pages)
            self._footer.write(page, said, self._notes.get(index, ""))

    def _outline(self) -> None:
        with self._out.open_outline() as outline:
            groups: dict[str, OutlineItem] = {}
            for part, start in zip(self._job.parts, self._starts, strict=True):
                item = OutlineItem(part.title, start, "Fit")
                if not part.group:
                    outline.root.append(item)
                    continue
                if part.group not in groups:
                    groups[part.group] = OutlineItem(part.group, start, "Fit")
                    outline.root.append(groups[part.group])
                groups[part.group].children.append(item)

    def _entitle(self) -> None:
        root = self._out.Root
        root.Lang = String(self._job.lang)
        root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=self._job.first)]))
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageMode = Name.UseOutlines
        with self._out.open_metadata(set_pikepdf_as_editor=False) as said:
            said["dc:title"] = self._job.title
            said["dc:language"] = [self._job.lang]
        self._out.docinfo["/Title"] = self._job.title


class _seen:
    """The same document for the eye: the decrypted one where a password was in the way."""

    def __init__(self, source: pikepdf.Pdf, path: Path) -> None:
        self._path = path
        if source.is_encrypted or source.get_warnings():
            self._path = path.with_suffix(".plain")
            source.save(self._path, encryption=False)

    def __enter__(self) -> pypdfium2.PdfDocument:
        self._document = pypdfium2.PdfDocument(self._path)
        self._document.init_forms()
        return self._document

    def __exit__(self, *_exc: object) -> None:
        self._document.close()


def _has_text(document: pypdfium2.PdfDocument, index: int) -> bool:
    page = document[index]
    text = page.get_textpage()
    try:
        return bool(text.count_chars() > 0)
    finally:
        text.close()
        page.close()


def _placed(drawing: Any) -> tuple[float, float, str]:
    """Paper upright or across, and the matrix that puts the drawing into its middle."""
    left, bottom, right, top = _extent(drawing)
    width, height = LETTER if right - left <= top - bottom else (LETTER[1], LETTER[0])
    room = (width - 2 * EDGE, height - EDGE - FOOT)
    scale = min(room[0] / (right - left), room[1] / (top - bottom), 1.0)
    x = EDGE + (room[0] - scale * (right - left)) / 2 - scale * left
    y = FOOT + (room[1] - scale * (top - bottom)) / 2 - scale * bottom
    return width, height, f"{scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f}"


def _extent(drawing: Any) -> tuple[float, float, float, float]:
    """Where the drawing lies after its own matrix (a turned page has one)."""
    box = pikepdf.Rectangle(drawing.BBox)
    matrix = pikepdf.Matrix(drawing.get("/Matrix", Array([1, 0, 0, 1, 0, 0])))
    turned = matrix.transform(box)
    return float(turned.llx), float(turned.lly), float(turned.urx), float(turned.ury)


def _target(note: Any) -> str:
    """The name that a link of ours points to; empty for every other note."""
    wanted = note.get("/Dest")
    if wanted is None and note.get("/A") is not None:
        wanted = note.A.get("/D")
    return str(wanted) if isinstance(wanted, String | Name) else ""


def painted(path: Path, media_type: str, number: int, boxes: Sequence[Box]) -> bytes:
    """One page of a document as PNG for the screen, with what is withheld painted over.

    `number` counts from 1. Raises IndexError where there is no such page.
    """
    mine = [box for box in boxes if box.page in (0, number)]
    if media_type in PICTURES:
        return pictures.png(pictures.frame(path, number, mine))
    with pikepdf.open(path) as source, _seen(source, path) as seen:
        if not 1 <= number <= len(seen):
            raise IndexError(number)
        return pictures.png(pictures.drawn(seen, number - 1, mine)[0])
