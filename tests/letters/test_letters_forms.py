"""One letter in five forms tells one thing, and every printed one is tagged as the law asks.

Each letter and line is printed in one of the four pairs of language and size, in turn, each letter
in two at least; `CHAOS=year` (as `make chaos` sets it) prints every letter, line and pair.
`CASEWORK_UPDATE_SNAPSHOTS=1 CHAOS=year` writes the page counts anew (with `-n 0`).
"""

import io
import json
import re
from itertools import pairwise, product

import pikepdf
import pytest

from letters import compose, extract, outputs, pdf_text, proof, specimen
from letters.context import LANGUAGES
from letters.markup import parse
from tests.letters.letter_desk import EVERYWHERE, SNAPSHOTS, UPDATE, WHOLE

PAGES = SNAPSHOTS / "pages.json"
PAIRS = tuple(product(LANGUAGES, (False, True)))
LEAST_WAYS = len(PAIRS) if WHOLE else 2
FIELDS = {"names", "addresses", "phones", "dates", "numbers", "statements"}


def printings():
    """(code, line, language, large print), by the choice that the head of this file tells."""
    if WHOLE:
        return [(*letter, *pair) for letter in EVERYWHERE for pair in PAIRS]
    lines = {}
    for code, line in EVERYWHERE:
        lines.setdefault(code, []).append(line)
    chosen = []
    for shift, (code, known) in enumerate(sorted(lines.items())):
        for turn in range(max(LEAST_WAYS, len(known))):
            pair = PAIRS[(shift + turn) % len(PAIRS)]
            chosen.append((code, known[turn % len(known)], *pair))
    return chosen


def named(printing) -> str:
    code, line, language, large = printing
    return f"{code}.{line}.{language}{'.large' if large else ''}"


def test_every_letter_and_line_is_printed_and_each_pair_of_language_and_size_with_many():
    printed = printings()
    assert {(code, line) for code, line, _, _ in printed} == set(EVERYWHERE)
    for pair in PAIRS:
        assert len({code for code, _, *each in printed if tuple(each) == pair}) > len(PAIRS) * 5
    for code in {code for code, _ in EVERYWHERE}:
        ways = {(lang, size) for each, _, lang, size in printed if each == code}
        assert len(ways) >= LEAST_WAYS


@pytest.mark.parametrize("printing", printings(), ids=named)
def test_every_letter_prints_tagged_and_tells_what_its_page_tells(press, printing):
    code, line, language, large = printing
    context = specimen.specimen(code, line, language=language, large_print=large)
    pdf = press.print(outputs.in_print(context))
    assert proof.check_pdf(pdf, context) == ()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert context.case.ref in str(document.docinfo.Title)
        assert_well_tagged(structure(document))
        pages = len(document.pages)
    told = extract.from_html(compose.html(context))
    assert extract.differences(told, extract.from_pdf(pdf)) == ()
    assert_pages(named(printing), pages)


def assert_pages(name: str, pages: int) -> None:
    known = json.loads(PAGES.read_text(encoding="utf-8")) if PAGES.is_file() else {}
    if UPDATE:
        known[name] = pages
        PAGES.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    assert known.get(name) == pages, "see the head of this file for how to write them anew"


def structure(document: pikepdf.Pdf) -> list[tuple[str, pikepdf.Object]]:
    """Every structure element in document order as (type, dictionary)."""
    found: list[tuple[str, pikepdf.Object]] = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append((str(node.S), node))
            walk(node.get("/K", pikepdf.Array()))

    walk(document.Root.StructTreeRoot.K)
    return found


def assert_well_tagged(elements):
    kinds = [kind for kind, _ in elements]
    assert kinds[0] == "/Document"
    assert kinds.count("/H1") == 1
    headings = [int(kind[2]) for kind in kinds if kind in ("/H1", "/H2", "/H3")]
    assert headings[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(headings)), headings
    cells = [node for kind, node in elements if kind == "/TD"]
    assert cells
    headers = {str(node.ID) for kind, node in elements if kind == "/TH"}
    for cell in cells:
        named_by = {str(each) for each in cell.A.get("/Headers", ())}
        assert named_by, "a cell without its header"
        assert named_by <= headers
    for kind, node in elements:
        assert len(node.get("/K", ())) > 0 or kind in ("/NonStruct", "/TD"), f"an empty {kind}"


def test_page_and_plain_text_tell_the_same_in_both_languages(code, line):
    by_language = []
    for language in LANGUAGES:
        context = specimen.specimen(code, line, language=language)
        page = extract.from_html(outputs.as_page(context, noted=True))
        text = outputs.as_text(context, noted=True).removeprefix(outputs.note(context))
        assert extract.differences(page, extract.from_text(text, language)) == ()
        by_language.append(page)
    assert extract.differences(*by_language) == ()


def test_what_is_told_is_what_the_letter_says():
    context = specimen.specimen("denial", "marketplace")
    told = extract.from_html(compose.html(context))
    assert {context.member.name, context.member.member_id, context.case.ref} <= set(told.names)
    assert str(context.dates.appeal_by.on) in told.dates
    assert context.plan.appeals.phone in told.phones
    assert context.services[0].code in told.numbers
    assert ", ".join(context.recipient.lines) in told.addresses
    keys = [key for statement in told.statements for key in statement]
    assert {"appeal.right", "appeal.fast", "external.title", "notice.fa"} <= set(keys)
    assert keys.index("appeal.right") < keys.index("external.title")


def pdf_of(press, context, change):
    request = outputs.in_print(context)
    return press.print(outputs.in_print(context, change(request.html)))


CHANGES = {
    "a digit of a code": (lambda page: page.replace("97110", "97116"), {"names", "numbers"}),
    "a phone": (lambda page: page.replace("555-0121", "555-0129", 1), {"phones"}),
    "a day": (lambda page: page.replace("March 5, 2027", "March 6, 2027"), {"dates"}),
    "a month": (lambda page: page.replace("March 5, 2027", "May 5, 2027"), {"dates"}),
    "a name": (lambda page: page.replace("Maria Alvarez Quinn", "Maria Alvarez"), {"names"}),
    "a street": (lambda page: page.replace("218 Larkspur", "219 Larkspur"), {"addresses"}),
    "a right left out": (lambda page: without(page, "expedited_review"), {"statements"}),
    "a right in other words": (
        lambda page: page.replace("This is called an appeal", "That is an appeal"),
        {"statements"},
    ),
    "a notice left out": (lambda page: re.sub(r'<p lang="ko">.*?</p>', "", page), {"statements"}),
    "a notice changed": (lambda page: page.replace("무료", "유료", 1), {"statements"}),
    "rights in another order": (lambda page: swapped(page), {"statements"}),
}


def without(page: str, element: str) -> str:
    assert f'data-element="{element}"' in page
    return re.sub(rf'<p data-element="{element}">.*?</p>', "", page, flags=re.DOTALL)


def swapped(page: str) -> str:
    first, second = "<h3>See what we used</h3>", "<h3>Someone can act for you</h3>"
    assert first in page
    return page.replace(first, "\0").replace(second, first).replace("\0", second)


@pytest.mark.parametrize("change", CHANGES)
def test_a_form_that_tells_something_else_is_found(press, change):
    make, fields = CHANGES[change]
    context = specimen.specimen("denial", "medicaid")
    html = compose.html(context)
    changed = make(html)
    assert changed != html
    told = extract.from_html(html)
    forms = {
        "page": extract.from_html(changed),
        "print": extract.from_pdf(pdf_of(press, context, make)),
    }
    for form, read in forms.items():
        assert fields <= set(extract.differences(told, read)), form
        assert extract.differences(read, told)


def test_a_line_of_the_plain_text_that_changed_is_found():
    context = specimen.specimen("denial", "medicaid", language="es")
    text = outputs.as_text(context)
    told = extract.from_text(text, "es")
    lines = text.splitlines()
    unseen = 0
    for at, line in enumerate(lines):
        if not line or set(line) <= {"=", "-"}:
            continue
        less = extract.from_text("\n".join(lines[:at] + lines[at + 1 :]), "es")
        unseen += extract.differences(told, less) == ()
    # A name of an office, of a street without a town: told beside what is compared.
    assert unseen <= 4


def test_the_same_facts_give_the_same_text_again(press):
    for code, line in (("denial", "medicare"), ("appeal_upheld", "marketplace")):
        context = specimen.specimen(code, line, language="es")
        once, again = (press.print(outputs.in_print(context)) for _ in range(2))
        assert pdf_text.read(once) == pdf_text.read(again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_has_a_place_for_everything(language):
    page = outputs.as_page(specimen.specimen("denial", "marketplace", language=language))
    root = parse(page)
    assert root.get("lang") == language
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import", page)
    main = root.find("body/main")
    assert main is not None
    outside = [n.tag for n in root.find("body") if n.tag not in ("header", "main")]
    assert outside == []
    assert all(cell.get("scope") for cell in root.iter("th"))


def test_the_part_for_another_page_is_the_same_letter():
    context = specimen.specimen("denial", "marketplace")
    part = outputs.as_part(context)
    assert not re.search("<main|<header|aria-label", part)
    assert part.count("<caption") == part.count("<table") > 1
    read = extract.from_html(f'<html lang="en"><body>{part}</body></html>')
    assert extract.differences(read, extract.from_html(compose.html(context))) == ()
