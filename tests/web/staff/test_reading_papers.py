"""Papers are read in the page of the case: page by page, searched, marked; every look is logged."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from casework.errors import Invalid
from casework.models import Case, CaseDocument, CaseEvent, PaperMark, SecurityEvent
from casework.services import marks, papers
from casework.submission import PaperAsSent
from tests.casefiles.papers_made import fax, pdf, saved
from tests.web.staff.scene import Desk

EXAM = "Exam of the back\nThe patient has had\nback pain for six weeks"
EXAM_PDF = saved(pdf(EXAM, "Plan: physical therapy", "Signed by Dr. Reed"))


@pytest.fixture(scope="module", autouse=True)
def case(desk: Desk) -> str:
    """A case with a PDF of three pages, a page that is turned, a fax, and a file that is none."""
    ref = desk.in_review("read", papers=())
    sent = [
        ("exam.pdf", EXAM_PDF),
        ("turned.pdf", saved(pdf("Turned by the scanner", rotate=90))),
        ("fax.tif", fax("Back pain on a fax", frames=2)),
        ("broken.pdf", b"%PDF-1.4 and then nothing that anybody could read"),
    ]
    form = papers.Upload(
        papers=tuple(
            PaperAsSent(name=name, media_type="", content=content) for name, content in sent
        )
    )
    papers.add_document(desk.cx("nurse"), ref, None, form)
    return ref


@pytest.fixture
def paper(desk: Desk) -> dict[str, int]:
    """The number of each paper by its name."""
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        rows = cx.db.execute(
            select(CaseDocument.name, CaseDocument.id)
            .join(Case, Case.id == CaseDocument.case_id)
            .where(Case.ref == desk.refs["read"])
        )
        return {row.name: row.id for row in rows}


def _counted(desk: Desk, *conditions) -> int:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return int(cx.db.execute(select(func.count()).where(*conditions)).scalar_one())


def test_a_page_is_shown_with_its_words_and_its_look_is_written_down(desk, app, case, paper):
    looks = (SecurityEvent.what == f"document:{paper['exam.pdf']}",)
    before = _counted(desk, *looks)
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{case}?paper={paper['exam.pdf']}&page=2")
    [picture] = [e for e in page.all("img") if e.get("class") == "leaf__picture"]
    assert picture.get("src").startswith("data:image/png;base64,")
    assert picture.get("alt").startswith("Page 2 of exam.pdf")
    assert "Plan: physical therapy" in page.text
    assert "page 2 of 3" in page.text
    assert _counted(desk, *looks) == before + 1


def test_plain_links_turn_the_page_the_paper_and_the_picture(desk, app, case, paper):
    pages = desk.sign_in(app, "nurse")
    page = pages.get(f"/staff/cases/{case}?paper={paper['exam.pdf']}")
    keys = {e.get("data-key"): e.get("href") for e in page.all("a") if e.get("data-key")}
    assert "page=2" in keys["."]
    assert "," not in keys
    assert f"paper={paper['turned.pdf']}" in keys["]"]
    assert "turn=90" in keys["r"]
    assert "size=large" in keys["+"]
    assert "Turned by the scanner" in pages.get(keys["]"]).text


def test_a_fax_is_pages_and_says_that_it_cannot_be_searched(desk, app, case, paper):
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{case}?paper={paper['fax.tif']}&page=2")
    assert "page 2 of 2" in page.text
    assert "a search does not find what stands on it" in page.text


def test_a_broken_paper_says_so_in_a_sentence(desk, app, case, paper):
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{case}?paper={paper['broken.pdf']}")
    assert "This file is damaged, so it cannot be shown." in page.text
    assert not [e for e in page.all("img") if e.get("class") == "leaf__picture"]


def test_a_strange_address_is_answered_with_a_page(desk, app, case, paper):
    pages = desk.sign_in(app, "nurse")
    here = f"/staff/cases/{case}?paper={paper['exam.pdf']}"
    assert "This paper has no page 9: it has 3." in pages.get(f"{here}&page=9").text
    assert "Exam of the back" in pages.get(f"{here}&page=x&turn=12&at=a,b,c,d&mark=z").text
    pages.get(f"/staff/cases/{case}?paper=99999999")
    pages.get(f"/staff/cases/{case}/papers/99999999", status=404)


def test_words_are_found_in_all_papers_and_stand_in_no_address(desk, app, case, paper):
    pages = desk.sign_in(app, "nurse")
    pages.get(f"/staff/cases/{case}")
    page = pages.post(f"/staff/cases/{case}/papers/find", {"words": "had back PAIN"}, status=200)
    assert "The patient has had back pain for six weeks" in page.text
    [hit] = [e.get("href") for e in page.all("a") if "at=" in (e.get("href") or "")]
    assert f"paper={paper['exam.pdf']}" in hit
    assert "pain" not in hit.lower()
    silent = page.text[page.text.index("Not searched whole") :]
    assert "fax.tif" in silent
    assert "broken.pdf" in silent
    shown = pages.get(hit)
    assert [e for e in shown.all("rect") if "leaf__mark--found" in e.get("class")]
    pages.get(f"/staff/cases/{case}")
    assert (
        "Type at least 2"
        in pages.post(f"/staff/cases/{case}/papers/find", {"words": "x"}, status=422).text
    )


def test_a_passage_is_marked_by_its_words_with_a_tag_and_a_note(desk, app, case, paper):
    number = paper["exam.pdf"]
    pages = desk.sign_in(app, "nurse")
    pages.get(f"/staff/cases/{case}?paper={number}")
    path = f"/staff/cases/{case}/papers/{number}"
    pages.post(path, {"words": "six weeks", "tag": "evidence", "note": "Six weeks as MP-021 asks."})
    assert f"paper={number}" in pages.location
    page = pages.follow()
    assert "Evidence for it, page 1" in page.text
    assert "Six weeks as MP-021 asks." in page.text
    assert [e for e in page.all("rect") if "leaf__mark--evidence" in e.get("class")]
    pages.post(path, {"words": "six weeks", "tag": "evidence", "note": "Again."})
    assert _counted(desk, PaperMark.paper_id == number, PaperMark.ended_at.is_(None)) == 1
    story = pages.get(f"/staff/cases/{case}?story=inside").text
    assert "marked a place in a paper" in story
    assert pages.client.get(f"/staff/papers/{number}").data == EXAM_PDF


def test_what_is_no_place_on_the_page_is_refused_and_what_was_typed_stays(desk, app, case, paper):
    path = f"/staff/cases/{case}/papers/{paper['exam.pdf']}"
    pages = desk.sign_in(app, "nurse")
    pages.get(path)
    page = pages.post(path, {"words": "no such words", "note": "Keep this."}, status=422)
    assert "Type them as they stand there, or draw a rectangle on the page." in page.text
    [note] = [e for e in page.all("input") if e.get("id") == "note"]
    assert note.get("value") == "Keep this."
    wrong = {"left": "90", "top": "1", "width": "20", "height": "5"}
    assert "Enter a size that stays on the page." in pages.post(path, wrong, status=422).text


def test_a_mark_on_a_turned_page_lies_on_the_upright_one(desk, app, case, paper):
    number = paper["turned.pdf"]
    path = f"/staff/cases/{case}/papers/{number}"
    pages = desk.sign_in(app, "nurse")
    pages.get(f"{path}?turn=90")
    box = {"left": "10", "top": "20", "width": "30", "height": "5", "tag": "question"}
    pages.post(path, box)
    page = pages.follow()
    [drawn] = [e for e in page.all("rect") if "question" in e.get("class")]
    assert [float(drawn.get(n)) for n in ("x", "y", "width", "height")] == [10, 20, 30, 5]
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        row = cx.db.execute(select(PaperMark).where(PaperMark.paper_id == number)).scalar_one()
    assert [float(x) for x in (row.left, row.top, row.width, row.height)] == [20, 60, 5, 30]


def test_only_who_made_a_mark_or_a_supervisor_takes_it_back(desk, app, case, paper):
    number = paper["exam.pdf"]
    box = dict.fromkeys(("left", "top", "width", "height"), Decimal(10))
    form = marks.Mark(paper_id=number, page=3, tag="attention", quote="Dr. Reed", **box)
    marks.mark_paper(desk.cx("nurse"), case, None, form)
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        mark = cx.db.execute(select(PaperMark.id).where(PaperMark.tag == "attention")).scalar_one()
    back = marks.Unmark(mark_id=mark)
    with pytest.raises(Invalid, match="Only who made a mark"):
        marks.unmark_paper(desk.cx("physician"), case, None, back)
    path = f"/staff/cases/{case}/papers/{number}"
    boss = desk.sign_in(app, "supervisor")
    assert "Read this, page 3" in boss.get(f"{path}?page=3").text
    boss.post(f"{path}/unmark", {"mark_id": str(mark)})
    marks.unmark_paper(desk.cx("nurse"), case, None, back)
    assert _counted(desk, CaseEvent.event == "mark_taken_back") == 1
    assert _counted(desk, PaperMark.tag == "attention", PaperMark.ended_at.is_(None)) == 0


def test_compliance_reads_and_marks_nothing_and_an_office_sees_no_mark(desk, app, case, paper):
    page = desk.sign_in(app, "compliance").get(f"/staff/cases/{case}?paper={paper['exam.pdf']}")
    assert "Mark a place on this page" not in page.text
    with desk.town.database.reading(desk.cx("Maple")) as cx:
        assert cx.db.execute(select(func.count(PaperMark.id))).scalar_one() == 0
