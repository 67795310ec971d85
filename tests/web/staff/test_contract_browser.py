"""The contracts in real Chromium, where something was sent: axe, width, where the focus goes."""

from typing import Any

import pytest

from tests.browser import Served, axe, opened, wider_than_window
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def sound(page: Any, where: str) -> None:
    assert axe(page) == [], where
    assert wider_than_window(page) == 0, where


@pytest.mark.parametrize("width", [1280, 320])
def test_a_version_is_checked_and_published_by_hand(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "admin")
        page.goto("/staff/contracts/OH-MCD/change")
        page.get_by_role("button", name="Check it").last.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page, "errors")
        page.get_by_label("Why").fill("The State asks us to follow the federal limits.")
        page.get_by_label("In force from").fill("2027-06-01")
        page.get_by_text("Federal rules", exact=True).click()
        page.locator("#policies-sfh_window_days").fill(str(90 + width % 7))
        page.get_by_role("button", name="Check it").last.click()
        assert "would run looser than the law" in page.inner_text("main")
        sound(page, "the check")
        page.get_by_role("button", name="Publish version").last.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page, "not ticked")
        page.get_by_text("I know that this is looser than the law").click()
        page.get_by_role("button", name="Publish version").last.click()
        page.wait_for_url("**/staff/contracts/OH-MCD")
        assert "is published" in page.inner_text("main")
        sound(page, "the story")
        page.goto("/staff/contracts")
        sound(page, "the list")
