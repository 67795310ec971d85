"""The checklist in real Chromium: kept as one writes, by keyboard alone, and nothing that is typed
is lost when a colleague was faster."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import Served, axe, opened, wider_than_window
from tests.services import planted_policies as planted
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module", autouse=True)
def policies(desk: Desk) -> None:
    planted.plant(desk.settings, desk.town.users)


def test_a_nurse_marks_by_keyboard_and_loses_nothing_to_a_colleague(
    chromium: Any, house: Served, desk: Desk
) -> None:
    ref = desk.in_review("mine")
    with opened(chromium, house, width=1280) as page:
        sign_in(page, "nurse")
        page.goto(f"/staff/cases/{ref}")
        result = page.locator("#result-1-MP-021")
        page.locator("input[name=B1a-mark]").first.focus()
        page.keyboard.press("ArrowDown")
        expect(result).to_contain_text("Kept")
        assert planted.checklist(desk.town, ref).plain == {"B1a": "not_met"}
        assert axe(page) == []
        planted.mark(desk.town, ref, "nurse2", B3="met")
        page.locator("#\\31 -MP-021-B3-mark summary").click()
        page.locator("textarea[name=B3-note]").fill("The scan is old.")
        page.locator("input[name=B3-mark][value=not_met]").check()
        expect(result).to_contain_text("Nils Nurse marked B3 as met meanwhile")
        assert page.locator("textarea[name=B3-note]").input_value() == "The scan is old."
        page.get_by_role("button", name="Keep the marks").click()
        expect(page.locator("textarea[name=B3-why]")).to_be_visible()
        assert page.locator("textarea[name=B3-note]").input_value() == "The scan is old."
        page.locator("textarea[name=B3-why]").fill("It is of 2019.")
        page.locator("textarea[name=B3-note]").focus()
        expect(result).to_contain_text("Kept")
        page.set_viewport_size({"width": 320, "height": 900})
        assert axe(page) == []
        assert wider_than_window(page) == 0
    assert planted.checklist(desk.town, ref).marks["B3"].why == "It is of 2019."
