"""Intake with a coversheet: its number, typed or scanned, opens the right form of its case."""

import pytest

from casework.services.coversheets import ask_for_coversheet
from letters.coversheet import in_groups


def test_a_scanned_number_leads_to_the_case(desk, app) -> None:
    ref = desk.open("faxed")
    number = in_groups(ask_for_coversheet(desk.cx("Maple"), ref, "fax"))
    clerk = desk.sign_in(app, "intake")
    assert "/staff/intake/coversheet" in {
        e.get("href") for e in clerk.get("/staff/intake").all("a")
    }
    clerk.get("/staff/intake/coversheet")
    clerk.post("/staff/intake/coversheet", {"number": number.lower().replace("-", " ")})
    assert clerk.location.endswith(f"/staff/cases/{ref}/do/add_document")
    assert f"The coversheet belongs to {ref}" in clerk.follow().text


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("", 422, "12 letters and digits"),
        ("7KQ4-9MZD-2XT2", 422, "12 letters and digits"),
        ("<script>", 422, "12 letters and digits"),
        ("2222-2222-2222", 404, "No coversheet with that number"),
    ],
)
def test_a_number_that_leads_nowhere_is_told_and_kept(desk, app, typed, status, said) -> None:
    clerk = desk.sign_in(app, "intake")
    clerk.get("/staff/intake/coversheet")
    page = clerk.post("/staff/intake/coversheet", {"number": typed}, status=status)
    assert said in page.text
    assert page.form("/staff/intake/coversheet")["number"] == typed
