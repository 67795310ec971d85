"""Show 1, compliance: the public figures of a year as page, CSV, JSON and the page for the website;
one number opened to its cases, a case read, and back to the same number. By mouse and by keyboard
alone."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from casework.records.determinations import LineRuling
from casework.services import determinations, public_figures, review
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission
from tests.journeys.counted import HANDS, Counted, signed_in, told
from tests.journeys.ward import Ward
from tests.web.staff.scene import a_denial

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("ward")]
CONTRACT, UNIT = "OH-QHP", "Ohio Marketplace"
YEAR = 2026
AUTUMN = datetime(YEAR, 10, 5, 15, tzinfo=UTC)
DENIED, APPROVED = 3, 2
NUMBER = "standard_denied"


@pytest.fixture(scope="module")
def denied(ward: Ward) -> set[str]:
    """Requests of last autumn, decided then: the numbers of the denied ones."""
    town, refs = ward.desk.town, []
    for _ in range(DENIED + APPROVED):
        sent = a_submission(town, CONTRACT, received_at=AUTUMN)
        ref = submit_prior_auth(town.cx("Maple", AUTUMN), sent).ref
        review.start_review(town.cx("nurse2", AUTUMN), ref, None)
        refs.append(ref)
    for ref in refs[:DENIED]:
        form = review.Referral(summary="Exam normal.", criteria="MP-021: not met.")
        review.refer_to_physician(town.cx("nurse2", AUTUMN), ref, None, form)
        determinations.deny(town.cx("physician2", AUTUMN), ref, None, a_denial())
    for ref in refs[DENIED:]:
        yes = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
        determinations.approve(town.cx("nurse2", AUTUMN), ref, None, yes)
    return set(refs[:DENIED])


def _count(ward: Ward, hand: Counted) -> None:
    """Ask for the year; the worker counts it, and the page that waits comes anew by itself."""
    page = hand.page
    hand.press("Public figures")
    hand.choose_from("Contract, plan or issuer", UNIT)
    assert page.get_by_label("Year of the decision").input_value() == str(YEAR)
    hand.press("Count")
    while public_figures.count_slice(ward.database.context()):
        pass
    expect(page.get_by_role("heading", name="The nine figures of the rule")).to_be_visible()


def _file(hand: Counted, words: str) -> bytes:
    with hand.page.expect_download() as kept:
        hand.touch(words)
    return Path(kept.value.path()).read_bytes()


def _follow(hand: Counted, denied: set[str]) -> None:
    """From the number to its cases, into one of them and its paper, and back to the number."""
    page = hand.page
    figures = page.url
    number = page.locator(f"#{NUMBER}")
    assert number.inner_text().split()[0] == str(DENIED)
    hand.open(NUMBER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Standard requests that we denied")
    listed = page.locator("main tbody a.work__ref").all_inner_texts()
    assert set(listed) == denied
    hand.press(listed[0])
    assert listed[0] in page.inner_text("h1")
    hand.go("notes.pdf", "d")  # the way back stays while one stays with the case
    hand.go("The cases behind this number", "b")
    assert set(page.locator("main tbody a.work__ref").all_inner_texts()) == denied
    hand.press(f"{UNIT}, {YEAR}")
    assert page.url == f"{figures}#{NUMBER}"
    expect(number).to_be_focused()


@pytest.mark.parametrize("by", HANDS)
def test_compliance_produces_the_year_and_follows_a_number(
    ward: Ward, denied: set[str], by: str, record_property: Any
) -> None:
    with signed_in(ward, "Cora Compliance", by) as hand:
        page = hand.page
        _count(ward, hand)
        of_all = DENIED + APPROVED
        rows = csv.DictReader(_file(hand, "CSV").decode("utf-8-sig").splitlines())
        assert (NUMBER, str(DENIED), str(of_all)) in {
            (row["name"], row["part"], row["of"]) for row in rows
        }
        told_as_json = _file(hand, "JSON")
        figures = json.loads(told_as_json)["standard"]
        assert (figures["denied"], figures["decided"]) == (DENIED, of_all)
        _follow(hand, denied)
        hand.press("The page as everybody will read it")
        assert f"{DENIED} of {of_all} standard requests" in page.inner_text("main")
        hand.press("The count")
        if page.locator("#reason").count():
            hand.rewrite("reason", "One fax was entered late.")
        hand.tick("sure")
        hand.press(page.locator("form.publish button").inner_text())
        hand.press(page.locator("p", has_text=": these figures").locator("a").inner_text())
        fingerprint = page.locator("main code").first.inner_text()
        assert fingerprint == hashlib.sha256(told_as_json).hexdigest()
        assert "Published by Cora Compliance" in page.inner_text("main")
        hand.done()
        record_property("work", told("a compliance officer", hand))
