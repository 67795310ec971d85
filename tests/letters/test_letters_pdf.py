"""The printed letter: tagged PDF/UA-1, closed, embedded fonts, and the words of the case."""

import io

import pikepdf
import pytest

from letters import proof, render, specimen, typefaces
from letters.printjob import PrintRequest
from letters.refusals import LetterRefused, PrintRefused
from tests.letters.letter_desk import FONTS, request_for, with_fact


def font_sizes(pdf: bytes) -> set[float]:
    """The sizes in points of all text that is drawn."""
    sizes = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for instruction in pikepdf.parse_content_stream(page):
                if str(instruction.operator) == "Tf":
                    sizes.add(round(float(instruction.operands[1]) * 0.75, 2))
    return sizes


@pytest.mark.parametrize(("large_print", "least"), [(False, 12), (True, 18)])
def test_no_text_is_smaller_than_the_law_allows(press, large_print, least):
    context = specimen.specimen("appeal_upheld", "marketplace", large_print=large_print)
    sizes = font_sizes(press.print(request_for(context)))
    assert min(sizes) >= least, sizes


@pytest.mark.skipif(not FONTS.is_dir(), reason="the web assets are not installed")
def test_the_letter_is_set_in_the_font_that_we_ship(press):
    pdf = press.print(request_for(specimen.specimen("denial", "medicaid")))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = {str(f.BaseFont) for f in document.pages[0].Resources.Font.values()}
    ours = {"Public-Sans"} | {name.replace(" ", "-") for name in typefaces.PACKAGES.values()}
    assert fonts
    assert all(any(name.split("+")[1].startswith(one) for one in ours) for name in fonts), fonts


def test_without_the_web_assets_a_letter_prints_in_a_font_of_the_system():
    context = specimen.specimen("approval", "medicaid")
    context = with_fact(context, "plan.languages", ("es", "vi", "fr"))
    request = request_for(context)
    pdf = render.pdf(request.html, title=request.title, lang="en", assets={})
    assert proof.check_pdf(pdf, context) == ()


def test_a_character_without_a_glyph_is_refused_and_not_printed_as_a_box(press):
    context = with_fact(specimen.specimen("approval", "medicaid"), "member.name", "A \U0010abcd")
    with pytest.raises(PrintRefused, match=r"glyphs: No font has a glyph for U\+10ABCD"):
        press.print(request_for(context))


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("case.ref", "case_number"),
        ("member.name", "facts"),
        ("plan.phone", "facts"),
        ("dates.appeal_by.on", "facts"),
    ],
)
def test_a_pdf_of_another_case_is_refused(press, path, element):
    context = specimen.specimen("denial", "medicaid")
    pdf = press.print(request_for(context))
    value = context.issued_on if path.endswith(".on") else "Somebody Else 7"
    other = with_fact(with_fact(context, "dates.decide_by", None), path, value)
    if path.endswith(".on"):
        other = with_fact(other, path, context.issued_on.replace(year=2031))
    assert element in {m.element for m in proof.check_pdf(pdf, other)}


def spoiled(pdf: bytes, spoil) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        spoil(document)
        document.save(out)
    return out.getvalue()


def _no_fonts(document):
    for font in document.pages[0].Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def _attach(document):
    document.attachments["x.txt"] = b"x"


def _action(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _annotate(document):
    document.pages[0].Annots = document.make_indirect(pikepdf.Array())


def _unmark(document):
    document.Root.MarkInfo.Marked = False


def _pages_gone(document):
    del document.pages[1:]


@pytest.mark.parametrize(
    ("spoil", "element"),
    [
        (_no_fonts, "fonts"),
        (_attach, "closed"),
        (_action, "closed"),
        (_annotate, "closed"),
        (_unmark, "tags"),
        (_pages_gone, "facts"),
        (lambda d: d.Root.__delitem__("/StructTreeRoot"), "tags"),
        (lambda d: d.Root.__setitem__("/Lang", pikepdf.String("fr")), "language"),
        (lambda d: d.docinfo.__setitem__("/Title", "A letter"), "title"),
        (lambda d: d.Root.__delitem__("/Metadata"), "identifier"),
        (lambda d: d.Root.__delitem__("/ViewerPreferences"), "title_shown"),
    ],
)
def test_a_pdf_that_was_tampered_with_is_refused_by_name(press, spoil, element):
    context = specimen.specimen("denial", "medicaid")
    pdf = spoiled(press.print(request_for(context)), spoil)
    assert element in {m.element for m in proof.check_pdf(pdf, context)}
    with pytest.raises(LetterRefused):
        proof.require_pdf(pdf, context)


def test_what_is_no_pdf_is_refused(press):
    context = specimen.specimen("denial", "medicaid")
    assert [m.element for m in proof.check_pdf(b"%PDF-nonsense", context)] == ["pdf"]


def test_the_title_and_language_of_the_request_are_those_of_the_file(press):
    request = PrintRequest(html="<!doctype html><p>Hola", title="Carta 7", lang="es")
    with pikepdf.open(io.BytesIO(press.print(request))) as document:
        assert str(document.docinfo["/Title"]) == "Carta 7"
        assert str(document.Root.Lang) == "es"
