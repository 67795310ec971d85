"""The staff's pages in real Chromium, where something was sent or opened: no word is lost.

The pages as they open are walked by the journeys of every role.
"""

from typing import Any

import pytest

from casework.services import review
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import kept_by_the_browser, sign_in
from tests.web.staff.scene import DAY, Desk, two_lines

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (1280, 320)
# What a page may weigh once the browser has the style sheets, scripts and letters.
MOST_BYTES = 300_000


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """Cases in every colour, with letters, escalations and questions."""
    desk.open("overdue", received_at=MONDAY - 20 * DAY)
    desk.in_review("today", received_at=MONDAY - 14 * DAY)
    desk.in_review("mine", lines=two_lines())
    desk.in_review("pended")
    ask = review.Ask(wanted=("Notes of the exam",))
    review.request_information(desk.cx("nurse"), desk.refs["pended"], None, ask)
    desk.with_physician("physician", "OH-QHP", lines=two_lines())
    desk.denied("denied")
    desk.post()
    desk.sweep()


def sound(page: Any, where: str) -> None:
    assert axe(page) == [], where
    assert wider_than_window(page) == 0, where


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_what_a_nurse_opens_and_sends(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "nurse")
        page.goto("/staff/?tab=papers&kind=appeal")
        sound(page, "an empty list")
        for name in ("overdue", "denied"):
            page.goto(f"/staff/cases/{desk.refs[name]}")
            for details in page.locator("main details > summary").all():
                details.click()
            sound(page, name)
        page.goto(f"/staff/cases/{desk.refs['mine']}/do/refer_to_physician")
        page.get_by_role("button", name="Refer to a physician").last.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page, "errors")
        page.goto("/staff/")
        page.fill("#q", "diaz")
        page.get_by_role("button", name="Search").click()
        assert page.locator("h2", has_text="Rosa Diaz").count() == 1
        sound(page, "search")


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_long_form_of_a_physician(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "physician2")
        page.goto(f"/staff/cases/{desk.refs['physician']}/do/approve_in_part")
        page.get_by_role("button", name="One more").click()
        sound(page, "one more row")
        page.get_by_role("button", name="Approve in part").last.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page, "errors")


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_a_number_that_intake_gives(
    chromium: Any, house: Served, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "intake")
        page.goto("/staff/intake/prior-auth")
        page.get_by_role("button", name="Take it in").last.click()
        sound(page, "errors")
        page.goto("/staff/intake/grievance")
        page.get_by_text("Telephone", exact=True).click()
        page.get_by_label("What happened, in their own words").fill("Nobody called back.")
        page.get_by_label("What it is about").select_option(index=2)
        page.locator("#member_number").fill("10101010000")
        page.get_by_text("The member", exact=True).click()
        page.get_by_role("button", name="Take it in").click()
        assert page.locator(".filed__number").inner_text().startswith("GR-2027-")
        sound(page, "filed")


def test_what_was_typed_is_not_left_behind_by_mistake(
    chromium: Any, house: Served, desk: Desk
) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        address = f"/staff/cases/{desk.refs['mine']}/do/refer_to_physician"
        page.goto(address)
        page.get_by_label("Summary").fill("An hour of work.")
        page.get_by_role("link", name="Back to the case").click()
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        assert page.url.endswith(address)
        assert page.get_by_label("Summary").input_value() == "An hour of work."


def test_the_browser_keeps_nothing_about_anybody(chromium: Any, house: Served, desk: Desk) -> None:
    """What somebody typed, and whose case it is, never lies in the store of a shared computer."""
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.goto(f"/staff/cases/{desk.refs['mine']}")
        assert kept_by_the_browser(page) == {}
        page.goto(f"/staff/cases/{desk.refs['mine']}/do/note")
        page.get_by_role("textbox", name="Note").fill("Called Rosa Diaz.")
        assert kept_by_the_browser(page) == {}
        page.get_by_role("button", name="Keep the note").last.click()
        page.goto("/staff/")
        assert kept_by_the_browser(page) == {}


def test_a_page_weighs_little_after_the_first_visit(
    chromium: Any, house: Served, desk: Desk
) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.goto(f"/staff/cases/{desk.refs['denied']}")
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        got: list[int] = []
        # What crossed the wire: a file that the browser still has counts nothing.
        wire.on("Network.loadingFinished", lambda e: got.append(int(e["encodedDataLength"])))
        for path in ("/staff/?tab=all", f"/staff/cases/{desk.refs['denied']}"):
            got.clear()
            page.goto(path)
            page.wait_for_timeout(500)
            assert 0 < sum(got) < MOST_BYTES, (path, got)


def test_everything_works_without_a_script(chromium: Any, house: Served, desk: Desk) -> None:
    with opened(chromium, house, width=390, java_script_enabled=False) as page:
        sign_in(page, "nurse2")
        page.get_by_role("button", name="Give me the next case").click()
        assert desk.refs["overdue"] in page.locator("h1").inner_text()
        page.get_by_role("button", name="Start the review").click()
        page.get_by_role("link", name="Ask for information").click()
        page.get_by_label("What is needed").fill("The report")
        page.get_by_text("The provider", exact=True).click()
        page.get_by_role("button", name="Ask for it").last.click()
        assert "Waiting for the provider" in page.inner_text("main")
