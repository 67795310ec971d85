"""Show 1, the physician: five referred cases in a row, by mouse and by keyboard alone. Each summary
and each checklist is read first; what is owed afterwards stands in the database."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from casework.models import Determination, Licence, PeerToPeer
from casework.services import review
from tests.journeys.counted import HANDS, Counted, signed_in, told
from tests.journeys.ward import Ward
from tests.services import planted_policies
from tests.web.staff.scene import a_line, two_lines

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("ward")]
NOTES = ("Headache for three weeks.\nThe nerve exam is normal.",)
MARKS = dict.fromkeys(("B1a", "B1b", "B1c", "B1d", "B2a", "B3"), "not_met")
SCAN, BOTH = (a_line(),), two_lines()
# What is asked for in each of the five, and the sentence of the nurse that goes along.
FIVE = (
    (SCAN, "The arm is weak, see the notes. I think B1b is met."),
    (SCAN, "No warning sign, nothing was tried."),
    (BOTH, "The scan is shown to be needed; the therapy is not."),
    (SCAN, "The notes say nothing of the eyes."),
    (BOTH, "Twelve visits would show whether it helps."),
)
DENIED, IN_PART = ("denial", "provider_denial"), ("partial_approval", "provider_denial")
REASON = "The records show no warning sign, so this test is not needed now."
ENOUGH = "Twelve visits come first. The plan of care says when more are needed."


def _open(ward: Ward) -> list[str]:
    """The five, referred by the night nurse, in the order in which they are due."""
    at, nurse = ward.earlier("physician", 6), ward.desk.cx("nurse2")
    refs = []
    for lines, summary in FIVE:
        ref = ward.open(NOTES, at, lines)
        review.start_review(nurse, ref, None)
        planted_policies.mark(ward.desk.town, ref, "nurse2", **MARKS)
        form = review.Referral(summary=summary, criteria="MP-021, version 1: not met.")
        review.refer_to_physician(nurse, ref, None, form)
        refs.append(ref)
    return refs


def _read(hand: Counted, summary: str) -> None:
    """What the nurse wrote, and her marks on the criteria, before anything is decided."""
    page = hand.page
    expect(page.get_by_role("region", name="For the physician, from Nils Nurse")).to_contain_text(
        summary
    )
    marks = page.get_by_role("region", name="Criteria", exact=True)
    expect(marks.locator(".criterion__stands").filter(has_text="Nils Nurse")).to_have_count(6)


def _approve(hand: Counted) -> None:
    hand.go("Approve", "a")
    if hand.mouse:
        hand.press("Approve")
    else:
        with hand.page.expect_navigation():
            hand.page.keyboard.press("Enter")


def _deny(hand: Counted) -> None:
    hand.step("Deny")
    assert "a first seizure" in hand.page.locator("[id='lines-0-reason']").input_value()
    hand.rewrite("lines-0-reason", REASON)
    hand.tick("attested")
    hand.press("Deny")


def _in_part(hand: Counted) -> None:
    hand.go("Decide line by line", "l")
    hand.choose("lines-1-result", "denied")
    hand.rewrite("lines-1-reason", REASON)
    hand.rewrite("lines-1-criterion", "MP-033, part T1")
    hand.tick("attested")
    hand.press("Approve in part (1 approved as asked, 1 denied)")


def _less(hand: Counted) -> None:
    hand.go("Decide line by line", "l")
    hand.choose("lines-1-result", "approved_other")
    hand.rewrite("lines-1-units", "12")
    hand.rewrite("lines-1-reason", ENOUGH)
    hand.rewrite("lines-1-criterion", "MP-033, part T3b")
    hand.tick("attested")
    hand.press("Approve in part (1 approved as asked, 1 approved other than asked)")


def _offer_a_talk(hand: Counted) -> None:
    hand.step("Offer a peer-to-peer talk")
    hand.enter_time("at", "03032027", "0200PM")
    hand.write("Number to call", "614-555-0142")
    hand.press("Offer a peer-to-peer talk")


def _send_back(hand: Counted) -> None:
    hand.step("Return to the nurse")
    hand.write("Why", "What did the eye doctor find? Ask for the report.")
    hand.press("Return to the nurse")


@pytest.mark.parametrize("by", HANDS)
def test_a_physician_decides_five_cases(ward: Ward, by: str, record_property: Any) -> None:
    refs, worked = _open(ward), []
    fourth = _offer_a_talk if by == "mouse" else _send_back
    with signed_in(ward, "Pia Physician, MD", by) as hand:
        hand.go("Give me the next case", "n")
        for (_lines, summary), act in zip(
            FIVE, (_approve, _deny, _in_part, fourth, _less), strict=True
        ):
            _read(hand, summary)
            act(hand)
            expect(hand.page.locator("#main > .usa-alert")).to_contain_text("Done:")
            worked.append(hand.page.url.rpartition("/")[2][:16])
            hand.done()
            hand.go("Give me the next case", "n")
        record_property("work", told("a physician", hand))
    assert worked == refs  # all five, in the order in which they are due, and none twice
    approved, denied, in_part, fourth_of_them, less = refs
    pia = ward.desk.town.users["physician"]
    _is_decided(ward, approved, "approved", [("approved", Decimal(1))], ("approval", "approval"))
    _is_decided(ward, denied, "denied", [("denied", None)], DENIED)
    of_two = [("approved", Decimal(1)), ("denied", Decimal(24))]
    _is_decided(ward, in_part, "partially_approved", of_two, IN_PART)
    of_two = [("approved", Decimal(1)), ("approved_other", Decimal(12))]
    _is_decided(ward, less, "partially_approved", of_two, IN_PART)
    [licence] = ward.all(select(Licence).where(Licence.user_id == pia))
    for ref in (denied, in_part, less):
        decided = ward.decision(ref)
        assert decided.frozen["licence"]["number"] == licence.number
        assert (decided.licence_id, decided.expertise_attested) == (licence.id, True)
        assert decided.credential == "MD OH, Internal medicine"
    assert [each["criterion"] for each in ward.decision(denied).frozen["criteria"]] == list(MARKS)
    _was_not_decided(ward, fourth_of_them, by)


def _is_decided(
    ward: Ward, ref: str, state: str, lines: list[tuple[str, Any]], owed: tuple[str, str]
) -> None:
    case, pia = ward.case(ref), ward.desk.town.users["physician"]
    assert (case.state, case.assignee_id) == (state, pia)
    assert ward.decision(ref).decided_by_id == pia
    assert [(line.result, line.units) for line in ward.lines(ref)] == lines
    for line in ward.lines(ref):
        adverse = line.result != "approved"
        assert (bool(line.criterion), bool(line.reason_ct)) == (adverse, adverse)
    assert ward.letters(ref) == list(zip(owed, ("member", "provider"), strict=True))


def _was_not_decided(ward: Ward, ref: str, by: str) -> None:
    """The talk stands offered, or the nurse who referred it has it back; no letter is owed."""
    case, town = ward.case(ref), ward.desk.town
    assert (ward.of(ref, Determination), ward.letters(ref)) == ([], [])
    if by == "mouse":
        [talk] = ward.of(ref, PeerToPeer)
        assert talk.slot_at == datetime(2027, 3, 3, 19, 0, tzinfo=UTC)  # 2 p.m. in Ohio
        assert (case.state, case.assignee_id) == ("in_physician_review", town.users["physician"])
    else:
        assert (case.state, case.assignee_id) == ("in_review", town.users["nurse2"])
