"""By keyboard alone: a physician sees what a denial lacks, mends it and decides; a supervisor reads
the letter, puts a word anew and lets it leave."""

import os
from typing import Any

import pytest

from casework.context import SYSTEM
from casework.services import contracts
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import press, sign_in, tab_to, write
from tests.web.staff.scene import REASON, Desk
from tests.web.staff.steps import case_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MISSING = "1 of"
SEE = "See the letter"
PLAIN = "Your records show no warning sign. So you do not need this test now."


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """The Marketplace contract wants denials read; one waits for that."""
    contracts.publish_version(
        desk.town.database.context(SYSTEM),
        "OH-QHP",
        terms={},
        workflow={"release": {"letters": ["adverse"], "roles": ["supervisor"]}},
        reason="Adverse letters are read first.",
        effective_from=MONDAY.date(),
        knows_looser=True,
    )
    desk.denied("waits", "OH-QHP")


def sound(page: Any, where: str) -> None:
    if folder := os.environ.get("SHOTS"):
        width = page.viewport_size["width"]
        page.screenshot(path=f"{folder}/{where.replace(' ', '-')}-{width}.png", full_page=True)
    assert axe(page) == [], where
    assert wider_than_window(page) == 0, where


def test_a_denial_is_seen_mended_and_decided_by_keyboard_alone(
    chromium: Any, house: Served, desk: Desk
) -> None:
    desk.with_physician("journey", "OH-QHP")
    with opened(chromium, house) as page:
        sign_in(page, "physician")
        page.goto(f"/staff/cases/{desk.refs['journey']}")
        press(page, "Deny")
        write(page, "Specific reason, in plain words", REASON)
        write(page, "Criterion or provision it rests on", "MP-021, part 2")
        write(page, "Standard that was used to decide", "We compared the records with the policy.")
        write(page, "Clinical judgment: how the records were weighed", "The exam was normal.")
        tab_to(page, "Nothing more could change this decision")
        page.keyboard.press("Space")
        tab_to(page, "I attest that I am expert in this kind of service and that I decide it")
        page.keyboard.press("Space")
        press(page, SEE)
        told = page.inner_text("#letters-to-come")
        assert "are missing" in told or "is missing" in told
        assert "The plan provision that the decision rests on" in told
        letter = page.frame_locator("iframe.letter-frame").first
        assert letter.locator(".gap").first.is_visible()
        assert letter.locator("body").evaluate("b => getComputedStyle(b).maxWidth") == "816px"
        sound(page, "a denial with a gap")
        write(page, "Plan or Medicare provision that it rests on", "Your plan book, chapter 4.")
        press(page, "See the letter again")
        told = page.inner_text("#letters-to-come")
        assert "missing" not in told
        assert "are there" in told
        sound(page, "a denial without a gap")
        assert case_of(desk, "journey").state != "denied"
        press(page, "Deny")
        assert "Done: deny." in page.inner_text("main")
        assert "Waits for release" in page.inner_text("main")
        sound(page, "the case with a letter that waits")
    assert case_of(desk, "journey").state == "denied"


def test_a_supervisor_reads_rewords_and_releases_by_keyboard_alone(
    chromium: Any, house: Served, desk: Desk
) -> None:
    desk.denied("to release", "OH-QHP")
    with opened(chromium, house) as page:
        sign_in(page, "supervisor")
        page.goto("/staff/letters/waiting")
        sound(page, "letters that wait")
        page.goto(f"/staff/cases/{desk.refs['to release']}")
        press(page, "Read the letter")
        sound(page, "a letter before its release")
        tab_to(page, "Specific reason: MRI of the brain")
        page.keyboard.press("Control+A")
        page.keyboard.type("TBD")
        press(page, "Release them")
        assert page.evaluate("document.activeElement.id") == "error-summary"
        assert "was to be filled in" in page.inner_text(
            "main"
        ) or "says nothing" in page.inner_text("main")
        sound(page, "words that may not stand")
        tab_to(page, "Specific reason: MRI of the brain")
        page.keyboard.press("Control+A")
        page.keyboard.type(PLAIN)
        press(page, "See them with these words")
        assert PLAIN in page.frame_locator("iframe.letter-frame").first.locator("body").inner_text()
        assert page.locator(".reworded ins").count()
        sound(page, "other words beside the first")
        press(page, "Release them")
        assert "The letter is released and leaves now." in page.inner_text("main")
        assert "released a letter" in page.inner_text("main")
    desk.post()
    with opened(chromium, house) as page:
        sign_in(page, "supervisor")
        page.goto(f"/staff/cases/{desk.refs['to release']}")
        letter = page.locator("li.letter", has_text="Denial (notice of action)").first
        letter.get_by_role("link", name="about it").click()
        told = page.inner_text("main")
        assert "Sam Supervisor" in told
        assert "What the gate found in it when it was printed" in told
        sound(page, "about a letter")


def test_the_same_pages_fit_a_telephone(chromium: Any, house: Served, desk: Desk) -> None:
    with opened(chromium, house, width=320) as page:
        sign_in(page, "supervisor")
        page.goto("/staff/letters/waiting")
        sound(page, "letters that wait")
        page.locator("main th a").first.click()
        sound(page, "a letter before its release")
        page.goto(page.url.replace("/release", "/about"))
        sound(page, "about a letter")
