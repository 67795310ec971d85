"""Show 1: each kind of demo person signs in and does the job, by mouse and by keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casework.models import Assignment, Case, Member, User
from tests.browser import chromium, opened
from tests.journeys.hands import Hand, button_of
from tests.web.staff.driving import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
HANDS = ("mouse", "keyboard")


@pytest.fixture(params=HANDS)
def enter(request, house) -> Callable[[str], Any]:
    """Signs somebody of this role in, by this hand, and gives the hand."""
    with chromium() as browser, opened(browser, house.served) as page:
        hand = Hand(page, request.param == "mouse")

        def as_role(role: str, nth: int = 0) -> Hand:
            name = house.people(role)[nth]
            page.goto("/")
            if hand.mouse:
                button_of(page, name).click()
            else:
                tab_to(page, name, exact=False)
                with page.expect_navigation():
                    page.keyboard.press("Enter")
            page.get_by_role("button", name="Sign out").wait_for()
            return hand

        yield as_role


def _case(house, kind: str, state: str, **wanted: Any) -> str:
    """An open case of this kind in this state; the latest, so that no other test has it."""
    statement = select(Case.ref).where(Case.kind == kind, Case.state == state, Case.open)
    for name, value in wanted.items():
        statement = statement.where(getattr(Case, name) == value)
    return str(house.one(statement.order_by(Case.id.desc()).limit(1)))


def _state(house, ref: str) -> str:
    return str(house.one(select(Case.state).where(Case.ref == ref)))


def test_a_nurse_starts_a_review(house, enter) -> None:
    hand = enter("nurse")
    ref = _case(house, "prior_auth", "received")
    hand.look_for(ref)
    hand.press("Start the review")
    assert _state(house, ref) == "in_review"


def test_a_physician_approves(house, enter) -> None:
    hand = enter("physician")
    ref = _case(house, "prior_auth", "in_physician_review")
    hand.look_for(ref)
    hand.press("Approve")
    hand.answer("Approve")
    assert _state(house, ref) == "approved"
    assert "AUTH-" in hand.page.inner_text("main")


def test_an_intake_clerk_takes_in_a_telephone_call(house, enter) -> None:
    hand = enter("intake")
    hand.press("Intake")
    hand.press("A grievance")
    number = house.one(select(Member.number).order_by(Member.id).limit(1))
    hand.write("Member number", number)
    hand.answer("Take it in")
    assert "GR-" in hand.page.inner_text("main")


def test_an_appeals_specialist_names_the_reviewer(house, enter) -> None:
    hand = enter("ag_specialist")
    ref = _case(house, "appeal", "received")
    hand.look_for(ref)
    hand.press("Assign a reviewer")
    # The best of them is proposed, with why.
    hand.answer("Assign a reviewer")
    assert _state(house, ref) == "in_review", hand.page.inner_text("main")[:900]


def test_an_appeals_clinician_overturns(house, enter) -> None:
    hand = enter("ag_clinician")
    name = house.people("ag_clinician")[0]
    mine = house.one(select(User.id).where(User.name == name))
    ref = _case(house, "appeal", "in_review", assignee_id=mine)
    hand.look_for(ref)
    hand.press("Overturn the denial")
    hand.write("Standard that was used to decide", "The plan's own imaging policy.")
    hand.write("Discussion of the decision", "A new doctor read everything. The need is shown.")
    hand.write("What was looked at", "The appeal and the notes")
    hand.answer("Overturn the denial")
    assert _state(house, ref) == "overturned", hand.page.inner_text("main")[:900]


def test_a_supervisor_hands_a_case_on(house, enter) -> None:
    hand = enter("supervisor")
    ref = _case(house, "prior_auth", "in_review")
    hand.look_for(ref)
    hand.press("Assign")
    hand.answer("Assign")
    case = select(Case.id).where(Case.ref == ref).scalar_subquery()
    given = select(Assignment.id).where(Assignment.case_id == case, Assignment.until_at.is_(None))
    assert house.one(given.order_by(Assignment.id.desc()).limit(1))
    assert "Done" in hand.page.inner_text("main")


def test_compliance_asks_a_clock_why(house, enter) -> None:
    hand = enter("compliance")
    hand.press("Rules")
    assert "CFR" in hand.page.inner_text("main")
    hand.press("Operation")
    assert "sweep" in hand.page.inner_text("main").lower()
    hand.press("My work")
    hand.look_for(_case(house, "prior_auth", "in_review"))
    hand.unfold("Why?")
    assert "counting rule" in hand.page.inner_text("main")


def test_an_administrator_looks_at_the_house(house, enter) -> None:
    hand = enter("admin")
    hand.press("Operation")
    assert "sweep" in hand.page.inner_text("main").lower()


def test_an_office_asks_for_a_token(house, enter) -> None:
    hand = enter("provider_admin")
    hand.page.goto("/provider/office")
    hand.write("Name", f"Night export by {'mouse' if hand.mouse else 'keyboard'}")
    if hand.mouse:
        hand.page.get_by_text("Read cases, letters and papers").first.click()
        hand.page.get_by_text("30 days").first.click()
    else:
        tab_to(hand.page, "Read cases, letters and papers", exact=False)
        hand.page.keyboard.press("Space")
    hand.press("Make a token")
    assert "by mouse" in (said := hand.page.inner_text("main")) or "by keyboard" in said


@pytest.mark.parametrize("role", ["member", "representative"])
def test_somebody_complains(house, enter, role: str) -> None:
    hand = enter(role, nth=1 if role == "member" else 0)  # the first member prefers Spanish
    hand.press("Make a complaint")
    for _ in range(14):
        page = hand.page
        if "/receipts/" in page.url:
            assert re.search(r"GR-\d{4}-\d{6}-\d", page.inner_text("main"))
            return
        onward = page.locator(
            "main form button.usa-button:not(.usa-button--outline, .usa-button--unstyled):visible"
        )
        if onward.count():
            hand.answer(" ".join(onward.last.inner_text().split()))
        else:
            hand.press("Go on with the complaint all the same")
    raise AssertionError(hand.page.url)
