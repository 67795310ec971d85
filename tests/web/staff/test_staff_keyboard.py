"""A day at the desk by keyboard alone: the list, its keys, a decision, a denial with its words."""

from typing import Any

import pytest

from tests.browser import Served, opened
from tests.builders import MONDAY
from tests.web.staff.driving import press, sign_in, tab_to, write
from tests.web.staff.scene import DAY, REASON, Desk
from tests.web.staff.steps import case_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """A few that wait for a nurse, one that waits for a physician."""
    desk.open("first", received_at=MONDAY - 10 * DAY)
    desk.open("second", received_at=MONDAY - 9 * DAY)
    desk.in_review("third", received_at=MONDAY - 8 * DAY)
    desk.with_physician("physician")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent").strip())


FIRST_FOCUS = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.first = document.activeElement.id;
})"""


def test_the_keys_of_the_list_and_their_switch(chromium: Any, house: Served, desk: Desk) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.goto("/staff/?tab=all")
        page.keyboard.press("j")
        assert focused(page) == desk.refs["first"]
        page.keyboard.press("j")
        assert focused(page) == desk.refs["second"]
        page.keyboard.press("k")
        assert focused(page) == desk.refs["first"]
        page.keyboard.press("/")
        page.keyboard.type("jk")
        assert page.input_value("#q") == "jk", "keys are letters while one types"
        page.keyboard.press("Tab")
        page.keyboard.press("?")
        assert page.locator("#keys").get_attribute("open") is not None
        page.keyboard.press("Tab")
        for _ in range(2):
            with page.expect_response("**/staff/keys"):
                page.keyboard.press("Space")
            page.keyboard.press("j")
            if page.evaluate("document.body.dataset.keys") == "off":
                assert focused(page) != desk.refs["first"], "switched off"
                page.reload()
                page.keyboard.press("j")
                assert focused(page) != desk.refs["first"], "and it stays off"
                tab_to(page, "Keys", exact=False)
                page.keyboard.press("Enter")
                page.keyboard.press("Tab")
        assert page.evaluate("document.body.dataset.keys") == "on"


def test_a_nurse_takes_reads_and_approves_by_keyboard_alone(
    chromium: Any, house: Served, desk: Desk
) -> None:
    with opened(chromium, house) as page:
        page.goto("/")
        tab_to(page, "Nora Nurse", exact=False)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        with page.expect_navigation():
            page.keyboard.press("n")
        assert desk.refs["first"] in page.url
        press(page, "Start the review")
        assert page.evaluate("document.activeElement.className").startswith("usa-alert")
        page.add_init_script(FIRST_FOCUS)
        press(page, "Approve")
        # Before the page is drawn, for whoever is quicker than that.
        assert page.evaluate("document.documentElement.dataset.first") == "confirm"
        press(page, "Approve")
        assert "Done: approve. Number: AUTH-2027-" in page.inner_text("main")
    assert case_of(desk, "first").state == "approved"


def test_a_physician_denies_with_every_word_by_keyboard_alone(
    chromium: Any, house: Served, desk: Desk
) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "physician")
        with page.expect_navigation():
            page.keyboard.press("n")
        assert desk.refs["physician"] in page.url
        press(page, "Deny")
        press(page, "Deny")
        assert page.evaluate("document.activeElement.id") == "error-summary"
        write(page, "Specific reason, in plain words", REASON)
        write(page, "Criterion or provision it rests on", "MP-021, part 2")
        tab_to(page, "I attest that I am expert in this kind of service and that I decide it")
        page.keyboard.press("Space")
        press(page, "Deny")
        assert "Done: deny." in page.inner_text("main")
    assert case_of(desk, "physician").state == "denied"


def test_letters_and_papers_open_by_keyboard(chromium: Any, house: Served, desk: Desk) -> None:
    desk.post()
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.keyboard.press("/")
        page.keyboard.type(desk.refs["physician"])
        with page.expect_navigation():
            page.keyboard.press("Enter")
        press(page, "notes.pdf")
        assert page.locator("#reader").count() == 1
        press(page, "Close")
        assert page.locator("#reader").count() == 0
