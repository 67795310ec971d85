"""Taking steps by form: the whole way to a letter, row by row, with every word it needs."""

import re

import pytest
from sqlalchemy import select

from casework.models import Case, Letter
from tests.web.staff.scene import REASON, two_lines
from tests.web.staff.steps import WORDS, a_file, act, at, case_of, value_of


@pytest.mark.parametrize("contract", ["OH-MCD", "OH-QHP", "OH-MA"])
def test_from_the_first_look_to_the_letter_by_forms_alone(desk, app, contract) -> None:
    """Start the review, ask, take the answer in, refer, deny with all words, letters, page."""
    ref = desk.open(contract, contract)
    nurse, doctor = desk.sign_in(app, "nurse"), desk.sign_in(app, "physician")
    page = nurse.get(f"/staff/cases/{ref}")
    nurse.post(f"/staff/cases/{ref}/do/start_review")
    page = nurse.follow()
    assert "Done: start the review." in page.text
    assert "with Nora Nurse" in page.text

    act(
        nurse, desk, contract, "request_information",
        {"wanted": "Notes of the exam\nReport of the last CT", "source": "provider", "hours": "72"},
    )  # fmt: skip
    assert "Waiting for the provider" in nurse.follow().text
    nurse.get(at(desk, contract, "receive_information"))
    nurse.post(
        at(desk, contract, "receive_information"),
        {"papers": [a_file("ct.pdf")], "note": "Came by fax."},
    )
    assert "New papers" in nurse.follow().text
    act(
        nurse, desk, contract, "refer_to_physician",
        {"summary": "No red flags.", "criteria": "MP-021: 2 not met."},
    )  # fmt: skip

    page = doctor.get(at(desk, contract, "deny"))
    assert "No red flags." in page.text
    doctor.post(at(desk, contract, "deny"), WORDS)
    page = doctor.follow()
    assert "Done: deny." in page.text
    assert "Waits to be printed" in page.text
    desk.post()
    page = nurse.get(f"/staff/cases/{ref}")
    assert "All told" in page.text
    assert REASON in page.text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        states = cx.db.execute(
            select(Letter.code, Letter.state).join(Case).where(Case.ref == ref)
        ).all()
    told = {"request_received", "information_request", "denial"}
    to_the_office = set() if contract == "OH-MA" else {"provider_denial"}
    assert {code for code, _ in states} == told | to_the_office
    assert {state for _, state in states} == {"sent"}


def test_a_nurse_approves_what_is_prefilled_and_gets_a_number(desk, app) -> None:
    desk.in_review("approve")
    nurse = desk.sign_in(app, "nurse")
    page = nurse.get(at(desk, "approve", "approve"))
    assert value_of(page, "lines-0-units") == "1"
    assert value_of(page, "lines-0-starts_on") == "2027-04-01"
    nurse.post(at(desk, "approve", "approve"), {})
    page = nurse.follow()
    assert re.search(r"Done: approve\. Number: AUTH-2027-\d{6}-\d\.", page.text)
    assert "Authorized" in page.text
    assert case_of(desk, "approve").state == "approved"


def test_the_letter_is_thought_of_before_the_decision(desk, app) -> None:
    """What the notice must show on this line of business is asked for by the form, with its law."""
    desk.with_physician("marketplace", "OH-QHP")
    doctor = desk.sign_in(app, "physician")
    page = doctor.get(at(desk, "marketplace", "deny"))
    assert "45 CFR 147.136(b)(3)(ii)(E)(3)" in page.text
    bare = {name: "" for name in WORDS if name.startswith("words")} | {
        name: value for name, value in WORDS.items() if not name.startswith("words")
    }
    page = doctor.post(at(desk, "marketplace", "deny"), bare, status=422)
    assert "The letter must show the plan provision that the decision rests on" in page.text
    assert "#words-perfect" in {e.get("href") for e in page.all("a")}
    doctor.post(at(desk, "marketplace", "deny"), {**WORDS, "words-perfect-0-what": "",
                "words-perfect-0-why": "", "words-nothing_would_help": "yes"})  # fmt: skip
    assert case_of(desk, "marketplace").state == "denied"


def test_one_more_row_keeps_everything_that_was_typed(desk, app) -> None:
    desk.with_physician("rows")
    doctor = desk.sign_in(app, "physician")
    doctor.get(at(desk, "rows", "deny"))
    page = doctor.post(at(desk, "rows", "deny"), {**WORDS, "more": "words-perfect"}, status=200)
    assert value_of(page, "words-perfect-0-what") == "Notes of the exam"
    assert value_of(page, "words-perfect-1-what") == ""
    assert value_of(page, "lines-0-reason") == REASON
    doctor.post(
        at(desk, "rows", "deny"),
        {**WORDS, "words-perfect-1-what": "A second view", "words-perfect-1-why": "It may help."},
    )
    page = doctor.follow()
    assert "A second view: It may help." in page.text


def test_a_row_that_is_half_filled_is_marked_at_its_own_place(desk, app) -> None:
    desk.with_physician("half")
    doctor = desk.sign_in(app, "physician")
    doctor.get(at(desk, "half", "deny"))
    typed = {**WORDS, "words-perfect-0-what": "", "words-perfect-0-why": "",
             "words-perfect-count": "2", "words-perfect-1-what": "Only what"}  # fmt: skip
    page = doctor.post(at(desk, "half", "deny"), typed, status=422)
    assert "#words-perfect-1-why" in {e.get("href") for e in page.all("a")}


def test_partial_approval_decides_line_by_line(desk, app) -> None:
    desk.with_physician("parts", lines=two_lines())
    doctor = desk.sign_in(app, "physician")
    doctor.get(at(desk, "parts", "approve_in_part"))
    data = {**WORDS, "lines-0-result": "approved", "lines-1-result": "denied",
            "lines-0-reason": "", "lines-0-criterion": "",
            "lines-1-reason": REASON, "lines-1-criterion": "MP-033"}  # fmt: skip
    doctor.post(at(desk, "parts", "approve_in_part"), data)
    page = doctor.follow()
    assert case_of(desk, "parts").state == "partially_approved"
    assert "Approved" in page.text
    assert REASON in page.text
