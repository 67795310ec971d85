"""What an office sees of a denial that was appealed: where it goes on, and what came of it."""

import pytest

from casework.services.operations import move_time
from tests.builders import MONDAY, Town
from tests.services import stages as steps
from tests.services.house import House, a_house
from tests.web.provider import stages
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    """The town with the people whom appeals need; case time stands at MONDAY."""
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def town(house: House) -> Town:
    """The town of this house, instead of one without them."""
    return house.town


def test_a_denial_that_was_appealed_leads_to_the_appeal(mae: Portal, house: House) -> None:
    ref = stages.denied(house.town, "OH-QHP")
    assert "Appeal for the member" in mae.get(at(ref)).text
    number = steps.an_appeal(house, "OH-QHP", about=ref)
    page = mae.get(at(ref))
    assert f"It goes on under {number}." in page.text
    assert "Appeal for the member" not in page.text
    assert f"It goes on under {number}" in mae.get("/provider/").text


def test_a_denial_that_was_overturned_and_carried_out_is_an_authorization(
    mae: Portal, house: House
) -> None:
    ref = stages.denied(house.town)
    number = steps.decided(house, "OH-MCD", "overturn", about=ref)
    steps.carry_out(house, number)
    page = mae.get(at(ref))
    for said in (
        "Denied, then authorized",
        "Now it is authorized: see the authorization.",
        "AUTH-2027-",
        "Overturned and carried out",
    ):
        assert said in page.text, said
    for gone in ("Denied: the reason is in the letter.", "Appeal for the member"):
        assert gone not in page.text
    home = mae.get("/provider/").text.partition("Decided")[2]
    assert "Denied, then authorized" in home


def test_the_story_of_a_review_tells_nothing_of_the_case_below(mae: Portal, house: House) -> None:
    """Its clocks count from the appeal and its letter; their own story tells of these."""
    ref = stages.denied(house.town)
    upheld = steps.decided(house, "OH-MCD", "uphold", about=ref)
    review = steps.a_review(house, "OH-MCD", upheld)
    page = mae.get(at(review))
    assert "We received it" in page.text
    assert "The decision was appealed" not in page.text
    assert "Services" not in page.text
