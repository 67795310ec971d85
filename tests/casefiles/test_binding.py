"""Binding: every page once, in order, bookmarks that open it, and nothing left below the paint."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import ImageStat

from casework.binding import bindery
from casework.binding.job import ANSWER, PDF, Box, Job, Part
from casework.file_sheets.words import tables
from tests.casefiles.papers_made import (
    fax,
    loaded_with_secrets,
    pdf,
    photo,
    saved,
    text_of,
    words_somewhere,
)

FOOTER = "AP-2027-000001-1 · page {page} of {pages}"
Bind = Callable[..., bytes]


@pytest.fixture
def bind(tmp_path: Path) -> Bind:
    def bound(*papers: tuple[bytes, str], **more) -> bytes:
        boxes = more.get("boxes", {})
        with bindery.scratch(tmp_path / "scratch") as folder:
            for number, (data, _kind) in enumerate(papers):
                (folder / f"p{number}").write_bytes(data)
            parts = tuple(
                Part(
                    path=f"p{number}",
                    title=f"Paper {number}",
                    group="Papers",
                    media_type=kind,
                    boxes=boxes.get(number, ()),
                    note="Covered: about another person",
                    alt="Picture of page {page} of {pages}",
                )
                for number, (_data, kind) in enumerate(papers)
            )
            job = Job(title="Case file", lang="en", footer=FOOTER, parts=parts)
            path, pages = bindery.bind(folder, job, more.get("told", lambda _done: None))
            data = path.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as made:
            assert len(made.pages) == pages
        return data

    return bound


def test_every_page_stands_once_in_order_with_its_number(bind: Bind) -> None:
    turned = saved(pdf("Alpha one", "Alpha two", rotate=90))
    locked = saved(pdf("Gamma"), encryption=pikepdf.Encryption(owner="o", user=""))
    said = text_of(bind((turned, PDF), (fax("x", frames=2), "image/tiff"), (locked, PDF)))
    wanted = ["Alpha one", "Alpha two", "", "", "Gamma"]
    for number, (text, want) in enumerate(zip(said, wanted, strict=True), 1):
        assert want in text
        assert f"page {number} of 5" in text
    assert sum("Alpha one" in text for text in said) == 1


def test_a_bookmark_opens_the_first_page_of_its_paper(bind: Bind) -> None:
    data = bind((saved(pdf("A", "B")), PDF), (photo(), "image/jpeg"), (saved(pdf("C")), PDF))
    with pypdfium2.PdfDocument(data) as made:
        marks = [(each.get_title(), each.get_dest().get_index()) for each in made.get_toc()]
    assert marks == [("Papers", 0), ("Paper 0", 0), ("Paper 1", 2), ("Paper 2", 3)]


def test_who_does_not_see_is_told_what_each_page_is(bind: Bind) -> None:
    data = bind((saved(pdf("Text")), PDF), (fax("x"), "image/tiff"))
    with pikepdf.open(io.BytesIO(data)) as made:
        assert made.Root.MarkInfo.Marked
        assert str(made.Root.Lang) == "en"
        assert str(made.docinfo.Title) == "Case file"
        text, figure = (part.K[0] for part in made.Root.StructTreeRoot.K[0].K)
        assert str(text.S) == "/P"
        assert str(figure.S) == "/Figure"
        assert str(figure.Alt) == "Picture of page 1 of 1"
        numbers = made.Root.StructTreeRoot.ParentTree.Nums
        for page in made.pages:
            found = [int(numbers[at]) for at in range(0, len(numbers), 2)]
            assert int(page.obj.StructParents) in found


def test_what_is_covered_can_be_found_nowhere(bind: Bind) -> None:
    paper = saved(pdf("Jane Other informs\nabout Joe", "Nothing of note"))
    box = Box(page=1, left=5, top=8, width=60, height=3.4)
    data = bind((paper, PDF), (paper, PDF), boxes={0: (box,), 1: (Box(page=1, whole=True),)})
    assert words_somewhere(data, ["Jane", "informs", "about Joe"]) == []
    said = text_of(data)
    assert "Covered: about another person" in said[0]
    assert "Nothing of note" in said[1]
    with pypdfium2.PdfDocument(data) as made:
        first = made[0].render(scale=1).to_pil().convert("L")
        dark = sum(first.crop((40, 70, 350, 100)).point(lambda v: 255 * (v < 40)).histogram()[255:])
        assert dark > 3000
        second = made[2].render(scale=1).to_pil().convert("L")
        assert second.getpixel((300, 400)) < 20


def test_the_line_below_the_box_stays_readable(bind: Bind) -> None:
    paper = saved(pdf("Jane Other\nabout Joe"))
    box = Box(page=1, left=5, top=9, width=60, height=2.9)
    plain, covered = bind((paper, PDF)), bind((paper, PDF), boxes={0: (box,)})
    with pypdfium2.PdfDocument(plain) as one, pypdfium2.PdfDocument(covered) as other:
        where = (60, 112, 300, 128)
        before = one[0].render(scale=1).to_pil().convert("L").crop(where)
        after = other[0].render(scale=1).to_pil().convert("L").crop(where)
    assert ImageStat.Stat(before).extrema[0][0] < 120
    assert ImageStat.Stat(after).extrema[0][0] < 160
    assert ImageStat.Stat(after).mean == pytest.approx(ImageStat.Stat(before).mean, rel=0.03)


def test_a_scanned_page_is_covered_too(bind: Bind) -> None:
    scan = photo(kind="PNG")
    data = bind((scan, "image/png"), boxes={0: (Box(page=0, whole=True),)})
    with pypdfium2.PdfDocument(data) as made:
        assert made[0].render(scale=0.5).to_pil().convert("L").getpixel((150, 150)) < 20


def test_nothing_that_hangs_on_a_document_comes_along(bind: Bind) -> None:
    data = bind((loaded_with_secrets("SECRETWORD"), PDF), (photo(), "image/jpeg"))
    assert words_somewhere(data, ["SECRETWORD", "SECRETPLACE", "JavaScript"]) == []
    with pikepdf.open(io.BytesIO(data)) as made:
        assert not made.attachments
        assert "/OCProperties" not in made.Root
        assert not any("/Annots" in page.obj for page in made.pages)
    assert "An exam." not in words_somewhere(data, ["An exam."])  # a hidden layer: as a picture


def test_what_was_filled_in_stands_in_the_file(bind: Bind) -> None:
    made = pdf("A form")
    look = made.make_stream(b"BT /F1 12 Tf 2 4 Td (Filled in) Tj ET")
    look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    look.BBox = pikepdf.Array([0, 0, 200, 20])
    look.Resources = made.pages[0].obj.Resources
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("name"),
        V=pikepdf.String("Filled in"),
        Rect=pikepdf.Array([60, 600, 260, 620]),
        F=4,
        AP=pikepdf.Dictionary(N=look),
    )
    made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(field)])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=made.pages[0].obj.Annots)
    assert "Filled in" in text_of(bind((saved(made), PDF)))[0]


@pytest.mark.parametrize(
    ("data", "kind", "trouble"),
    [
        (b"%PDF-1.7\nbroken", PDF, "broken"),
        (saved(pdf("x"), encryption=pikepdf.Encryption(owner="o", user="u")), PDF, "locked"),
        (b"PK\x03\x04word/", "application/msword", "unprintable"),
        (fax("x")[:400], "image/tiff", "broken"),
        (b"", PDF, "broken"),
    ],
    ids=["no PDF", "locked", "a text of an office program", "half a fax", "nothing"],
)
def test_what_cannot_be_printed_is_named(tmp_path, data, kind, trouble) -> None:
    with bindery.scratch(tmp_path) as folder:
        (folder / "paper").write_bytes(data)
        [measured] = bindery.measure(folder, [("paper", kind)])
    assert (measured.pages, measured.trouble) == (0, trouble)
    assert measured.trouble in tables()["trouble"]


def test_three_hundred_pages_take_no_more_memory_than_thirty(tmp_path) -> None:
    told: list[int] = []
    _few, thirty = _memory(tmp_path, sheets=28, scans=1, told=told)
    told.clear()
    data, three_hundred = _memory(tmp_path, sheets=280, scans=10, told=told)
    assert "page 300 of 300" in text_of(data)[-1]
    assert told == sorted(told)
    assert told[-1] == 300
    assert three_hundred < thirty + 40_000, f"{thirty} and {three_hundred} kB"


def _memory(tmp_path: Path, *, sheets: int, scans: int, told: list[int]) -> tuple[bytes, int]:
    """The bound file, and the most memory that the child took, in kB."""
    with bindery.scratch(tmp_path) as folder:
        (folder / "text").write_bytes(saved(pdf(*[f"Sheet {n}" for n in range(sheets)])))
        (folder / "scan").write_bytes(fax("scan", frames=2))
        parts = [Part(path="text", title="Text")]
        parts += [Part(path="scan", title="Scan", media_type="image/tiff")] * scans
        job = Job(title="Case file", lang="en", footer=FOOTER, parts=tuple(parts))
        path, _pages = bindery.bind(folder, job, told.append)
        return path.read_bytes(), json.loads((folder / ANSWER).read_bytes())["memory"]


def test_a_folder_left_by_a_killed_worker_is_swept(tmp_path) -> None:
    left = tmp_path / "binding-999999-old"
    left.mkdir()
    (left / "paper").write_bytes(b"clear")
    with bindery.scratch(tmp_path) as folder:
        assert not left.exists()
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []
