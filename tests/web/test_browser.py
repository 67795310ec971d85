"""In real Chromium, on a real server: nothing for axe to find, all by keyboard, nothing logged."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.config import Settings
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.web.conftest import PASSWORD, Cast
from tests.web.test_second_factor import code_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (1280, 320)
GALLERY = str(Path(__file__).parent)


@pytest.fixture(scope="module")
def server(settings: Settings, cast: Cast, chromium: Any) -> Iterator[Served]:
    """The demo on the module's database, with the gallery of components."""
    cast.add("demo-ana", email="ana@demo.example", full_name="Ana Reyes")
    cast.add("demo-mia", "provider", "provider", email="mia@demo.example", full_name="Mia Torres")
    cast.add("demo-rosa", "member", "member", email="rosa@demo.example", full_name="Rosa Diaz")
    made = replace(settings, demo=True)
    path = os.pathsep.join([str(browser.ROOT), GALLERY])
    with browser.served(made, application="served_gallery:app", PYTHONPATH=path) as found:
        yield found


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (320, "en"), (320, "es")])
def test_axe_finds_nothing_on_pages_for_everybody(
    chromium: Any, server: Served, width: int, language: str
) -> None:
    with opened(chromium, server, width=width) as page:
        page.context.add_cookies(
            [{"name": "casework-language", "value": language, "url": server.url}]
        )
        for path in ("/", "/?next=/staff/", "/?said=signed-out", "/lookup", "/gallery", "/nope"):
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert axe(page) == [], path
            assert wider_than_window(page) == 0, path
        page.goto("/lookup?contract=OH-MCD&codes=70551+E0601&date=2026-03-14")
        assert page.locator("table").count() == 1
        assert axe(page) == []
        page.goto("/lookup?contract=x")
        assert axe(page) == []
        assert page.evaluate("document.activeElement.id") == "error-summary"


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_a_broken_page_and_a_refused_sign_in(
    chromium: Any, server: Served, width: int
) -> None:
    with opened(chromium, server, width=width) as page:
        assert page.goto("/broken").status == 500
        assert axe(page) == []
        assert wider_than_window(page) == 0
    with opened(chromium, server, width=width) as page:
        page.goto("/")
        page.get_by_role("button", name="Sign in").click()
        assert axe(page) == []
        page.fill("#email", "nobody@people.example")
        page.fill("#password", "wrong")
        page.get_by_role("button", name="Sign in").click()
        assert "The e-mail address or the password is wrong." in page.inner_text("main")
        assert axe(page) == []


@pytest.mark.parametrize(
    ("name", "width"),
    [("Ana Reyes", 1280), ("Ana Reyes", 320), ("Mia Torres", 320), ("Rosa Diaz", 320)],
)
def test_axe_finds_nothing_behind_the_door(
    chromium: Any, server: Served, name: str, width: int
) -> None:
    heading = "My work" if name == "Ana Reyes" else f"Welcome, {name}"
    with opened(chromium, server, width=width) as page:
        page.goto("/")
        page.get_by_role("button", name=name).click()
        assert page.locator("h1").inner_text() == heading
        for path in (page.url, "/account/", "/account/password", "/staff/nope"):
            page.goto(path)
            assert axe(page) == [], path
            assert wider_than_window(page) == 0, path


def test_signing_in_and_out_needs_no_mouse(chromium: Any, server: Served, cast: Cast) -> None:
    with opened(chromium, server) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "email"
        page.keyboard.type(cast.email("nurse"))
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "My work"
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").strip() == "Sign out":
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "You have signed out." in page.inner_text("main")


def test_everything_works_without_a_script(chromium: Any, server: Served, cast: Cast) -> None:
    with opened(chromium, server, width=320, java_script_enabled=False) as page:
        page.goto("/")
        page.fill("#email", cast.email("member"))
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        assert page.locator("h1").inner_text() == "Welcome, Casey Member"
        assert page.locator(".site-nav a").first.is_visible(), "the menu is open"
        page.get_by_role("button", name="Español").click()
        assert page.locator("h1").inner_text() == "Hola, Casey Member"
        page.get_by_role("button", name="Cerrar sesión").click()
        assert "Usted cerró la sesión." in page.inner_text("main")


def test_the_conveniences_work_under_the_content_policy(
    chromium: Any, server: Served, cast: Cast
) -> None:
    with opened(chromium, server, width=320) as page:
        page.goto("/")
        page.fill("#password", "visible words")
        page.get_by_role("button", name="Show the password").click()
        assert page.locator("#password").get_attribute("type") == "text"
        page.get_by_role("button", name="Hide the password").click()
        assert page.locator("#password").get_attribute("type") == "password"
        page.get_by_role("button", name="Ana Reyes").click()
        menu = page.get_by_role("button", name="Menu")
        menu.wait_for()
        assert not page.locator(".site-nav a").first.is_visible()
        menu.click()
        assert menu.get_attribute("aria-expanded") == "true"
        assert page.locator(".site-nav a").first.is_visible()
        assert page.evaluate("document.fonts.check('16px \"Source Sans Pro Web\"')")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_scripts_of_the_design_system_run_under_the_content_policy(
    chromium: Any, server: Served
) -> None:
    with opened(chromium, server) as page:
        page.goto("/gallery")
        box = page.locator("input.usa-combo-box__input")
        box.click()
        page.keyboard.type("chronic")
        page.keyboard.press("ArrowDown")
        assert page.locator(".usa-combo-box__list").is_visible()
        assert axe(page) == []
        page.keyboard.press("Enter")
        assert box.input_value() == "G89.4 Chronic pain"
        assert axe(page) == []
        assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [
            False,
            False,
        ]


def test_the_end_of_a_rest_is_announced_and_can_be_put_off(chromium: Any, server: Served) -> None:
    with opened(chromium, server) as page:
        page.goto("/")
        page.get_by_role("button", name="Ana Reyes").click()
        page.clock.install()
        page.reload()
        warning = page.locator("#session-warning")
        assert not warning.is_visible()
        page.clock.fast_forward("07:57:00")
        # The desk asks for new cases all the while; that keeps nobody signed in.
        with page.expect_response("**/staff/changes*"):
            page.clock.run_for(60_000)
        page.clock.run_for(16_000)
        assert warning.is_visible()
        assert axe(page) == []
        with page.expect_response("**/stay") as answered:
            page.get_by_role("button", name="Stay signed in").click()
        assert answered.value.status == 204
        page.clock.run_for(6000)
        assert not warning.is_visible()


def test_zoom_of_400_percent_keeps_one_column(chromium: Any, server: Served) -> None:
    """1280 pixels at 400 % are 320 by 256 (WCAG 1.4.10)."""
    with opened(chromium, server, width=320, height=256) as page:
        for path in ("/", "/gallery", "/lookup"):
            page.goto(path)
            assert wider_than_window(page) == 0


def test_the_servers_log_is_json_and_names_nobody(
    chromium: Any, server: Served, cast: Cast
) -> None:
    with opened(chromium, server) as page:
        page.goto("/?next=/account/&name=Zyxquorth")
        page.fill("#email", cast.email("member"))
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    lines = server.lines()
    assert len(lines) > 5
    for line in lines:
        assert json.loads(line)["logger"]
    text = "\n".join(lines)
    for word in ("Zyxquorth", "Casey", "people.example", PASSWORD):
        assert word not in text


def test_a_web_process_stays_small(server: Served) -> None:
    """The goal is 250 MB for a worker that has served every page."""
    resident = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rsplit(")", 1)[1].split()[1])
            status = (entry.parent / "status").read_text()
        except (OSError, ValueError):
            continue
        if parent == server.process.pid:
            resident[entry.parent.name] = int(status.split("VmRSS:")[1].split()[0]) / 1024
    assert resident
    assert max(resident.values()) < 250, resident


def test_axe_finds_nothing_on_the_pages_of_the_second_factor(
    chromium: Any, server: Served, cast: Cast
) -> None:
    """Setting it up, its recovery codes, and the question for it; the demonstration has none."""

    def enter(page: Any) -> None:
        page.goto("/")
        page.fill("#email", cast.email("admin"))
        page.fill("#password", PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()

    def sound(page: Any, where: str) -> None:
        assert page.url.partition("?")[0].endswith(where)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert axe(page) == [], (where, width)
            assert wider_than_window(page) == 0, (where, width)

    with browser.served(replace(cast.database.settings, demo=False)) as plain:
        with opened(chromium, plain) as page:
            enter(page)
            page.goto("/account/")
            with page.expect_navigation():
                page.locator("form[action='/second-factor/begin'] button").click()
            sound(page, "/second-factor/set-up")
            page.fill("[name=code]", code_of(page.locator("main code").first.inner_text()))
            with page.expect_navigation():
                page.locator("main form button[type=submit]").first.click()
            sound(page, "/second-factor/set-up")
            assert page.locator("main li").count() >= 8, "the recovery codes"
        with opened(chromium, plain) as page:
            enter(page)
            sound(page, "/second-factor")
