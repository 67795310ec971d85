"""Members' pages in real Chromium: nothing for axe to find, all by keyboard, 320 pixels, 400 %."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.config import Settings
from casework.models import Appeal, Case
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.services import stages
from tests.web.member.scene import Scene, with_cases

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
# A window of 1280 pixels at 400 % is one of 320 by 256.
SIZES = ((1280, 900), (320, 800), (320, 256))


@pytest.fixture(scope="module")
def server(settings: Settings, scene: Scene, chromium: Any) -> Iterator[Served]:
    """The demo with a member who has a case of each kind."""
    with_cases(scene)
    with browser.served(replace(settings, demo=True)) as found:
        yield found


def enter(page: Any, name: str = "Rosa Diaz") -> None:
    """Sign in with one click."""
    page.goto("/")
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    chromium: Any, server: Served, scene: Scene, width: int, height: int, language: str
) -> None:
    refs = scene.refs
    with opened(chromium, server, width=width, height=height) as page:
        page.context.add_cookies(
            [{"name": "casework-language", "value": language, "url": server.url}]
        )
        enter(page)
        page.goto(f"/member/appeal/{refs['denied']}")
        page.locator("main form button[type=submit]").click()
        for path in (
            "/member/",
            f"/member/cases/{refs['denied']}",
            f"/member/cases/{refs['appeal']}/message",
            "/member/letters",
            f"/member/appeal/{refs['denied']}/danger",
            f"/member/appeal/{refs['denied']}/papers",
            f"/member/receipts/{refs['grievance']}",
            "/lookup/case",
            "/right-door",
        ):
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert axe(page) == [], path
            assert wider_than_window(page) == 0, path
            assert page.locator("main h1").count() == 1, path


def test_an_error_is_announced_where_it_is(chromium: Any, server: Served, scene: Scene) -> None:
    with opened(chromium, server, width=390) as page:
        enter(page)
        page.goto(f"/member/appeal/{scene.refs['denied']}")
        page.locator("main form button[type=submit]").click()
        page.goto(f"/member/appeal/{scene.refs['denied']}/danger")
        page.get_by_role("button", name="Save and go on").click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        assert axe(page) == []
        page.locator("#error-summary a").click()
        assert page.evaluate("document.activeElement.id") == "danger"


def test_a_whole_appeal_by_keyboard_on_a_phone(chromium: Any, server: Served, scene: Scene) -> None:
    ref = stages.a_denial(scene.house)
    began = time.monotonic()
    with opened(chromium, server, width=390) as page:
        enter(page)
        press(page, "Ask us to look again " + ref)
        press(page, "Start")
        type_into(page, "why", "My head hurts and I can not work.")
        press(page, "Save and go on")
        choose(page, "danger", 1)
        press(page, "Save and go on")
        choose(page, "who", 1)
        press(page, "Save and go on")
        press(page, "Save and go on")
        assert page.locator("h1").inner_text() == "Check and send"
        press(page, "Send it now")
        assert page.locator("h1").inner_text().strip() == "We have your appeal"
        assert axe(page) == []
        assert page.get_by_role("button", name="Print this page").is_visible()
        number = page.locator(".receipt__number").inner_text()
    assert time.monotonic() - began < 60
    with scene.database.reading(scene.house.cx("system")) as cx:
        about = select(Case.id).where(Case.ref == ref).scalar_subquery()
        found = cx.db.execute(
            select(Case.ref)
            .join(Appeal, Appeal.case_id == Case.id)
            .where(Appeal.about_case_id == about)
        ).scalars()
        assert list(found) == [number]


def press(page: Any, words: str) -> None:
    """Go by Tab to the button or link with these words and press Enter."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()")
        if here == words:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no {words!r} by keyboard on {page.url}")


def type_into(page: Any, name: str, words: str) -> None:
    """Go by Tab to this field and type."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            page.keyboard.type(words)
            return
    raise AssertionError(f"no field {name!r} by keyboard")


def choose(page: Any, name: str, number: int) -> None:
    """Go by Tab to this group and choose its option with Space and the arrows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            page.keyboard.press("Space")
            for _ in range(number - 1):
                page.keyboard.press("ArrowDown")
            return
    raise AssertionError(f"no choice {name!r} by keyboard")


def test_the_back_button_of_the_browser_loses_nothing(
    chromium: Any, server: Served, scene: Scene
) -> None:
    ref = stages.a_denial(scene.house)
    with opened(chromium, server, width=390, java_script_enabled=False) as page:
        enter(page)
        page.goto(f"/member/appeal/{ref}")
        page.locator("main form button[type=submit]").click()
        page.fill("#why", "It hurts.")
        page.get_by_role("button", name="Save and go on").click()
        page.locator("label[for=danger-1]").click()
        page.get_by_role("button", name="Save and go on").click()
        page.go_back()
        assert page.locator("#danger-1").is_checked()
        page.go_back()
        assert page.locator("#why").input_value() == "It hurts."
        page.reload()
        assert page.locator("#why").input_value() == "It hurts."
        page.go_forward()
        assert page.locator("#danger-1").is_checked()
        page.get_by_role("button", name="Save and go on").click()
        page.locator("label[for=who-1]").click()
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("button", name="Send it now").click()
        assert "We have your appeal" in page.locator("h1").inner_text()
        page.go_back()
        assert "We have your appeal" in page.locator("h1").inner_text()


def test_a_photo_is_added_from_a_phone(chromium: Any, server: Served, scene: Scene) -> None:
    ref = stages.a_denial(scene.house)
    photo = page_as_photo(chromium)
    with opened(chromium, server, width=390) as page:
        enter(page)
        page.goto(f"/member/appeal/{ref}")
        page.locator("main form button[type=submit]").click()
        page.goto(f"/member/appeal/{ref}/papers")
        page.set_input_files(
            "#papers", files=[{"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": photo}]
        )
        page.get_by_role("button", name="Add it").click()
        assert page.locator(".files__name").inner_text() == "IMG_0001.JPG"
        assert axe(page) == []
        page.get_by_role("button", name="Take it off").click()
        assert page.locator(".files__name").count() == 0


def page_as_photo(chromium: Any) -> bytes:
    """A real JPEG."""
    page = chromium.new_page()
    try:
        page.set_content("<h1>A letter of my doctor</h1>")
        taken: bytes = page.screenshot(type="jpeg")
        return taken
    finally:
        page.close()


def test_the_letter_opens_in_the_browser(chromium: Any, server: Served) -> None:
    with opened(chromium, server, width=390, accept_downloads=True) as page:
        enter(page)
        page.goto("/member/letters")
        link = page.locator(".letter__name a").first
        answer = page.request.get(link.get_attribute("href"))
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
