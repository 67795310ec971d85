"""Search: by any number of ours, by the member's number or name; within reach; each look logged."""

import pytest
from sqlalchemy import func, select

from casework.models import SecurityEvent


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """Two cases of one member, one of another."""
    desk.in_review("first")
    desk.open("second")
    desk.open("other", "OH-MA")


def search(desk, app, who, typed, *, status=200):
    pages = desk.sign_in(app, who)
    pages.get("/staff/")
    return pages.post("/staff/search", {"q": typed}, status=status)


def looks(desk, what):
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        found = select(func.count()).select_from(SecurityEvent).where(SecurityEvent.what == what)
        return cx.db.execute(found).scalar_one()


@pytest.mark.parametrize("change", [str, str.lower, lambda ref: f"  {ref} "])
def test_a_number_leads_straight_to_its_case(desk, app, change) -> None:
    search(desk, app, "nurse", change(desk.refs["first"]), status=302)
    assert desk.sign_in(app, "nurse").location == f"/staff/cases/{desk.refs['first']}"


@pytest.mark.parametrize(
    "typed", ["diaz", "DIAZ rosa", "Rosa Diaz", "diaz 1/1/1970", "diaz 1970-01-01"]
)
def test_a_member_is_found_by_name_with_her_cases(desk, app, typed) -> None:
    before = looks(desk, "search")
    page = search(desk, app, "nurse", typed)
    assert [e.text for e in page.all("h2") if e.get("id")] == ["Rosa Diaz"]
    assert {desk.refs["first"], desk.refs["second"]} <= {e.text for e in page.all("a")}
    assert desk.refs["other"] not in page.text
    assert looks(desk, "search") == before + 1, "whoever is shown is looked at"


def test_a_member_is_found_by_the_number_on_the_card(desk, app) -> None:
    page = search(desk, app, "nurse", desk.town.members["OH-MA"])
    assert desk.refs["other"] in page.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "What are you looking for?"),
        ("nobody-of-this-name", "Nothing within your reach fits"),
        ("PA-2027-000001-0", "This number cannot be right."),
        ("%", "Nothing within your reach fits"),
        ("diaz 2/2/1970", "Nothing within your reach fits"),
        ("' or 1=1 --", "Nothing within your reach fits"),
        ("\u202e\u0000x", "Nothing within your reach fits"),
    ],
)
def test_what_is_not_found_is_told_with_what_can_be_typed(desk, app, typed, told) -> None:
    page = search(desk, app, "nurse", typed)
    assert told in page.text


def test_a_name_never_stands_in_an_address(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    assert pages.client.get("/staff/search?q=diaz").status_code == 405
    page = search(desk, app, "nurse", "diaz")
    assert not [e for e in page.all("a") if "diaz" in e.get("href").lower()]


def test_an_administrator_cannot_search(desk, app) -> None:
    pages = desk.sign_in(app, "admin")
    token = pages.get("/staff/rules").form("/sign-out")
    answer = pages.client.post("/staff/search", data={**token, "q": "diaz"})
    assert answer.status_code == 403
    assert "Diaz" not in answer.text
