"""The catalogue of letters, to read: every letter with its law, its wordings, its page."""

from typing import Any

import pytest

from casework.queries import letter_catalogue
from casework.web.staff import letter_words
from letters import catalogue, wording_use
from letters.conditions import CONDITIONS
from letters.context import RECIPIENTS
from letters.wording import wording
from tests.browser import Served, axe, opened, wider_than_window
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import Desk

CODES = catalogue.load().codes()
READERS = ("supervisor", "compliance", "admin")
LIST = "/staff/letter-catalogue"


def test_whatever_the_catalogue_names_has_words() -> None:
    calls = [call for entry in catalogue.load().letters for call in entry.calls]
    assert {call.event for call in calls} <= letter_words.EVENTS.keys()
    assert {call.consequence for call in calls} <= {"", *letter_words.CONSEQUENCES}
    assert {call.notice_kind for call in calls} <= letter_words.NOTICES.keys()
    assert CONDITIONS.keys() <= letter_words.CONDITIONS.keys()
    assert set(RECIPIENTS) <= letter_words.RECIPIENTS.keys()
    assert {
        letter_words.kind_of(catalogue.get(code)) for code in CODES
    } <= letter_words.KINDS.keys()


def test_what_calls_for_a_letter_is_a_sentence() -> None:
    said = {code: letter_words.called(one := catalogue.get(code), one.calls[0]) for code in CODES}
    assert said["approval"] == "when a request is approved"
    assert said["denial"] == "when a request is denied (Medicare only)"
    assert said["packet_cover"] == "when an external review has its file sent to the reviewing body"
    assert "the law takes that as a denial (Medicaid only)" in said["deemed_denial"]


@pytest.mark.parametrize("who", READERS)
def test_who_answers_for_the_letters_reads_every_one(desk, app, who) -> None:
    letter_catalogue.grades.cache_clear()
    page = desk.sign_in(app, who).get(LIST)
    assert f"{len(CODES)} of {len(CODES)} letters" in page.text
    for code in CODES:
        letter = catalogue.get(code)
        assert letter.title in page.text
    assert letter_catalogue.grades.cache_info().misses == 0, "a list writes no letter"


def test_who_decides_single_cases_does_not(desk, app) -> None:
    for address in (LIST, f"{LIST}/denial", f"{LIST}/denial/page"):
        assert desk.sign_in(app, "nurse").get(address, status=403)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Braille+0938-0829", {"denial", "partial_approval", "reduction", "deemed_denial"}),
        ("q=audiencia+imparcial+438.402(c)(1)(i)(A)", {"deemed_exhaustion"}),
        ("kind=grievance&line=medicare&q=quality", {"grievance_resolved", "grievance_dismissed"}),
        ("q=no+such+words+anywhere", set()),
    ],
)
def test_a_search_looks_at_wordings_elements_and_laws(desk, app, query, found) -> None:
    page = desk.sign_in(app, "compliance").get(f"{LIST}?{query}")
    links = {e.get("href").rsplit("/", 1)[-1] for e in page.all("a") if LIST + "/" in e.get("href")}
    assert links == found


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_letter_shows_its_law_and_both_languages(desk, app, code) -> None:
    page = desk.sign_in(app, "compliance").get(f"{LIST}/{code}")
    grade = letter_catalogue.grades(code)
    assert f"grade {grade['en']} in English (Flesch–Kincaid), {grade['es']} in Spanish" in page.text
    letter = catalogue.get(code)
    squeezed = " ".join(page.text.split())
    for rows in letter.requirements.values():
        for row in rows:
            assert row.element.says in squeezed
            assert row.tag == "house" or row.cite in squeezed
    cells = {" ".join(e.text.split()) for e in page.all("td")}
    for key in wording_use.by_letter()[code]:
        for language in ("en", "es"):
            assert " ".join(wording(language).messages[key].split()) in cells
    [frame] = page.all("iframe")
    assert letter.title in frame.get("title")


def test_the_frame_holds_the_page_that_was_chosen_and_nobody_else_may_frame_it(desk, app) -> None:
    browser = desk.sign_in(app, "compliance")
    chosen = "line=medicare&language=es&recipient=provider&large=1"
    [frame] = browser.get(f"{LIST}/denial?{chosen}").all("iframe")
    sample = browser.client.get(frame.get("src"))
    assert "Negamos su solicitud" in sample.text
    assert "Riverbend Clinic" in sample.text
    assert "frame-ancestors 'self'" in sample.headers["Content-Security-Policy"]
    assert 'href="/letter-page-large.css"' in sample.text
    style = browser.client.get("/letter-page-large.css")
    assert style.content_type == "text/css; charset=utf-8"
    assert "font-size: 18pt" in style.text
    plain = browser.client.get(f"{LIST}/denial/page?line=mars&language=xx&recipient=nobody")
    assert plain.status_code == 200
    assert browser.get(f"{LIST}/denail", status=404)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [1280, 320])
def test_the_catalogue_is_sound_in_a_browser(
    chromium: Any, house: Served, desk: Desk, width: int
) -> None:
    with opened(chromium, house, width=width) as page:
        sign_in(page, "compliance")
        for address in (LIST, f"{LIST}/appeal_upheld?line=marketplace#page"):
            page.goto(address)
            assert axe(page) == [], address
            assert wider_than_window(page) == 0, address
        framed = page.frames[-1]
        assert framed.locator("h1").inner_text() == "We did not change our decision"
        assert "Public Sans" in framed.evaluate("getComputedStyle(document.body).fontFamily")
        loaded = "document.fonts.ready.then(() => document.fonts.check('12pt \"Public Sans\"'))"
        assert framed.evaluate(loaded)
