"""Requests unlike others on screen: taken in by hand, shown on the list, the case and in the form
of the decision."""

import pytest
from sqlalchemy import select

from casework.models import Case, Letter

REQUEST = {
    "channel": "phone",
    "member_birth_date": "1970-01-01",
    "lines-0-code": "97110",
    "lines-0-units": "24",
    "lines-0-from_date": "2027-03-20",
    "lines-0-to_date": "2027-12-18",
    "diagnoses": "M54.50",
}
MOVED = {
    "occasion-kind": "continuity",
    "occasion-why": "new_member",
    "occasion-began_on": "2027-01-04",
    "occasion-changed_on": "2027-03-01",
    "occasion-previous": "Buckeye Mutual",
}


@pytest.fixture(scope="module")
def taken(desk, app):
    """The numbers of a transition, of a service already given and of a newborn."""
    given = {
        "occasion-kind": "after_the_fact",
        "occasion-why": "emergency",
        "occasion-began_on": "2027-02-20",
        "lines-0-from_date": "2027-02-20",
        "lines-0-to_date": "2027-02-21",
    }
    born = {
        "occasion-kind": "newborn",
        "occasion-birth_date": "2027-02-27",
        "occasion-intensive": "yes",
    }
    pages = desk.sign_in(app, "intake")
    refs = {}
    for name, more in (("moved", MOVED), ("given", given), ("born", born)):
        pages.get("/staff/intake/prior-auth")
        pages.post("/staff/intake/prior-auth", a_request(desk) | more)
        refs[name] = pages.follow().h1
    return refs


def a_request(desk) -> dict[str, str]:
    return REQUEST | {
        "member_id": desk.town.members["OH-MCD"],
        "requester-npi": desk.town.npi["Dr. Maple"],
    }


def test_what_decides_it_is_asked_at_its_field(desk, app) -> None:
    pages = desk.sign_in(app, "intake")
    pages.get("/staff/intake/prior-auth")
    lacking = a_request(desk) | MOVED | {"occasion-previous": "", "occasion-changed_on": ""}
    page = pages.post("/staff/intake/prior-auth", lacking, status=422)
    assert "Name the plan or the provider before the change." in page.text
    assert "Say on which day the coverage began or the provider left." in page.text
    assert "2027-01-04" in str(page.form("/staff/intake/prior-auth"))


def test_the_case_says_what_it_is_and_until_when(desk, app, taken) -> None:
    nurse = desk.sign_in(app, "nurse")
    moved = nurse.get(f"/staff/cases/{taken['moved']}").text
    assert "Continuity of care" in moved
    assert "Before: Buckeye Mutual" in moved
    assert "The transition ends May 30, 2027" in moved
    assert "42 CFR 438.62(b)" in moved
    given = nurse.get(f"/staff/cases/{taken['given']}").text
    assert "After the fact" in given
    assert "30 days are the plan's policy; no rule of law or contract gives a time" in given
    born = nurse.get(f"/staff/cases/{taken['born']}").text
    assert "Newborn, intensive care" in born
    assert "Mother: this request stands under her number" in born


def test_the_list_shows_the_kind(desk, app, taken) -> None:
    page = desk.sign_in(app, "nurse").get("/staff/?tab=unassigned")
    for name, words in (("moved", "Continuity of care"), ("born", "Newborn")):
        [row] = [e.text for e in page.all("tr") if taken[name] in e.text]
        assert words in row


def test_the_form_of_the_decision_has_the_last_day_of_the_transition(desk, app, taken) -> None:
    nurse = desk.sign_in(app, "nurse")
    address = f"/staff/cases/{taken['moved']}"
    nurse.get(address)
    nurse.post(f"{address}/do/start_review")
    page = nurse.get(f"{address}/do/approve")
    assert "The transition ends May 30, 2027" in page.text
    assert page.form(f"{address}/do/approve")["lines-0-ends_on"] == "2027-05-30"


def test_what_was_given_already_runs_after_the_service(desk, app, taken) -> None:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == taken["given"])).scalar_one()
    assert (case.timing, case.priority, case.about) == (
        "post_service",
        "standard",
        "after_the_fact",
    )


def test_its_acknowledgement_leaves_and_names_the_plans_day(desk, app, taken) -> None:
    desk.post()
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        letters = cx.db.execute(
            select(Letter.code, Letter.state)
            .join(Case, Case.id == Letter.case_id)
            .where(Case.ref == taken["given"])
        ).all()
    assert letters
    assert {letter.state for letter in letters} == {"sent"}
