"""The page of escalations: what waits, whose it is, what happens next, and "I have it"."""

from typing import Any

import pytest

from casework.services import desk as desk_services
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import DAY, Desk

PAGE = "/staff/escalations"


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """One that ran out, one at half of its time in the nurse's hands."""
    desk.open("late", received_at=MONDAY - 20 * DAY)
    desk.in_review("half", received_at=MONDAY - 8 * DAY)
    form = desk_services.Handing(user_id=desk.town.users["nurse"])
    desk_services.assign(desk.cx("supervisor"), desk.refs["half"], None, form)
    desk.sweep()


def test_each_sees_what_waits_for_him_and_where_it_goes(desk: Desk, app: Any) -> None:
    page = desk.sign_in(app, "nurse").get(PAGE)
    assert desk.refs["half"] in page.text
    assert desk.refs["late"] not in page.text
    assert "With you, escalated today 10:00 am" in page.text
    assert "Goes to Sam Supervisor today 2:00 pm unless you say that you have it." in page.text
    page = desk.sign_in(app, "supervisor").get(PAGE)
    assert "The time ran out" in page.text
    assert desk.refs["late"] in page.text
    everything = desk.sign_in(app, "compliance").get(f"{PAGE}?view=open").text
    assert desk.refs["late"] in everything
    assert desk.refs["half"] in everything
    assert "No escalation waits for you." in desk.sign_in(app, "physician").get(PAGE).text


def test_i_have_it_in_one_sentence_and_what_is_wrong_stays_typed(desk: Desk, app: Any) -> None:
    pages = desk.sign_in(app, "nurse")
    page = pages.get(PAGE)
    [form] = [e for e in page.all("form") if e.get("action").endswith("/answer")]
    address = form.get("action")
    page = pages.post(address, {"answer": "x" * 301, "view": "mine"}, status=422)
    assert "at most 300 characters" in page.text
    assert [e.get("value") for e in page.all("input") if e.get("name") == "answer"] == ["x" * 301]
    pages.post(address, {"answer": "I finish it at noon.", "view": "mine"})
    assert f"You have {desk.refs['half']}" in pages.follow().text
    held = pages.get(f"{PAGE}?view=answered").text
    assert "Nora Nurse has it, since today 10:00 am: “I finish it at noon.”" in held
    story = pages.get(f"/staff/cases/{desk.refs['half']}").text
    assert "Escalated, and in somebody’s hands" in story
    assert "I finish it at noon." in story


def test_who_is_below_sees_whose_it_is_and_cannot_answer(desk: Desk, app: Any) -> None:
    page = desk.sign_in(app, "nurse").get(f"{PAGE}?view=open")
    assert desk.refs["late"] in page.text
    assert "With Sam Supervisor" in page.text
    assert "unless somebody says “I have it”" in page.text
    hers = _answers(page)
    his = _answers(desk.sign_in(app, "supervisor").get(PAGE))
    assert his, "the one who has it can answer it"
    assert not hers & his


def _answers(page: Any) -> set[str]:
    """Where the forms on this page send an answer."""
    return {e.get("action") for e in page.all("form") if e.get("action").endswith("/answer")}


def test_a_wrong_address_shows_the_list(desk: Desk, app: Any) -> None:
    pages = desk.sign_in(app, "supervisor")
    for address in ("?view=all", "?cursor=x", "?cursor=2027-03-01_1", "?view=open&cursor=_"):
        assert desk.refs["late"] in pages.get(PAGE + address).text


def test_the_notice_on_the_desk_leads_to_the_escalation(desk: Desk, app: Any) -> None:
    page = desk.sign_in(app, "supervisor").get("/staff/")
    links = [e.get("href") for e in page.all("a") if "#escalation-" in e.get("href")]
    assert any(desk.refs["late"] in link for link in links)
    assert "ESC-2027-" in page.text


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_on_the_page_with_its_answer_open(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "supervisor")
        page.goto(PAGE)
        page.locator(".escalated__answer summary").first.click()
        assert axe(page) == []
        assert wider_than_window(page) == 0
        page.goto(f"/staff/cases/{desk.refs['late']}")
        for details in page.locator(".owed details > summary").all():
            details.click()
        assert axe(page) == []
        assert wider_than_window(page) == 0
