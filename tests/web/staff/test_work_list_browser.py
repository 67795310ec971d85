"""The work list in real Chromium: its keys and their switch, ticks, two people at one case."""

from typing import Any

import pytest
from playwright.sync_api import expect

from casework.services import saved_views
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import kept_by_the_browser, sign_in
from tests.web.staff.scene import DAY, Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWN = "An hour of work, word by word."


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """Three that wait, and one that two nurses open at once."""
    desk.open("first", received_at=MONDAY - 20 * DAY)
    desk.open("second", received_at=MONDAY - 9 * DAY)
    desk.open("third", received_at=MONDAY - 8 * DAY)
    desk.in_review("shared", received_at=MONDAY - 2 * DAY)
    saved_views.save_view(
        desk.cx("supervisor"), "Overdue", {"tab": "all", "due": "overdue"}, shared=True, begin=False
    )


def test_two_nurses_at_one_case_see_each_other_and_no_word_is_lost(
    chromium: Any, house: Served, desk: Desk
) -> None:
    """Presence within 5 seconds; the second write is refused, and its text is still there."""
    path = f"/staff/cases/{desk.refs['shared']}"
    with opened(chromium, house) as fast, opened(chromium, house) as slow:
        sign_in(fast, "nurse")
        fast.goto(path)
        sign_in(slow, "nurse2")
        slow.goto(f"{path}/do/refer_to_physician")
        slow.get_by_label("Summary").fill(OWN)
        slow.get_by_label("Result of the criteria").fill("All of them.")
        # Whoever was here first hears of the other within 5 seconds, and the other saw it at once.
        expect(fast.get_by_text("Nils Nurse has this case open since")).to_be_visible(timeout=6000)
        fast.goto(f"{path}/do/request_expedite")
        fast.get_by_text("The member", exact=True).click()
        fast.get_by_role("button", name="Ask for the fast track").last.click()
        expect(fast.get_by_text("Done: ask for the fast track.")).to_be_visible()
        slow.get_by_role("button", name="Refer to a physician").last.click()
        expect(slow.locator("#form")).to_contain_text("The case moved on while you worked")
        assert slow.get_by_label("Summary").input_value() == OWN
        assert slow.get_by_label("Result of the criteria").input_value() == "All of them."


def test_ticks_and_keys_of_a_supervisor(chromium: Any, house: Served, desk: Desk) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "supervisor")
        page.goto("/staff/?tab=all")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name=desk.refs["first"]).first).to_be_focused()
        page.keyboard.press("x")
        ticked = page.locator("input[name=case]:checked")
        expect(ticked).to_have_count(1)
        assert ticked.first.get_attribute("value").startswith(desk.refs["first"])
        page.keyboard.press("a")
        expect(page.locator("#bulk-to")).to_be_focused()
        page.keyboard.press("Escape")
        page.locator("#tick-all").check()
        expect(ticked).to_have_count(4)
        page.locator("#tick-all").uncheck()
        second = page.get_by_role("link", name=desk.refs["second"]).first
        second.focus()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_have_attribute("open", "")
        page.keyboard.press("Escape")  # back to where one was
        expect(second).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("h")
        assert page.url.endswith(f"{desk.refs['second']}/do/hold")


def test_the_switch_of_the_keys_goes_with_the_person(
    chromium: Any, house: Served, desk: Desk
) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "physician2")
        page.goto("/staff/?tab=all")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_have_attribute("open", "")
        with page.expect_response("**/staff/keys"):
            page.get_by_text("Keys are on for me").click()
        page.locator("body").press("j")
        expect(page.locator("body")).to_have_attribute("data-keys", "off")
        assert kept_by_the_browser(page) == {}
    with opened(chromium, house) as other:
        sign_in(other, "physician2")
        other.goto("/staff/?tab=all")
        other.locator("h1").press("j")
        expect(other.get_by_role("link", name=desk.refs["first"]).first).not_to_be_focused()
        assert not other.locator("#keys-on").is_checked()


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_on_the_list_with_all_that_folds_out(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "supervisor")
        for address in ("/staff/?tab=all", "/staff/?tab=all&due=overdue", "/staff/?tab=done"):
            page.goto(address)
            for folded in page.locator("main details > summary").all():
                folded.click()
            assert axe(page) == [], address
            assert wider_than_window(page) == 0, address
