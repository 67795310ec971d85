"""Fonts: every notice in its own script, every name in its own letters, none as somebody else's."""

import io

import pikepdf
import pytest

from letters import availability, pdf_text, proof, specimen, stylesheet
from letters.refusals import CatalogueError
from letters.typefaces import PACKAGE_OF, PACKAGES, WEIGHTS, Shelf, characters_of
from letters.writing_order import bare, logical
from tests.letters.letter_desk import FONTS, request_for, with_fact

pytestmark = pytest.mark.skipif(not FONTS.is_dir(), reason="the web assets are not installed")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(FONTS / stylesheet.PACKAGES_AT)


def test_the_faces_of_the_notices_have_every_character_that_public_sans_lacks():
    assets = stylesheet.assets(FONTS)
    for code, package in PACKAGE_OF.items():
        name, text = availability.spoken()[code]
        for weight, spoken in zip(WEIGHTS, (name + text, name), strict=True):
            face = characters_of(assets[f"{package}/{stylesheet.NOTICES}/{weight}"])
            public = characters_of(assets["PublicSans-Regular.ttf"])
            shapes = {ord(c) for c in bare(spoken)} - public
            assert shapes <= face, code


def test_a_face_that_was_cut_before_is_the_one_that_would_be_cut_now(shelf):
    plain, _ = stylesheet.characters()["noto-sans"]
    kept = stylesheet.assets(FONTS)[f"noto-sans/{stylesheet.NOTICES}/400"]
    assert characters_of(shelf.cut("noto-sans", plain, 400)) == characters_of(kept)


def test_no_two_fonts_have_one_name_since_one_would_be_printed_as_the_other(shelf):
    names = [stylesheet.family_of(each.package, each.name) for each in shelf.slices]
    names += [stylesheet.family_of(package, stylesheet.NOTICES) for package in PACKAGES]
    assert len(set(names)) == len(names) > 300
    assert not any(name.split()[-1].isdigit() for name in names)


def test_a_character_that_no_package_has_is_named(shelf):
    with pytest.raises(CatalogueError, match=r"noto-sans has no glyph for U\+738B"):
        shelf.cut("noto-sans", {0x738B}, 400)


def test_a_range_that_claims_more_than_the_slice_draws_is_passed_over(shelf):
    [held] = shelf.holding({0xAE00})
    assert held.package == "noto-sans-kr"


@pytest.mark.parametrize(
    "name",
    [
        "Ђорђе Петровић",
        "Ελένη Παπαδοπούλου",
        "Nguyễn Thị Ánh",
        "王小明",
        "陳龍",
        "ひろし さとう",
        "김하늘",
        "محمد علي",
        "محمد Ali علي",
        "Łucja Ŵyn-O’Brien",
    ],
)
def test_a_member_of_any_name_gets_a_letter_that_says_it(press, name):
    context = specimen.specimen("approval", "medicaid")
    context = with_fact(with_fact(context, "member.name", name), "recipient.name", name)
    pdf = press.print(request_for(context))
    assert proof.check_pdf(pdf, context) == ()
    read = bare("".join(pdf_text.read(pdf)))
    assert all(read.count(bare(word)) >= 3 for word in name.split())


def test_each_character_of_a_name_is_drawn_with_the_font_that_has_it(press, shelf):
    context = with_fact(specimen.specimen("approval", "medicaid"), "recipient.name", "王明 Ελ Ђо")
    foreign = set(map(ord, "王明ΕλЂо")) - stylesheet.known(stylesheet.assets(FONTS))
    slices = {each.name: some for each, some in shelf.holding(foreign).items()}
    assert len(slices) >= 4
    with pikepdf.open(io.BytesIO(press.print(request_for(context)))) as document:
        drawn = fonts_of(document)
    for name, some in slices.items():
        [text] = [said for font, said in drawn.items() if f"-{name}-part" in font]
        assert set(map(ord, text.strip())) - {0xFFFF} == some


def fonts_of(document: pikepdf.Pdf) -> dict[str, str]:
    """What each font of the file draws, by the name of the font."""
    fonts = document.pages[0].Resources.Font
    maps: dict[str, dict[bytes, str]] = {}
    return {
        str(font.BaseFont): "".join(pdf_text._map(name, fonts, maps).values())
        for name, font in fonts.items()
    }


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("large_print", [False, True])
def test_each_notice_can_be_read_aloud_in_its_own_language(press, language, large_print):
    context = specimen.specimen("denial", "medicaid", language=language, large_print=large_print)
    with pikepdf.open(io.BytesIO(press.print(request_for(context)))) as document:
        blocks = pdf_text.tagged(document)
    found = {}
    for block in blocks:
        if block.path[-1] == "Sect" and block.kind == "P":
            found[block.language] = bare("".join(block.lines))
    for notice in availability.notices(context.plan):
        assert bare(notice.text) in found[notice.lang]


def test_a_notice_that_lost_its_language_is_refused(press):
    context = specimen.specimen("denial", "medicaid")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(press.print(request_for(context)))) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Lang", "") == "ko":
                del item["/Lang"]
        document.save(out)
    missing = proof.check_pdf(out.getvalue(), context)
    assert [m.element for m in missing] == ["language_block"]
    assert "한국어" in missing[0].sentence


@pytest.mark.parametrize(
    ("drawn", "leftwards", "read"),
    [
        ("plain text, 12", False, "plain text, 12"),
        ("םולש", False, "שלום"),
        ("Ana םולש 12", False, "Ana שלום 12"),
        (".2 תיב 1-800 (TTY: 7) םולש", True, "שלום 1-800 (TTY: 7) בית 2."),
        ("םלוע םולש", True, "שלום עולם"),
    ],
)
def test_a_line_is_read_in_the_order_of_its_writing(drawn, leftwards, read):
    assert logical(list(drawn), leftwards=leftwards) == read


def test_a_ligature_is_read_forwards():
    assert logical(["ه", "لا", "ا"], leftwards=True) == "الاه"


def test_what_is_not_installed_is_named_and_a_broken_package_refused(tmp_path):
    assert stylesheet.missing(FONTS) == ()
    assert str(stylesheet.PUBLIC_SANS / "PublicSans-Bold.ttf") in stylesheet.missing(tmp_path)
    (tmp_path / stylesheet.PACKAGES_AT).mkdir()
    with pytest.raises(CatalogueError, match="no font package noto-sans; run `make setup`"):
        stylesheet.assets(tmp_path)


def test_a_face_is_cut_once_and_kept_where_that_is_allowed(tmp_path):
    (tmp_path / stylesheet.PACKAGES_AT).symlink_to(FONTS / stylesheet.PACKAGES_AT)
    cut = stylesheet.assets(tmp_path)
    kept = list((tmp_path / stylesheet.CACHE).glob("*.ttf"))
    assert len(kept) == len(cut) == 10
    assert {path.read_bytes() for path in kept} == set(cut.values())
    (tmp_path / "file").write_text("no folder")
    stylesheet._keep(tmp_path / "file" / "x.ttf", b"font")
