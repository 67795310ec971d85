"""Every line with a decision of its own on one page; a clean approval in at most 8 keystrokes."""

from typing import Any

import pytest
from sqlalchemy import select

from casework.models import Case, LineDecision
from casework.submission import PaperAsSent
from tests.browser import Served, axe, opened, wider_than_window
from tests.casefiles.papers_made import pdf, saved
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import REASON, Desk, two_lines

WORDS = {
    "words-provision": "Your plan book, chapter 4: therapy must be medically needed.",
    "words-standard": "We compared the records with each point of the policy.",
    "words-rationale": "A doctor read the notes.",
    "words-nothing_would_help": "yes",
    "attested": "yes",
}


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """Two requests of two lines, one with the nurse, one with the physician."""
    desk.in_review("two", lines=two_lines())
    desk.with_physician("both", lines=two_lines())


def _state(desk: Desk, name: str) -> str:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        wanted = select(Case.state).where(Case.ref == desk.refs[name])
        return str(cx.db.execute(wanted).scalar_one())


def test_all_lines_stand_there_as_asked_and_a_nurse_approves_them(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    page = pages.get(f"/staff/cases/{desk.refs['two']}")
    assert "Decide line by line" in page.text
    path = f"/staff/cases/{desk.refs['two']}/lines"
    page = pages.get(path)
    form = page.form(path)
    assert (form["lines-0-result"], form["lines-1-result"]) == ("approved", "approved")
    assert form["lines-1-units"] == "24"
    assert "approve all (2 approved as asked)" in page.text


def test_what_it_comes_to_is_told_before_it_is_decided(desk, app) -> None:
    path = f"/staff/cases/{desk.refs['two']}/lines"
    pages = desk.sign_in(app, "nurse")
    pages.get(path)
    page = pages.post(path, {"lines-1-result": "denied", "sum": "yes"}, status=200)
    assert "approve in part (1 approved as asked, 1 denied)" in page.text
    assert "Only a licensed clinician may deny for medical necessity" in page.text
    assert page.form(path)["lines-1-result"] == "denied"


def test_a_line_that_says_what_it_does_not_do_is_asked_about(desk, app) -> None:
    path = f"/staff/cases/{desk.refs['two']}/lines"
    pages = desk.sign_in(app, "nurse")
    pages.get(path)
    page = pages.post(path, {"lines-1-units": "12"}, status=422)
    assert "This is less than was asked" in page.text
    pages.get(path)
    page = pages.post(path, {"lines-1-result": "approved_other"}, status=422)
    assert "Nothing of it is other than asked" in page.text


def test_the_law_keeps_a_nurse_from_approving_less_and_her_words_stay(desk, app) -> None:
    path = f"/staff/cases/{desk.refs['two']}/lines"
    pages = desk.sign_in(app, "nurse")
    pages.get(path)
    less = {
        "lines-1-result": "approved_other", "lines-1-units": "12", "lines-1-reason": REASON,
        "lines-1-criterion": "MP-021, part 2", **WORDS,
    }  # fmt: skip
    answer = pages.client.post(path, data={**pages.page.form(path), **less})
    assert answer.status_code in {403, 409}
    assert REASON in answer.text
    assert _state(desk, "two") == "in_review"


def test_a_physician_approves_one_line_and_gives_less_of_the_other(desk, app) -> None:
    path = f"/staff/cases/{desk.refs['both']}/lines"
    pages = desk.sign_in(app, "physician")
    pages.get(path)
    less = {"lines-1-result": "approved_other", "lines-1-units": "12", **WORDS}
    page = pages.post(path, less, status=422)
    assert "reason" in page.text.lower()
    pages.post(path, less | {"lines-1-reason": REASON, "lines-1-criterion": "MP-021, part 2"})
    page = pages.follow()
    assert "Done: approve in part (1 approved as asked, 1 approved other than asked)" in page.text
    assert _state(desk, "both") == "partially_approved"
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        rows = cx.db.execute(select(LineDecision).order_by(LineDecision.number)).scalars().all()
    assert [(row.result, int(row.units)) for row in rows][-2:] == [
        ("approved", 1),
        ("approved_other", 12),
    ]
    assert "This cannot be done now" in pages.get(path).text
    assert "Decide line by line" not in pages.get(f"/staff/cases/{desk.refs['both']}").text


@pytest.mark.browser
def test_from_the_list_to_decided_in_at_most_eight_keystrokes(
    chromium: Any, house: Served, desk: Desk
) -> None:
    strokes = 0
    desk.open("clean")
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.goto("/staff/?tab=unassigned")

        def press(key: str, *, leads: bool) -> None:
            nonlocal strokes
            strokes += 1
            if leads:
                with page.expect_navigation():
                    page.keyboard.press(key)
            else:
                page.keyboard.press(key)

        press("j", leads=False)
        press("Enter", leads=True)
        assert desk.refs["clean"] in page.url
        press("s", leads=True)
        press("a", leads=True)
        assert page.evaluate("document.activeElement.id") == "confirm"
        press("Enter", leads=True)
        assert "Done: approve. Number: AUTH-2027-" in page.inner_text("main")
    assert _state(desk, "clean") == "approved"
    assert strokes <= 8


@pytest.mark.browser
def test_reader_and_lines_by_keys_alone_with_nothing_for_axe(
    chromium: Any, house: Served, desk: Desk
) -> None:
    paper = PaperAsSent(name="exam.pdf", media_type="", content=saved(pdf("One", "Two")))
    desk.in_review("read", papers=(paper,))
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.goto(f"/staff/cases/{desk.refs['read']}")
        for key, shown in (("d", "page 1 of 2"), (".", "page 2 of 2"), ("r", "page 2 of 2")):
            with page.expect_navigation():
                page.keyboard.press(key)
            assert shown in page.inner_text("#reader")
        page.keyboard.press("m")
        assert page.evaluate("document.activeElement.id") == "words"
        page.locator("[data-leaf]").scroll_into_view_if_needed()
        box = page.locator("[data-leaf]").bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 60, steps=3)
        page.mouse.up()
        assert float(page.input_value("#width")) > 1
        _look(page)
        page.goto(f"/staff/cases/{desk.refs['read']}/lines")
        page.locator("label[for=lines-0-result-denied]").click()
        assert "deny all (1 denied)" in page.inner_text("[data-sum]")
        _look(page)


def _look(page: Any) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
        assert wider_than_window(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
