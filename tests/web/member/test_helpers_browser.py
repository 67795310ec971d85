"""Naming a helper in real Chromium: by keyboard alone, at 390 pixels, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, update

from casework.config import Settings
from casework.models import Member
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.web.member.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TYPED = {
    "name": "Sam Hart",
    "address": "12 Poplar Street\nDayton, OH 45402",
    "phone": "937-555-0142",
    "email": "sam@people.example",
}


@pytest.fixture(scope="module")
def server(settings: Settings, scene: Scene, chromium: Any) -> Iterator[Served]:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Member)
            .where(Member.id == scene.member_id("OH-MA"))
            .values(email="lena@people.example")
        )
    engine.dispose()
    with browser.served(replace(settings, demo=True)) as found:
        yield found


def fits(page: Any) -> None:
    assert axe(page) == [], page.url
    assert wider_than_window(page) == 0, page.url
    assert page.locator("main h1").count() == 1, page.url


def onward(page: Any) -> None:
    """Press the button of the form without a pointer."""
    page.locator("main form .buttons button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_member_names_a_helper_by_keyboard_on_a_phone(
    chromium: Any, server: Served, language: str
) -> None:
    with opened(chromium, server, width=390, height=844) as page:
        page.context.add_cookies(
            [{"name": "casework-language", "value": language, "url": server.url}]
        )
        page.goto("/")
        page.get_by_role("button", name="Lena Hart").click()
        page.goto("/member/helpers")
        fits(page)
        page.goto("/member/helpers/new")
        fits(page)
        onward(page)
        seen = []
        while not page.url.endswith("/check"):
            step = page.url.rsplit("/", 1)[1]
            assert step not in seen, "it goes on"
            seen.append(step)
            if language == "en" and step in ("name", "covers"):
                fits(page)
            if step in TYPED:
                page.locator(f"#{step}").focus()
                page.keyboard.press("Control+A")
                page.keyboard.insert_text(TYPED[step])
            else:
                page.locator("main input[type=radio]").first.focus()
                page.keyboard.press("Space")
            onward(page)
        assert len(seen) == 10
        fits(page)
        onward(page)
        assert page.evaluate("document.activeElement.id") == "error-summary"
        page.locator("#name").focus()
        page.keyboard.insert_text("Lena Hart")
        page.locator("main input[type=checkbox]").focus()
        page.keyboard.press("Space")
        onward(page)
        assert "/member/helpers/forms/" in page.url
        fits(page)
        waits = "Todavía no vale" if language == "es" else "Does not count yet"
        assert waits in page.locator("main").inner_text()
