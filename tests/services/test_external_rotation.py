"""Whose turn it is: strict rotation over at least three, conflicts passed over, nobody chooses."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, update

from casework.errors import StateRefused
from casework.models import ReviewOrganization
from casework.services import external_file, external_reviews
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import stages
from tests.services.house import a_house

QHP = "OH-QHP"
FREE = external_file.Giving()


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    made.upheld[QHP] = stages.decided(made, QHP, "uphold")
    return made


def ag(house, now=MONDAY):
    """The specialist."""
    return house.cx("ag_specialist", now)


def eligible(house) -> str:
    """A Marketplace request that was found eligible."""
    ref = stages.a_review(house, QHP, house.upheld[QHP])
    external_reviews.start_preliminary_review(ag(house), ref, None)
    external_reviews.find_eligible(ag(house), ref, None)
    return ref


def assigned_to(house, ref: str) -> int:
    """The organization that has this review."""
    with house.town.database.reading(house.cx("system")) as cx:
        return stages.detail(cx, ref).review_organization_id


def conflict(house, settings, name: str, *ties: str) -> None:
    """Write down with whom this organization has a conflict."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(ReviewOrganization)
            .where(ReviewOrganization.id == house.iros[name])
            .values(conflicts=list(ties))
        )
    engine.dispose()


def test_the_turns_go_round_and_nobody_chooses(house) -> None:
    turns = []
    for hour in range(8):
        ref = eligible(house)
        external_file.assign_iro(ag(house, MONDAY + timedelta(hours=hour)), ref, None, FREE)
        turns.append(assigned_to(house, ref))
    assert set(turns[:4]) == set(house.iros.values())
    assert turns[:4] == turns[4:]


def test_a_choice_is_not_followed(house) -> None:
    ref = eligible(house)
    expected = next_in_turn(house)
    other = next(name for name, id_ in house.iros.items() if id_ != expected)
    wish = external_file.Giving(organization=other)
    external_file.assign_iro(ag(house, MONDAY + timedelta(days=1)), ref, None, wish)
    assert assigned_to(house, ref) == expected


def next_in_turn(house) -> int:
    """Who had the least recent turn."""
    with house.town.database.reading(house.cx("system")) as cx:
        rows = cx.db.query(ReviewOrganization).filter(ReviewOrganization.body == "iro").all()
        floor = MONDAY - timedelta(days=9999)
        return min(rows, key=lambda row: (row.last_assigned_at or floor, row.id)).id


@pytest.mark.parametrize("tie", ["Maple Clinic", "lantern health plan", "Alex1 Example"])
def test_an_organization_with_a_conflict_is_passed_over_and_stays_next(
    house, settings, tie
) -> None:
    first = next_in_turn(house)
    name = next(name for name, id_ in house.iros.items() if id_ == first)
    conflict(house, settings, name, tie)
    ref = eligible(house)
    external_file.assign_iro(ag(house, MONDAY + timedelta(days=2)), ref, None, FREE)
    assert assigned_to(house, ref) != first
    assert next_in_turn(house) == first
    conflict(house, settings, name)


def test_two_organizations_are_no_panel(house, settings) -> None:
    ref = eligible(house)
    engine = create_engine(settings.database_owner_url)
    few = update(ReviewOrganization).where(
        ReviewOrganization.name.in_(("Amber Review", "Cedar Review"))
    )
    with engine.begin() as connection:
        connection.execute(few.values(accredited=False))
    with pytest.raises(StateRefused, match="at least three"):
        external_file.assign_iro(ag(house), ref, None, FREE)
    with engine.begin() as connection:
        connection.execute(few.values(accredited=True))
    engine.dispose()


def test_another_organization_is_assigned_only_with_a_reason(house) -> None:
    ref = eligible(house)
    external_file.assign_iro(ag(house, MONDAY + timedelta(days=3)), ref, None, FREE)
    first = assigned_to(house, ref)
    with pytest.raises(StateRefused, match="reason"):
        external_file.assign_iro(ag(house), ref, None, FREE)
    again = external_file.Giving(reason="It found a conflict of its own.")
    external_file.assign_iro(ag(house, MONDAY + timedelta(days=4)), ref, None, again)
    assert assigned_to(house, ref) != first
