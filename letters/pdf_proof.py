"""The second gate: the printed PDF is tagged, closed, readable and says what the letter says.

PDF/UA-1 as far as a file shows it by itself: title, language, tags, identifier, headers of tables,
embedded fonts. Nothing in it may run, open or be attached.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from letters import availability, catalogue, pdf_text
from letters.calendar_words import words
from letters.context import LetterContext
from letters.facts import context_moments, resolve
from letters.refusals import Missing
from letters.wording import wording
from letters.writing_order import bare, has_leftwards

MOST_PAGES = 50
_UA = "ISO 14289-1 (PDF/UA-1)"
_HOUSE = "Plan practice"
_PLACES = ("plan.", "reviewer.", "recipient.", "authorization")
_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/AF", "/Collection")


def check(pdf: bytes, context: LetterContext) -> tuple[Missing, ...]:
    """What is wrong with this PDF as the letter of these facts; () when nothing."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            reading = pdf_text.Reading(document)
            return (
                *_tagged(document, context),
                *_closed(document),
                *_fonts(document),
                *_text(reading, context),
                *_languages(reading, context),
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


def _text(reading: pdf_text.Reading, context: LetterContext) -> Iterator[Missing]:
    printed = reading.pages
    if not 1 <= len(printed) <= MOST_PAGES:
        yield Missing("pages", f"{len(printed)} pages; 1 to {MOST_PAGES} are a letter.", _HOUSE)
    for number, page in enumerate(printed, start=1):
        if bare(context.case.ref) not in bare(page):
            yield Missing("case_number", f"Page {number} does not show the case number.", _HOUSE)
    everything = bare("".join(printed))
    for fact in _facts(context):
        if not _stands_in(fact, everything):
            yield Missing("facts", f"The PDF does not show {fact!r}.", _HOUSE)
    yield from _places(everything, context)


def _places(everything: str, context: LetterContext) -> Iterator[Missing]:
    """Every address and number that a required element gives: of the plan, its offices, the
    reviewer, and who gets the letter."""
    for requirement in catalogue.get(context.code, context.issued_on).required(context):
        element = requirement.element
        for path in element.facts:
            if not path.startswith(_PLACES):
                continue
            for fact in resolve(context, path):
                if isinstance(fact, str) and not _stands_in(fact, everything):
                    sentence = f"The PDF must show {element.says}; {fact!r} is not in it."
                    yield Missing(element.name, sentence, requirement.cite)


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


def _stands_in(fact: str, everything: str) -> bool:
    # Words of both directions stand side by side in an order that the line decides.
    words = fact.split() if has_leftwards(fact) else [fact]
    return all(bare(word) in everything for word in words)


def _languages(reading: pdf_text.Reading, context: LetterContext) -> Iterator[Missing]:
    """Each notice of free language help is there, tagged with the language to read it aloud in."""
    letter = catalogue.get(context.code, context.issued_on)
    if not any(r.element.name == "language_block" for r in letter.required(context)):
        return
    said: dict[str, str] = {}
    for block in reading.blocks:
        said[block.language] = said.get(block.language, "") + bare("".join(block.lines))
    for notice in availability.notices(context.plan):
        if bare(notice.text) not in said.get(notice.lang, ""):
            sentence = f"The PDF does not hold the notice in {notice.name}, tagged {notice.lang!r}."
            yield Missing("language_block", sentence, "45 CFR 92.11(b)-(c)")
