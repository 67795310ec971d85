"""The second gate: the printed PDF is tagged, closed, readable and says what the letter says.

PDF/UA-1 as far as a file shows it by itself: title, language, tags, identifier, headers of tables,
embedded fonts. Nothing in it may run, open or be attached.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from letters import pdf_text
from letters.calendar_words import words
from letters.context import LetterContext
from letters.facts import context_moments
from letters.refusals import Missing
from letters.wording import wording

MOST_PAGES = 50
_UA = "ISO 14289-1 (PDF/UA-1)"
_HOUSE = "Plan practice"
_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/AF", "/Collection")


def check(pdf: bytes, context: LetterContext) -> tuple[Missing, ...]:
    """What is wrong with this PDF as the letter of these facts; () when nothing."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return (
                *_tagged(document, context),
                *_closed(document),
                *_fonts(document),
                *_text(document, context),
            )
    except pikepdf.PdfError:
        return (Missing("pdf", "The file is no PDF that can be read.", _HOUSE),)


def _tagged(document: pikepdf.Pdf, context: LetterContext) -> Iterator[Missing]:
    root: Any = document.Root
    title = str(document.docinfo.get("/Title", ""))
    identifier = document.open_metadata().get("pdfuaid:part", "")
    checks = {
        "title": (context.case.ref in title, "The title must hold the case number."),
        "language": (
            str(root.get("/Lang", "")) == context.language,
            f"The language must be {context.language!r}.",
        ),
        "tags": (
            "/StructTreeRoot" in root and bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            "The file must be tagged.",
        ),
        "identifier": (str(identifier) == "1", "The file must say that it is PDF/UA-1."),
        "title_shown": (
            bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            "Viewers must show the title.",
        ),
    }
    for element, (holds, sentence) in checks.items():
        if not holds:
            yield Missing(element, sentence, _UA)


def _closed(document: pikepdf.Pdf) -> Iterator[Missing]:
    names: Any = document.Root.get("/Names", {})
    open_doors = [name for name in _ACTIVE if name in document.Root]
    open_doors += [name for name in ("/EmbeddedFiles", "/JavaScript") if name in names]
    open_doors += ["/Annots" for page in document.pages if "/Annots" in page.obj]
    for name in dict.fromkeys(open_doors):
        yield Missing("closed", f"The file must not have {name}.", _HOUSE)


def _fonts(document: pikepdf.Pdf) -> Iterator[Missing]:
    bare: dict[str, None] = {}
    for page in document.pages:
        fonts: Any = page.obj.Resources.get("/Font", {})
        for font in fonts.values():
            for part in font.get("/DescendantFonts", [font]):
                described: Any = part.get("/FontDescriptor", {})
                if not any(f"/FontFile{kind}" in described for kind in ("", "2", "3")):
                    bare[str(font.get("/BaseFont", "?"))] = None
    for name in bare:
        yield Missing("fonts", f"The font {name} must be embedded.", _UA)


def _text(document: pikepdf.Pdf, context: LetterContext) -> Iterator[Missing]:
    printed = pdf_text.pages(document)
    if not 1 <= len(printed) <= MOST_PAGES:
        yield Missing("pages", f"{len(printed)} pages; 1 to {MOST_PAGES} are a letter.", _HOUSE)
    for number, page in enumerate(printed, start=1):
        if _tight(context.case.ref) not in _tight(page):
            yield Missing("case_number", f"Page {number} does not show the case number.", _HOUSE)
    everything = _tight("".join(printed))
    for fact in _facts(context):
        if _tight(fact) not in everything:
            yield Missing("facts", f"The PDF does not show {fact!r}.", _HOUSE)


def _facts(context: LetterContext) -> tuple[str, ...]:
    language = wording(context.language)
    moments = context_moments(context.dates)
    if context.decision and context.decision.effective_on:
        moments = (*moments, context.decision.effective_on)
    deadlines = tuple(words(moment, language) for moment in moments)
    plan = (context.plan.name, context.plan.phone, context.plan.tty)
    return (
        context.member.name,
        context.member.member_id,
        context.recipient.name,
        *plan,
        *deadlines,
    )


def _tight(text: str) -> str:
    # Lines are drawn without the blank that the break swallowed.
    return "".join(text.split())
