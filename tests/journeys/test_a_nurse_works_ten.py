"""Show 1, the nurse: ten cases in a row from the list (take, read, approve, ask or refer), by mouse
and by keyboard alone. What the paper says decides; after each the next, and never a way back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from casework.models import InformationRequest
from tests.journeys.counted import HANDS, Counted, signed_in, told
from tests.journeys.ward import Ward
from tests.services import planted_policies

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("ward")]
WEAK = "Since Friday new weakness of the left arm.\nReflexes are lost on the left."
MISSING = "Request for a scan of the brain.\nThe notes of the visit follow by mail."
NORMAL = "Headache for three weeks, no medicine tried.\nThe nerve exam is normal."
COVER = "Fax, 2 pages. The notes are on the next page."


@dataclass(frozen=True)
class Sent:
    """A request: the pages of its paper, whether it lies in the nurse's hands already, and what
    becomes of it."""

    pages: tuple[str, ...]
    own: bool
    becomes: str


TEN = (
    Sent((WEAK,), own=True, becomes="approved"),
    Sent((WEAK,), own=False, becomes="approved"),
    Sent((MISSING,), own=False, becomes="pended"),
    Sent((COVER, WEAK), own=False, becomes="approved"),
    Sent((NORMAL,), own=True, becomes="in_physician_review"),
    Sent((WEAK,), own=True, becomes="approved"),
    Sent((COVER, MISSING), own=True, becomes="pended"),
    Sent((WEAK,), own=False, becomes="approved"),
    Sent((NORMAL,), own=False, becomes="in_physician_review"),
    Sent((WEAK,), own=False, becomes="approved"),
)


def _open(ward: Ward) -> list[str]:
    """The ten, in the order in which they are due."""
    at = ward.earlier("nurse", 1)
    refs = [ward.open(each.pages, at) for each in TEN]
    for ref, each in zip(refs, TEN, strict=True):
        if each.own:
            ward.begin(ref)
    return refs


def _read(hand: Counted) -> str:
    """Open the paper beside the case and read to its last page; the words that stand there."""
    page = hand.page
    hand.go("notes.pdf", "d")
    while page.locator("#reader a[data-key='.']").count():
        hand.go("Page 2", ".")
    picture = page.locator("#reader img.leaf__picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.naturalWidth") > 300
    return str(page.locator("#reader .leaf__words .said").text_content())


def _approve(hand: Counted) -> None:
    hand.go("Approve", "a")
    if hand.mouse:
        hand.press("Approve")
        return
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")


def _ask(hand: Counted) -> None:
    hand.go("Ask for information", "i")
    hand.write("What is needed", "Notes of the visit")
    hand.rewrite("hours", "96")
    hand.press("Ask for it")


def _refer(hand: Counted) -> None:
    if not hand.mouse:
        hand.page.keyboard.press("e")
    hand.choose("B2b-mark", "met")
    expect(hand.page.locator("#result-1-MP-021")).to_contain_text("Kept")
    hand.go("Refer to a physician", "p")
    assert "B2b" in hand.page.get_by_label("Result of the criteria").input_value()
    hand.write("Summary for the physician", "Headache, three weeks, exam normal, nothing tried.")
    hand.press("Refer to a physician")


def _work(hand: Counted) -> str:
    """Do with the case that stands there what its paper calls for."""
    if hand.page.get_by_role("button", name="Start the review").count():
        hand.go("Start the review", "s")
    said = _read(hand)
    act = _ask if "follow by mail" in said else _refer if "exam is normal" in said else _approve
    act(hand)
    expect(hand.page.locator("#main > .usa-alert")).to_contain_text("Done:")
    return hand.page.url.rpartition("/")[2][:16]


@pytest.mark.parametrize("by", HANDS)
def test_a_nurse_works_ten_cases_in_a_row(ward: Ward, by: str, record_property: Any) -> None:
    refs = _open(ward)
    worked = []
    with signed_in(ward, "Nora Nurse", by) as hand:
        if hand.mouse:
            hand.press(refs[0])
        else:
            hand.page.keyboard.press("j")
            hand.go(refs[0], "Enter")
        for _ in TEN:
            worked.append(_work(hand))
            hand.done()
            hand.go("Give me the next case", "n")
        assert "Nothing waits for you" in hand.page.inner_text("main")
        record_property("work", told("a nurse", hand))
    assert worked == refs  # all ten, in the order in which they are due, and none twice
    for ref, each in zip(refs, TEN, strict=True):
        assert _became(ward, ref) == each.becomes, ref


def _became(ward: Ward, ref: str) -> str:
    """What the database says of a case: its state, with all that belongs to this state."""
    case, nora = ward.case(ref), ward.desk.town.users["nurse"]
    assert f"document:{ward.paper(ref)}" in ward.looks_of(nora, ref)
    owed = ward.letters(ref)
    if case.state == "approved":
        assert (case.assignee_id, case.outcome) == (nora, "approved")
        decided = ward.decision(ref)
        assert (decided.decided_by_id, decided.decided_by_name) == (nora, "Nora Nurse")
        assert [line.result for line in ward.lines(ref)] == ["approved"]
        assert owed == [("approval", "member"), ("approval", "provider")]
    if case.state == "pended":
        assert case.assignee_id == nora
        [asked] = ward.of(ref, InformationRequest)
        assert asked.due_at - asked.asked_at == timedelta(hours=96)
        assert owed == [("information_request", "member"), ("information_request", "provider")]
    if case.state == "in_physician_review":
        assert (case.assignee_id, case.queue) == (None, "physician")
        assert planted_policies.checklist(ward.desk.town, ref).plain == {"B2b": "met"}
        assert owed == []
    return str(case.state)
