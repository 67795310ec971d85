"""Bad input in the forms of steps: a sentence at its field and on top, and nothing lost."""

import pytest

from tests.builders import PDF
from tests.web.staff.steps import a_file, at, case_of, value_of

BAD = [
    (
        "request_information",
        {"wanted": "", "source": "provider", "hours": "72"},
        "wanted",
        "Fill in: What is needed.",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "doctor", "hours": "72"},
        "source",
        "Send one of these words",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "provider", "hours": "soon"},
        "hours",
        "Write a whole number",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "provider", "hours": "-3"},
        "hours",
        "Write a whole number",
    ),
    (
        "request_information",
        {"wanted": "a\x00b", "source": "provider", "hours": "72"},
        "wanted",
        "control character",
    ),
    (
        "request_information",
        {"wanted": "x\n" * 80, "source": "provider", "hours": "72"},
        "wanted",
        "at most 60",
    ),
    (
        "refer_to_physician",
        {"summary": "", "criteria": ""},
        "criteria",
        "Fill in: Result of the criteria.",
    ),
    ("refer_to_physician", {"summary": "x" * 30000, "criteria": "y"}, "summary", "at most 20000"),
    ("approve", {"lines-0-units": "many"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-units": "-1"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-units": "1e9"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-starts_on": "31/31/2027"}, "lines-0-starts_on", "month/day/year"),
    ("approve", {"lines-0-starts_on": ""}, "lines-0-starts_on", "Fill in the first day."),
    ("approve", {"lines-0-place": "x" * 40}, "lines-0-place", "at most 10"),
    ("approve", {"lines-0-code": ""}, "lines-0-code", "Fill in the code."),
    ("approve", {"lines-0-number": "9"}, "lines-0", "no such line"),
    (
        "deny_administratively",
        {"ground": "", "lines-0-reason": "r", "lines-0-criterion": "c"},
        "ground",
        "Choose the administrative ground.",
    ),
    (
        "deny_administratively",
        {"ground": "we_say_so", "lines-0-reason": "r", "lines-0-criterion": "c"},
        "ground",
        "Send one of these words",
    ),
    ("dismiss", {"ground": "filed_late"}, "", "cannot be done now"),
    (
        "log_contact",
        {
            "direction": "in",
            "channel": "phone",
            "with_whom": "Dr. Maple",
            "purpose": "x",
            "at": "2027-99-01T10:00",
        },
        "at",
        "month/day/year",
    ),
    (
        "log_contact",
        {
            "direction": "in",
            "channel": "phone",
            "with_whom": "Dr. Maple",
            "purpose": "x",
            "at": "2031-01-01T10:00",
        },
        "at",
        "happened",
    ),
    (
        "log_contact",
        {"direction": "in", "channel": "phone", "with_whom": "x" * 500, "purpose": "x"},
        "with_whom",
        "at most 120",
    ),
    ("note", {"text": "   "}, "text", "Fill in: Note."),
    ("assign", {"user_id": ""}, "user_id", "Fill in: Who takes it."),
    ("assign", {"user_id": "999999"}, "user_id", "Choose a person"),
    ("assign", {"user_id": "9" * 30}, "user_id", "whole number"),
]


# Fields with a list to choose from: a wrong choice cannot be shown as chosen again.
CHOSEN = {"ground", "user_id", "source"}


@pytest.mark.parametrize(
    ("trigger", "data", "field", "sentence"), BAD, ids=[f"{t}-{i}" for i, (t, *_) in enumerate(BAD)]
)
def test_bad_input_gets_a_sentence_at_its_field_and_on_top(
    desk, app, trigger, data, field, sentence
) -> None:
    if "bad" not in desk.refs:
        desk.in_review("bad")
    who = "supervisor" if trigger == "assign" else "nurse"
    pages = desk.sign_in(app, who)
    before = case_of(desk, "bad")
    page = pages.get(at(desk, "bad", trigger))
    answer = pages.client.post(
        at(desk, "bad", trigger), data={**page.form(at(desk, "bad", trigger)), **data}
    )
    assert answer.status_code in {409, 422}, answer.text[:500]
    page = pages._read(answer, answer.status_code)
    assert sentence in page.text
    [summary] = [e for e in page.elements if e.get("id") == "error-summary"]
    if field:
        assert f"#{field}" in {e.get("href") for e in page.all("a") if summary in e.inside}
        assert any(e.get("id") == field for e in page.elements)
    again = page.form(at(desk, "bad", trigger))
    for name, value in data.items():
        kept = again.get(name, "").replace("\r\n", "\n").strip()
        assert kept == value.strip() or (name in CHOSEN and not kept) or "\x00" in value
    assert case_of(desk, "bad").version == before.version


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"MZ not a pdf at all", "none of PDF, PNG, JPEG, TIFF, DOCX"),
        ("a.png", PDF, "is named .png and is not that"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(
    desk, app, name, content, sentence
) -> None:
    if "files" not in desk.refs:
        desk.in_review("files")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(at(desk, "files", "add_document"))
    page = nurse.post(
        at(desk, "files", "add_document"),
        {"papers": [a_file(name, content)], "note": "By fax."},
        status=422,
    )
    assert sentence in page.text
    assert "Choose the files again" in page.text
    assert value_of(page, "note") == "By fax."
