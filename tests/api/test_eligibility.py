"""Eligibility: who is covered on a day, and what is never told."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from casework.config import Settings
from casework.db import Database
from casework.errors import Invalid
from casework.queries import eligibility
from tests.api.conftest import Caller, NewCaller
from tests.api.more_people import COVERED, program, settle
from tests.builders import Town


@pytest.fixture(scope="module", autouse=True)
def people(settings: Settings, town: Town) -> None:
    settle(settings, town)


def _covered(town: Town, on: date, day: date = date(2026, 3, 2), **principal: Any) -> Any:
    cx = program(town, day, **principal)
    with town.database.reading(cx) as reading:
        return eligibility.coverage_on(reading, "20202020001", on=on)


@pytest.mark.parametrize(
    ("on", "contract", "flags"),
    [
        (date(2024, 3, 2), "OH-MCD", ()),
        (date(2026, 1, 31), "OH-MCD", ()),
        (date(2026, 2, 1), "OH-QHP", ("other_coverage",)),
        (date(2026, 3, 2), "OH-QHP", ("other_coverage",)),
        (date(2026, 4, 1), "OH-QHP", ("not_yet",)),
    ],
)
def test_the_span_that_holds_on_the_day_decides(
    town: Town, on: date, contract: str, flags: tuple[str, ...]
) -> None:
    found = _covered(town, on)
    assert found.covered is True
    assert found.contract.code == contract
    assert found.flags == flags


def test_coverage_that_ends_within_thirty_days_is_flagged_and_not_refused(town: Town) -> None:
    staff = {"kind": "user", "reach": "contracts", "ids": (town.contracts["OH-MCD"][0],)}
    assert _covered(town, date(2026, 2, 28), **staff).flags == ()
    soon = _covered(town, date(2026, 3, 1), **staff)
    assert (soon.covered, soon.flags, soon.ends_on) == (True, ("ends_soon",), date(2026, 3, 31))


def test_staff_see_the_coverage_of_the_contracts_that_they_work_for(town: Town) -> None:
    medicare = {"kind": "user", "reach": "contracts", "ids": (town.contracts["OH-MA"][0],)}
    assert _covered(town, date(2026, 3, 1), **medicare).covered is False


@pytest.mark.parametrize(
    ("on", "taken"),
    [
        (date(2024, 3, 1), False),
        (date(2024, 3, 2), True),
        (date(2028, 3, 2), True),
        (date(2028, 3, 3), False),
    ],
)
def test_a_day_is_asked_for_up_to_24_months_back_or_ahead(
    town: Town, on: date, taken: bool
) -> None:
    if taken:
        assert _covered(town, on).date_of_service == on
        return
    with pytest.raises(Invalid, match="2024-03-02 to 2028-03-02"):
        _covered(town, on)


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        (date(2026, 11, 21), -24, date(2024, 11, 21)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, there: date) -> None:
    assert eligibility.months_from(day, months) == there


def test_the_date_of_service_is_mandatory(maple: Caller) -> None:
    answer = maple.get(COVERED, {"member_id": "20202020001"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/date_of_service"


def test_no_more_is_told_than_covered_contract_dates_and_flags(
    maple: Caller, database: Database
) -> None:
    today = database.case_now().date().isoformat()
    answer = maple.get(COVERED, {"member_id": "20202020001", "date_of_service": today})
    assert answer.status_code == 200
    assert set(answer.json) == {
        "member_id", "date_of_service", "as_of", "covered", "contract", "product", "starts_on",
        "ends_on", "flags",
    }  # fmt: skip
    assert set(answer.json["contract"]) == {"code", "name", "line"}
    assert answer.json["covered"] is True
    for secret in ("Canary", "Zebulon", "45999", "1980"):
        assert secret not in answer.text


def test_an_unknown_number_looks_like_no_coverage(maple: Caller, database: Database) -> None:
    asked = {"date_of_service": database.case_now().date().isoformat()}
    unknown = maple.get(COVERED, {"member_id": "99999999999", **asked}).json
    uncovered = maple.get(COVERED, {"member_id": "20202020002", **asked}).json
    assert unknown["covered"] is False
    assert {**uncovered, "member_id": ""} == {**unknown, "member_id": ""}


def test_every_look_is_in_the_history_before_it_is_told(
    caller: NewCaller, database: Database, town: Town
) -> None:
    asker = caller(scopes=("eligibility:read",))
    today = database.case_now().date().isoformat()
    asker.get(COVERED, {"member_id": "20202020001", "date_of_service": today})
    asker.get(COVERED, {"member_id": "99999999999", "date_of_service": today})
    with database.engine.connect() as connection:
        looks = connection.execute(
            text(
                "select member_id from security_event where event = 'look' and actor_kind ="
                " 'client' and actor_id = :id and what = 'eligibility' order by seq"
            ),
            {"id": asker.token_id},
        ).scalars()
        assert list(looks) == [town.member_ids["20202020001"], None]


def test_a_look_that_cannot_be_written_down_is_not_told(
    settings: Settings, maple: Caller, database: Database
) -> None:
    engine = create_engine(settings.database_owner_url)
    role = database.engine.url.username
    today = database.case_now().date().isoformat()
    with engine.begin() as connection:
        connection.execute(text(f"revoke insert on security_event from {role}"))
    try:
        answer = maple.get(COVERED, {"member_id": "20202020001", "date_of_service": today})
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"grant insert on security_event to {role}"))
        engine.dispose()
    assert answer.status_code == 503
    assert "covered" not in answer.json


def test_an_administrator_and_a_member_may_not_ask(caller: NewCaller, database: Database) -> None:
    query = {"member_id": "1", "date_of_service": database.case_now().date().isoformat()}
    assert caller(who="admin").get(COVERED, query).status_code == 403
    assert caller(who="intake").get(COVERED, query).status_code == 200
    member = caller(who="member:member of OH-MCD")
    assert member.get(COVERED, query).status_code == 403
