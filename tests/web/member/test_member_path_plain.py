"""The whole member path without JavaScript, at 400 % zoom; and what a script adds: no network, two
clicks, a sign-in that ends while somebody writes. Real Chromium."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, text

from casework.config import Settings
from casework.models import Contact
from casework.services import messages
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.services import stages
from tests.web.member import photographed as made
from tests.web.member.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
# 1280 by 1024 pixels at 400 %.
ZOOMED = {"width": 320, "height": 256}
BLURRED = made.jpeg(made.photo(made.page(43), blur=6, size=(1200, 1600)))
# Words that are wider than their box and cannot be scrolled to.
CUT = """() => [...document.querySelectorAll('main *')].filter(e => {
  const s = getComputedStyle(e);
  return s.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1
    && e.clientWidth > 1 && !e.closest('.usa-sr-only');
}).map(e => e.outerHTML.slice(0, 80))"""
# Whether the one who uses the keyboard sees where he is.
SEEN = """() => { const e = document.activeElement, s = getComputedStyle(e);
  const drawn = x => (x.outlineStyle !== 'none' && parseFloat(x.outlineWidth) > 0)
    || x.boxShadow !== 'none';
  const label = e.id && document.querySelector(`label[for='${CSS.escape(e.id)}']`);
  const b = label ? getComputedStyle(label, '::before') : s;
  return e === document.body || [s, b].some(drawn); }"""


@pytest.fixture(scope="module")
def server(settings: Settings, scene: Scene, chromium: Any) -> Iterator[Served]:
    with browser.served(replace(settings, demo=True)) as found:
        yield found


def enter(page: Any, language: str = "en") -> None:
    """Sign in with one click, in this language."""
    page.context.add_cookies([{"name": "casework-language", "value": language, "url": page.url_of}])
    page.goto("/")
    page.get_by_role("button", name="Rosa Diaz").click()


def looked_at(page: Any) -> None:
    """Nothing for axe (which is a script itself), nothing to scroll to sideways, nothing cut, and
    the focus is seen."""
    here = page.url
    assert not page.by_axe or axe(page) == [], here
    assert wider_than_window(page) == 0, here
    assert page.evaluate(CUT) == [], here
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), (here, page.evaluate("document.activeElement.outerHTML"))


def onward(page: Any) -> None:
    """The button that leads on: the last filled one of the form."""
    page.locator("main form .buttons button.usa-button:not(.usa-button--unstyled)").last.click()


@pytest.mark.parametrize(("language", "off"), [("en", True), ("es", False)])
def test_the_whole_path_without_a_script_at_400_percent(
    chromium: Any, server: Served, scene: Scene, language: str, off: bool
) -> None:
    """Once with JavaScript switched off; once with every script of ours empty, for axe to look."""
    ref = stages.a_denial(scene.house)
    with opened(chromium, server, java_script_enabled=not off, **ZOOMED) as page:
        page.by_axe, page.url_of = not off, server.url
        page.route("**/*.js*", lambda r: r.fulfill(body="", content_type="text/javascript"))
        enter(page, language)
        looked_at(page)
        page.goto(f"/member/appeal/{ref}")
        onward(page)
        page.fill("#why", "It hurts. / Me duele.")
        looked_at(page)
        onward(page)
        page.locator("label[for=danger-1]").click()
        onward(page)
        page.locator("label[for=who-1]").click()
        onward(page)
        photo = {"name": "IMG_1.JPG", "mimeType": "image/jpeg", "buffer": BLURRED}
        page.set_input_files("#papers", files=[photo])
        onward(page)
        assert page.locator(".file__doubt").count() == 1
        looked_at(page)
        page.locator("button[name=sure]").click()
        assert page.locator("button[name=sure]").count() == 0
        onward(page)
        looked_at(page)
        onward(page)
        number = page.locator(".receipt__number").inner_text()
        looked_at(page)
        page.goto(f"/member/cases/{number}/interpreter")
        page.locator("label[for=tongue-1]").click()
        looked_at(page)
        onward(page)
        page.goto(f"/member/cases/{number}/message")
        page.fill("#text", "Did you get my photo?")
        onward(page)
        answer = messages.Answer(text="Yes, it is here. You can read it.")
        messages.answer_message(scene.house.cx("ag_specialist"), number, None, answer)
        page.goto(f"/member/cases/{number}")
        assert "Yes, it is here." in page.locator(".talk__one--answer").inner_text()
        looked_at(page)
        page.goto(f"/member/cases/{number}/everything")
        for said in ("It hurts.", "Did you get my photo?", "Yes, it is here.", "IMG_1.JPG"):
            assert said in page.locator("main").inner_text()
        looked_at(page)
        page.goto("/member/no-letter")
        looked_at(page)
        onward(page)
        assert page.locator("#told").count() == 1
        page.goto("/member/?show=over")
        looked_at(page)


PLACES = ("message", "complaint", "address")


def place(page: Any, scene: Scene, where: str, ref: str) -> str:
    """Open one of three pages with a form; the field that is typed into."""
    if where == "complaint":
        page.goto("/member/complaint")
        onward(page)
        page.goto("/member/complaint/told")
        return "#told"
    if where == "address":
        page.goto(f"/member/profile/{scene.member_id('OH-MCD')}/address")
        return "#lines"
    page.goto(f"/member/cases/{ref}/message")
    return "#text"


@pytest.mark.parametrize("where", PLACES)
def test_no_network_two_clicks_and_an_end_of_the_sign_in_lose_nothing(
    chromium: Any, server: Served, scene: Scene, where: str
) -> None:
    ref = stages.a_denial(scene.house)
    words = "77 Oak Street\nColumbus, OH 43085" if where == "address" else "My own words."
    with opened(chromium, server, width=390) as page:
        page.url_of = server.url
        enter(page)
        box = place(page, scene, where, ref)
        here = page.url
        page.fill(box, words)
        # No network at all: the page says so and stays.
        page.context.set_offline(True)
        onward(page)
        assert page.locator(".no-network").is_visible()
        assert (page.url, page.input_value(box)) == (here, words)
        page.context.set_offline(False)
        expect(page.locator(".no-network")).to_contain_text("online again")
        # The sign-in ends while somebody writes: it goes to the server, and comes back.
        page.evaluate("document.dispatchEvent(new Event('sign-in-ends', {cancelable: true}))")
        page.wait_for_url("**said=kept**")
        assert "We keep what you typed for 30 minutes" in page.locator("main").inner_text()
        page.get_by_role("button", name="Rosa Diaz").click()
        assert page.url == here
        assert page.input_value(box) == words
        # The network breaks while it is sent: back, and it is there.
        page.route(
            "**/*",
            lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
        )
        page.fill(box, f"{words} ")
        page.locator("main form .buttons button.usa-button").first.click(no_wait_after=True)
        page.wait_for_timeout(500)
        page.unroute("**/*")
        if page.url != here:
            page.go_back()
        page.wait_for_selector(box)
        assert page.input_value(box) == f"{words} "
        page.locator("main form .buttons button.usa-button").first.dblclick()
        page.wait_for_url(lambda address: address != here)
    if where == "message":
        with scene.database.engine.connect() as connection:
            connection.execute(text("select set_config('app.reach', 'all', true)"))
            sent = select(func.count()).select_from(Contact).where(Contact.direction == "in")
            assert connection.execute(sent.where(Contact.purpose == "message")).scalar_one() >= 1
