"""Papers are looked at as they arrive: what is doubtful is told at once, and nobody is refused."""

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from casework.binding.looking import doubts_of
from casework.models import Case, CaseDocument, Document
from casework.services import evidence
from casework.services.intake import submit_prior_auth
from casework.storage import Storage
from casework.submission import PaperAsSent
from tests.builders import a_submission
from tests.pages import Pages
from tests.web.member import photographed as made
from tests.web.member.appealing import appeals_of, denied
from tests.web.member.scene import Scene
from tests.web.member.walking import Walk, an_appeal

SMALL = (1200, 1600)
DOUBTFUL = [
    ("dark", made.photo(made.page(41), light=0.2, size=SMALL)),
    ("dark", made.photo(made.page(42), light=0.12, size=SMALL, noise=4)),
    ("blurred", made.photo(made.page(43), blur=4, size=SMALL)),
    ("blurred", made.photo(made.page(44), blur=7, size=SMALL)),
    ("blurred", made.photo(made.page(45), blur=5, size=SMALL, turn=6, noise=4)),
    ("blurred", made.photo(made.page(46), blur=9, size=(2000, 2700), shade=0.4)),
    ("blank", made.photo(made.page(47, lines=0), size=SMALL)),
    ("blank", made.photo(made.page(48, lines=0), size=SMALL, shade=0.5, table=20)),
    ("blank", Image.new("RGB", (1700, 2200), (255, 255, 255))),
    ("blank", made.photo(made.page(49, ink=240), size=SMALL)),
    ("small", made.page(50).resize((240, 320)).convert("RGB")),
    ("small", made.page(51).crop((0, 120, 900, 200)).convert("RGB")),
]


def a_good_photo(number: int) -> Image.Image:
    """One of thirty: in a dim or a bright room, straight or askew, typed or by hand, full or not,
    large or small, sharp or as sharp as a hand can hold it."""
    sheet = (
        made.written(number)
        if number % 6 == 5
        else made.page(
            number,
            lines=(44, 30, 8, 2, 1, 20)[number % 6],
            ink=(20, 60, 120, 25, 40, 150)[(number // 2) % 6],
            paper=(250, 240, 215, 235, 200, 245)[(number // 3) % 6],
        )
    )
    return made.photo(
        sheet,
        number,
        light=(1.0, 0.85, 0.6, 1.1, 0.5, 0.4)[number % 5],
        turn=(0, 2, -4, 9, -15, 25, 90)[number % 7],
        shade=(0.1, 0.35, 0.55)[number % 3],
        noise=(1, 2, 4)[(number // 3) % 3],
        blur=(0, 0.5, 0.8)[(number // 2) % 3],
        size=((900, 1200), SMALL, (1050, 1400))[number % 3],
        table=(90, 40, 150)[(number // 2) % 3],
    )


@pytest.mark.parametrize("number", range(len(DOUBTFUL)))
def test_a_bad_photo_is_told_by_what_is_wrong_with_it(number: int) -> None:
    code, picture = DOUBTFUL[number]
    assert doubts_of(picture) == (code,)


def test_no_alarm_on_thirty_good_photos() -> None:
    told = {number: doubts_of(a_good_photo(number)) for number in range(30)}
    assert {number: said for number, said in told.items() if said} == {}


def paper(name: str, content: bytes) -> PaperAsSent:
    return PaperAsSent(name=name, media_type="application/octet-stream", content=content)


def with_place(picture: Image.Image, *, orientation: int) -> bytes:
    """A photo as a phone takes it lying on its side: which way is up, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phonemaker"
    exif.get_ifd(0x8825)[2] = (39.0, 57.0, 40.0)
    exif.get_ifd(0x8825)[1] = "N"
    return made.jpeg(picture, exif=exif)


def a_docx(words: bytes) -> bytes:
    """The smallest letter of a word processor."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        parts.writestr("word/document.xml", b"<w:document>" + words + b"</w:document>")
        parts.writestr("[Content_Types].xml", b"<Types/>")
    return buffer.getvalue()


def locked_pdf() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(made.pdf(made.page(3)))) as source:
        source.save(buffer, encryption=pikepdf.Encryption(owner="o", user="secret"))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def seen(scene: Scene) -> dict[str, evidence.LookedAt]:
    """One of each sort, looked at by one child."""
    standing = made.photo(made.page(2), size=SMALL)
    lying = standing.rotate(90, expand=True)
    blank = made.page(4, lines=0)
    sent = {
        "good.pdf": made.pdf(made.page(3), made.page(5)),
        "half.pdf": made.pdf(made.page(3), blank, made.page(5), blank),
        "empty.pdf": made.pdf(blank),
        "locked.pdf": locked_pdf(),
        "broken.pdf": made.pdf(made.page(3))[:4000],
        "not.pdf": b"%PDF-1.7 but nothing else",
        "upright.jpg": with_place(lying, orientation=6),
        "plain.jpg": made.jpeg(standing),
        "partly.jpg": made.jpeg(standing)[:60_000],
        "letter.docx": a_docx(b"<w:t>It still hurts.</w:t>"),
        "empty.docx": a_docx(b"<w:p/>"),
    }
    looked = evidence.look_at(scene.settings, [paper(*each) for each in sent.items()])
    return dict(zip(sent, looked, strict=True))


@pytest.mark.parametrize(
    ("name", "pages", "doubts", "empty"),
    [
        ("good.pdf", 2, (), ()),
        ("half.pdf", 4, ("empty_pages",), (2, 4)),
        ("empty.pdf", 1, ("blank",), (1,)),
        ("locked.pdf", 0, ("locked",), ()),
        ("not.pdf", 0, ("broken",), ()),
        ("plain.jpg", 1, (), ()),
        ("upright.jpg", 1, (), ()),
        ("partly.jpg", 1, ("partly",), ()),
        ("letter.docx", 0, (), ()),
        ("empty.docx", 0, ("blank",), ()),
    ],
)
def test_each_sort_of_file_is_told_apart(
    seen: dict[str, evidence.LookedAt], name: str, pages: int, doubts: Any, empty: Any
) -> None:
    one = seen[name]
    assert (one.pages, one.doubts, one.empty) == (pages, doubts, empty)


def test_a_photo_is_kept_upright_and_says_no_place(seen: dict[str, evidence.LookedAt]) -> None:
    kept = Image.open(io.BytesIO(seen["upright.jpg"].paper.content))
    assert kept.size == SMALL
    assert dict(kept.getexif()) == {}
    assert b"Phonemaker" not in seen["upright.jpg"].paper.content
    small = Image.open(io.BytesIO(seen["upright.jpg"].thumb))
    assert small.height > small.width
    assert max(small.size) <= 320


def test_what_says_nothing_more_is_kept_to_the_byte(seen: dict[str, evidence.LookedAt]) -> None:
    standing = made.photo(made.page(2), size=SMALL)
    assert seen["plain.jpg"].paper.content == made.jpeg(standing)
    assert seen["half.pdf"].paper.content[:5] == b"%PDF-"
    assert seen["broken.pdf"].doubts in {("broken",), ("blank",)}


BLURRED = ("IMG_2.JPG", made.jpeg(made.photo(made.page(43), blur=6, size=SMALL)))
SHARP = ("IMG_1.JPG", made.jpeg(made.photo(made.page(61), 61, size=SMALL)))
OTHER = ("IMG_3.JPG", made.jpeg(made.photo(made.page(62, lines=9), 62, size=(900, 1200))))
NOT_SHARP = "It is not sharp."


def kept(scene: Scene, ref: str) -> list[tuple[str, bytes]]:
    """The papers on this case, by name, in order."""
    case = select(Case.id).where(Case.ref == ref).scalar_subquery()
    with scene.database.reading(scene.house.cx("system")) as cx:
        rows = cx.db.execute(
            select(CaseDocument.name, Document.sha256)
            .join(Document, Document.id == CaseDocument.document_id)
            .where(CaseDocument.case_id == case)
            .order_by(CaseDocument.id)
        ).all()
    return [(row.name, Storage(scene.settings).get(row.sha256)) for row in rows]


def up_to_papers(pages: Pages, ref: str) -> Walk:
    """An appeal that stands at the question for papers."""
    walk = an_appeal(pages, ref)
    walk.open("papers")
    return walk


def test_a_doubt_is_told_at_once_and_the_paper_is_used_anyway(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = up_to_papers(scene.sign_in(site), ref)
    # “Save and go on” with a photo that is not sharp: the page comes back and says so.
    walk.pages.post(f"{walk.at}/papers", {"papers": [(io.BytesIO(BLURRED[1]), BLURRED[0])]})
    page = walk.pages.follow()
    assert page.h1 == "Do you have papers that can help?"
    assert NOT_SHARP in page.text
    assert "Use it anyway" in page.text
    [picture] = [e for e in page.all("img") if "file__picture" in e.get("class")]
    for address, kind in ((picture.get("src"), "JPEG"), (f"{picture.get('src')}?page=1", "PNG")):
        answer = walk.pages.client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert Image.open(io.BytesIO(answer.data)).format == kind
    other = scene.sign_in(site, "OH-QHP")
    other.get(picture.get("src"), status=404)
    digest = next(e.get("value") for e in page.all("button") if e.get("name") == "sure")
    walk.pages.post(f"{walk.at}/papers", {"sure": digest})
    page = walk.pages.follow()
    assert "You said: use it anyway." in page.text
    assert "Use it anyway" not in page.text.replace("You said: use it anyway.", "")
    walk.answer("papers")
    walk.send()
    [(case, _)] = appeals_of(scene, ref)
    assert [name for name, _ in kept(scene, case.ref)] == ["IMG_2.JPG"]


def test_who_goes_on_after_the_doubt_was_told_uses_it(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = up_to_papers(scene.sign_in(site), ref)
    assert NOT_SHARP in walk.add(BLURRED).text
    assert walk.answer("papers").h1 == "Check and send"


def test_a_file_that_cannot_be_opened_keeps_no_other_out(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = up_to_papers(scene.sign_in(site), ref)
    heic = ("IMG_9.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(400))
    page = walk.add(SHARP, heic, ("virus.exe", b"MZ" + bytes(80)), status=422)
    assert "IMG_1.JPG" in page.text
    assert "We cannot open IMG_9.HEIC. It is a kind of photo (HEIC)" in page.text
    assert "We cannot open virus.exe." in page.text
    assert "IMG_1.JPG" in walk.open("papers").text, "the good one is kept"


def test_photos_become_one_paper_in_the_order_that_was_chosen(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = up_to_papers(scene.sign_in(site), ref)
    letter = ("doctor.pdf", made.pdf(made.page(9)))
    page = walk.add(SHARP, OTHER, letter)
    names = [e.text for e in page.all("span") if "files__name" in e.get("class")]
    assert names == ["IMG_1.JPG", "IMG_3.JPG", "doctor.pdf"]
    up = [e.get("value") for e in page.all("button") if e.get("name") == "earlier"]
    walk.pages.post(f"{walk.at}/papers", {"earlier": up[0], "one": "yes"})
    page = walk.pages.follow()
    names = [e.text for e in page.all("span") if "files__name" in e.get("class")]
    assert names[:2] == ["IMG_3.JPG", "IMG_1.JPG"]
    assert page.form(f"{walk.at}/papers")["one"] == "yes", "the tick is kept"
    assert "(the photos as one paper)" in walk.answer("papers").text
    walk.send()
    [(case, _)] = appeals_of(scene, ref)
    [(name, joined), (second, _)] = kept(scene, case.ref)
    assert (name, second) == ("2 photos in one.pdf", "doctor.pdf")
    with pikepdf.open(io.BytesIO(joined)) as document:
        sizes = [next(iter(page.images.values())).Width for page in document.pages]
    assert sizes == [900, 1200]


def test_papers_for_a_case_are_gathered_before_they_are_sent(scene: Scene, site: Flask) -> None:
    ref = submit_prior_auth(scene.house.cx("Maple"), a_submission(scene.house.town, "OH-MCD")).ref
    pages = scene.sign_in(site)
    address = f"/member/cases/{ref}/papers"
    pages.get(address)
    pages.post(address, {"papers": [(io.BytesIO(BLURRED[1]), BLURRED[0])], "text": "My notes."})
    page = pages.follow()
    assert NOT_SHARP in page.text
    assert page.form(address)["text"] == "My notes."
    home = pages.get("/member/")
    assert f"You began to send papers for {ref}" in home.text
    form = pages.get(address).form(address)
    pages.post(address, {"text": "My notes."})
    assert "We have your papers." in pages.follow().text
    assert [name for name, _ in kept(scene, ref)] == ["notes.pdf", "IMG_2.JPG"]
    again = pages.client.post(address, data={**form, "text": "My notes."})
    assert again.status_code == 302, "pressed twice it is done once"
    assert len(kept(scene, ref)) == 2
    assert f"You began to send papers for {ref}" not in pages.get("/member/").text
