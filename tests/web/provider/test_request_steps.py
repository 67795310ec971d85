"""The form grows, searches and keeps papers without a script, step by step."""

import pytest

from tests.builders import PDF
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal
from tests.web.provider.writing import FORM, PNG, good, review


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("virus.exe", b"MZ" + bytes(100), "is none of PDF, PNG, JPEG, TIFF, DOCX"),
        ("photo.pdf", PNG, "is named .pdf and is not that"),
        ("big.pdf", b"%PDF-1.4" + bytes(25 * 1024 * 1024), "larger than 25 MB"),
    ],
    ids=["empty", "a program", "a picture by another name", "too big"],
)
def test_a_paper_that_cannot_be_read_is_named_and_nothing_is_lost(
    mae: Portal, town, name: str, content: bytes, sentence: str
) -> None:
    page = review(mae, good(town), status=422, files=[("notes.pdf", PDF), (name, content)])
    assert sentence in mae.error_of("papers")
    assert "notes.pdf" in page.text
    assert mae.field("note") == "Headaches for six weeks."
    # Without choosing the good one again it goes through.
    page = mae.send(FORM, {"do": "review"})
    assert page.h1 == "Review what is sent"
    assert "notes.pdf" in page.text
    assert name not in page.text


def test_papers_are_kept_over_every_step_and_can_be_taken_out(mae: Portal, town) -> None:
    mae.get(FORM)
    page = mae.send(FORM, {**good(town), "do": "upload"}, files=[("a.pdf", PDF), ("b.png", PNG)])
    assert "a.pdf" in page.text
    assert "b.png" in page.text
    drop = next(e for e in page.all("button") if "Take out a.pdf" in " ".join(e.text.split()))
    page = mae.send(FORM, {"do": drop.get("value")})
    assert "a.pdf" not in page.text
    assert "b.png" in page.text
    assert mae.field("member_id") == town.members["OH-MCD"]


def test_a_receipt_for_a_paper_serves_only_whom_it_was_given(practice: Practice, town) -> None:
    mae, ben = practice.browser("mae"), practice.browser("ben")
    mae.get(FORM)
    mae.send(FORM, {**good(town), "do": "upload"}, files=[("a.pdf", PDF)])
    receipt = mae.field("kept")
    ben.get(FORM)
    page = ben.send(FORM, {**good(town), "kept": receipt, "do": "upload"}, status=422)
    assert "must be chosen again" in ben.error_of("papers")
    assert "a.pdf" not in page.text
    mae.send(FORM, {"kept": receipt[:-2] + "xx", "do": "upload"}, status=422)
    assert "must be chosen again" in mae.error_of("papers")


def test_lines_and_diagnoses_come_and_go_without_a_script(mae: Portal, town) -> None:
    mae.get(FORM)
    mae.send(FORM, {**good(town), "do": "add-line"})
    assert mae.field("line-2-first") == "2027-04-01"
    mae.send(FORM, {"line-2-code": "97110", "do": "add-line"})
    mae.send(FORM, {"line-3-code": "E0601", "do": "remove-line-2"})
    assert [mae.field(f"line-{n}-code") for n in (1, 2)] == ["70551", "E0601"]
    mae.send(FORM, {"do": "add-diagnosis"})
    mae.send(FORM, {"diagnosis-2": "E11.9", "do": "remove-diagnosis-1"})
    assert mae.field("diagnosis-1") == "E11.9"
    page = mae.send(FORM, {"search": "back low", "do": "find-diagnosis"})
    assert "Low back pain, unspecified" in page.text
    mae.send(FORM, {"do": "use-diagnosis-M54.50"})
    assert [mae.field(f"diagnosis-{n}") for n in (1, 2)] == ["E11.9", "M54.50"]
    assert mae.field("search") == ""
    pasted = "97110 12 4/1/2027 6/30/2027\n\nE0601\t1\n"
    page = mae.send(FORM, {"paste": pasted, "do": "paste-lines"})
    assert [mae.field(f"line-{n}-code") for n in (1, 2, 3, 4)] == [
        "70551",
        "E0601",
        "97110",
        "E0601",
    ]
    assert (mae.field("line-3-units"), mae.field("line-3-last")) == ("12", "6/30/2027")
    assert mae.field("note") == "Headaches for six weeks."


def test_a_row_that_was_only_added_asks_for_nothing(mae: Portal, town) -> None:
    mae.get(FORM)
    mae.send(FORM, {**good(town), "do": "add-line"})
    mae.send(FORM, {"do": "add-line"})
    page = mae.send(FORM, {"do": "review"})
    assert page.h1 == "Review what is sent"
    assert page.text.count("Prior authorization is needed") == 1


def test_enter_in_the_search_looks_and_does_not_send(mae: Portal, town) -> None:
    mae.get(FORM)
    page = mae.send(FORM, {**good(town), "search": "pain", "do": "enter"})
    assert page.h1 == "Write a request"
    assert "Low back pain, unspecified" in page.text
    page = mae.send(FORM, {"search": "", "do": "enter"})
    assert page.h1 == "Review what is sent"


def test_a_strange_step_gives_the_form_back(mae: Portal, town) -> None:
    for step in ("remove-line-99", "explode", "use-diagnosis-", "remove-line-x", ""):
        mae.get(FORM)
        page = mae.send(FORM, {**good(town), "do": step})
        assert page.h1 in {"Write a request", "Review what is sent"}
    assert mae.field("member_id") == town.members["OH-MCD"]


def test_the_suggestions_are_a_part_of_a_page_and_a_page(mae: Portal) -> None:
    answer = mae.client.get(
        "/provider/diagnosis-codes?search=chronic", headers={"HX-Request": "true"}
    )
    assert "G89.4" in answer.text
    assert "<html" not in answer.text
    page = mae.get("/provider/diagnosis-codes?search=E11")
    assert "Type 2 diabetes mellitus" in page.text
    assert "No billable code fits" in mae.get("/provider/diagnosis-codes?search=%25%25%25").text
