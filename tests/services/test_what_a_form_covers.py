"""Whoever helps a member sees and does what lets him: one service, reading only, nothing hidden."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update

from casework.config import Settings
from casework.context import Context, Narrowed
from casework.db import Database
from casework.errors import NotAllowed, NotFound
from casework.models import Case, Member
from casework.queries.standing_needs import needs_of
from casework.services import appeals, grievances, standing_needs
from tests.services import stages
from tests.services.house import House, a_house

CONTRACT = "OH-MCD"


@pytest.fixture(scope="module")
def house(database: Database, settings: Settings) -> House:
    return a_house(database, settings)


@pytest.fixture(scope="module")
def cases(house: House) -> list[Any]:
    """Two denied requests of one member: ref, id, series."""
    refs = [stages.a_denial(house, CONTRACT) for _ in range(2)]
    with house.town.database.reading(house.cx("system")) as cx:
        rows = cx.db.execute(
            select(Case.ref, Case.id, Case.series_id).where(Case.ref.in_(refs)).order_by(Case.id)
        )
        return list(rows)


def helper(house: House, **narrowed: tuple[int, ...]) -> Context:
    """The context of somebody who speaks for the member, narrowed so."""
    cx = house.cx(f"member of {CONTRACT}")
    who = replace(cx.principal, roles=frozenset({"representative"}), narrowed=Narrowed(**narrowed))
    return cx.but(principal=who)


def member_id(house: House) -> int:
    return int(house.town.member_ids[f"member of {CONTRACT}"])


def seen(cx: Context) -> set[str]:
    """The cases that exist for this principal: by the read filter, and around it."""
    with cx.database.reading(cx) as inside:
        filtered = set(inside.db.execute(select(Case.ref)).scalars())
        bare = set(inside.db.execute(text("select ref from cases")).scalars())
    assert filtered == bare
    return filtered


def an_appeal(ref: str) -> appeals.AppealFiling:
    return appeals.AppealFiling(about=ref, reason="It is needed.", filed_by="representative")


def test_a_form_for_one_service_shows_and_disputes_that_service_alone(
    house: House, cases: list[Any]
) -> None:
    first, second = cases
    cx = helper(house, limited=(member_id(house),), series=(first.series_id,))
    assert seen(cx) == {first.ref}
    with pytest.raises(NotFound):
        appeals.file_appeal(cx, an_appeal(second.ref))
    complaint = grievances.GrievanceFiling(
        told="Nobody called back.", category="attitude.plan", filed_by="representative"
    )
    with pytest.raises(NotAllowed, match="Your form is about one service"):
        grievances.file_grievance(cx, complaint)


def test_a_form_to_read_changes_nothing(house: House, cases: list[Any]) -> None:
    first, second = cases
    cx = helper(house, looks_only=(member_id(house),))
    assert seen(cx) >= {first.ref, second.ref}
    with pytest.raises(NotAllowed, match="Your form lets you read, not act"):
        appeals.file_appeal(cx, an_appeal(first.ref))
    reading = standing_needs.Reading(
        language="es", letter_format="standard", contact_preference="mail"
    )
    with pytest.raises(NotAllowed):
        standing_needs.change_reading(cx, member_id(house), reading)


def test_confidential_cases_of_a_child_or_spouse_do_not_exist_for_the_account(
    house: House, cases: list[Any], settings: Settings
) -> None:
    first, second = cases
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(update(Case).where(Case.id == second.id).values(restricted=True))
    try:
        cx = helper(house, hushed=(member_id(house),))
        assert second.ref not in seen(cx)
        assert first.ref in seen(cx)
        assert second.ref in seen(helper(house)), "the member himself, and a form, see it"
        with pytest.raises(NotFound):
            appeals.file_appeal(cx, an_appeal(second.ref))
    finally:
        with owner.begin() as connection:
            connection.execute(update(Case).where(Case.id == second.id).values(restricted=False))
        owner.dispose()


def test_the_same_form_lets_its_holder_act_on_its_service(house: House, cases: list[Any]) -> None:
    first, _ = cases
    cx = helper(house, limited=(member_id(house),), series=(first.series_id,))
    filed = appeals.file_appeal(cx, an_appeal(first.ref))
    assert filed.ref in seen(cx)


def test_a_husband_or_wife_moves_neither_the_mailbox_nor_the_safe_place(
    house: House, cases: list[Any]
) -> None:
    cx = helper(house, hushed=(member_id(house),))
    cx = cx.but(principal=replace(cx.principal, roles=frozenset({"member"})))
    with cx.database.reading(cx) as inside:
        now = needs_of(inside, member_id(house))
    same = {"letter_format": now.letter_format, "contact_preference": "mail", "phone": now.phone}
    moved = standing_needs.Reading(language="es", email="theirs@people.example", **same)
    with pytest.raises(NotAllowed, match="Only the member"):
        standing_needs.change_reading(cx, member_id(house), moved)
    kept = standing_needs.Reading(language="es", email=now.email, **same)
    assert standing_needs.change_reading(cx, member_id(house), kept)
    for action in ("change_address", "change_confidential"):
        assert not standing_needs.may(cx.principal, now, action)
    apart = replace(now, confidential_since=house.town.database.case_now())
    assert not standing_needs.may(cx.principal, apart, "change_needs")


def test_what_a_restricted_member_complains_of_is_restricted(
    house: House, settings: Settings
) -> None:
    owner = create_engine(settings.database_owner_url)
    hide = update(Member).where(Member.id == member_id(house))
    complaint = grievances.GrievanceFiling(told="They told my husband.", category="attitude.plan")
    with owner.begin() as connection:
        connection.execute(hide.values(restricted=True))
    try:
        ref = grievances.file_grievance(house.cx(f"member of {CONTRACT}"), complaint).ref
    finally:
        with owner.begin() as connection:
            connection.execute(hide.values(restricted=False))
        owner.dispose()
    assert ref in seen(house.cx(f"member of {CONTRACT}"))
    assert ref not in seen(helper(house, hushed=(member_id(house),)))
