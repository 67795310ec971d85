"""Look-ups: who is covered on a day, what needs prior authorization; and what they never tell."""

import base64
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, text

from casework.config import Settings
from casework.context import Context, Principal
from casework.db import Database
from casework.errors import Invalid
from casework.models import CoverageSpan, Member, PaRule
from casework.queries import eligibility, pa_list
from tests.api.conftest import Caller, NewCaller
from tests.api.test_bad_input import good
from tests.builders import PDF, Town

ASK = "/api/v1/pa-required"
COVERED = "/api/v1/eligibility"


@pytest.fixture(scope="module", autouse=True)
def people(settings: Settings, town: Town) -> None:
    """More of the town: a code that changes, one that is free, a member with two contracts."""
    medicaid, marketplace = town.contracts["OH-MCD"][0], town.contracts["OH-QHP"][0]
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        rules: list[dict[str, Any]] = [
            {"code": "99213", "required": False, "effective_from": date(2020, 1, 1)},
            {
                "code": "72148",
                "required": False,
                "effective_from": date(2020, 1, 1),
                "effective_to": date(2026, 6, 30),
            },
            {"code": "72148", "required": True, "effective_from": date(2026, 7, 1)},
            {"code": "J1745", "required": False, "effective_from": date(2024, 1, 1)},
            {"code": "J1745", "required": True, "effective_from": date(2024, 1, 1)},
        ]
        for rule in rules:
            plain = {"contract_id": medicaid, "label": f"Service {rule['code']}"}
            connection.execute(insert(PaRule).values(**plain, **rule))
        for number, spans in {
            "20202020001": (
                (medicaid, date(2024, 1, 1), date(2026, 3, 31)),
                (marketplace, date(2026, 2, 1), None),
            ),
            "20202020002": ((medicaid, date(2026, 1, 1), date(2026, 1, 31)),),
        }.items():
            _member(connection, town, number, spans)
    engine.dispose()


def _member(connection: Connection, town: Town, number: str, spans: Any) -> None:
    town.member_ids[number] = connection.execute(
        insert(Member)
        .values(
            number=number,
            family_name="Canary",
            given_name="Zebulon",
            birth_date=date(1980, 5, 5),
            address=["99 Canary Lane"],
            zip_code="45999",
        )
        .returning(Member.id)
    ).scalar_one()
    for contract, first, last in spans:
        connection.execute(
            insert(CoverageSpan).values(
                member_id=town.member_ids[number],
                contract_id=contract,
                starts_on=first,
                ends_on=last,
            )
        )


def _cx(town: Town, day: date = date(2026, 3, 2), **principal: Any) -> Context:
    who: dict[str, Any] = {"kind": "client", "id": 1, "reach": "organizations", **principal}
    return Context(
        now=datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        principal=Principal(**who),
        database=town.database,
    )


def _covered(town: Town, on: date, day: date = date(2026, 3, 2), **principal: Any) -> Any:
    cx = _cx(town, day, **principal)
    with town.database.reading(cx) as reading:
        return eligibility.coverage_on(reading, "20202020001", on=on)


# ── Eligibility ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "contract", "flags"),
    [
        (date(2024, 1, 1), None, ()),
        (date(2024, 3, 2), "OH-MCD", ()),
        (date(2026, 1, 31), "OH-MCD", ()),
        (date(2026, 2, 1), "OH-QHP", ("other_coverage",)),
        (date(2026, 3, 2), "OH-QHP", ("other_coverage",)),
        (date(2026, 4, 1), "OH-QHP", ("not_yet",)),
    ],
)
def test_the_span_that_holds_on_the_day_decides(
    town: Town, on: date, contract: str | None, flags: tuple[str, ...]
) -> None:
    if on == date(2024, 1, 1):
        with pytest.raises(Invalid):
            _covered(town, on)
        return
    found = _covered(town, on)
    assert found.covered is (contract is not None)
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


# ── The PA list ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "on", "needed", "until"),
    [
        ("70551", "2026-04-01", "auth-needed", None),
        ("70551", "2023-12-31", "indeterminate", "2023-12-31"),
        ("99213", "2026-04-01", "no-auth", None),
        ("72148", "2026-06-30", "no-auth", "2026-06-30"),
        ("72148", "2026-07-01", "auth-needed", None),
        ("J1745", "2026-04-01", "auth-needed", None),
        ("j1745", "2026-04-01", "auth-needed", None),
        ("70552", "2026-04-01", "indeterminate", None),
    ],
)
def test_the_list_of_that_day_answers(
    maple: Caller, code: str, on: str, needed: str, until: str | None
) -> None:
    answer = maple.get(ASK, {"contract": "OH-MCD", "code": code, "date": on})
    assert answer.status_code == 200
    assert answer.json["paNeeded"] == needed
    assert answer.json["expiry"] == until
    assert answer.json["code"] == code.upper()
    assert answer.json["contract"]["code"] == "OH-MCD"
    assert answer.json["covered"] == "indeterminate"
    assert answer.json["dateOfService"] == on


def test_a_code_that_is_not_on_the_list_is_never_a_permission(maple: Caller) -> None:
    query = {"contract": "OH-MCD", "code": "0420", "date": "2026-04-01"}
    answer = maple.get(ASK, query).json
    assert answer["paNeeded"] == "indeterminate"
    assert "no permission" in answer["reason"]
    assert answer["infoNeeded"] == ["detail-code"]


def test_the_list_belongs_to_the_contract(maple: Caller) -> None:
    for contract, needed in (("OH-MCD", "no-auth"), ("OH-MA", "indeterminate")):
        query = {"contract": contract, "code": "99213", "date": "2026-04-01"}
        assert maple.get(ASK, query).json["paNeeded"] == needed


def test_the_plan_recognises_its_own_dated_answer(maple: Caller, settings: Settings) -> None:
    answer = maple.get(ASK, {"contract": "OH-MCD", "code": "70551", "date": "2026-04-01"}).json
    said = {
        "contract": "OH-MCD",
        "code": "70551",
        "on": date(2026, 4, 1),
        "needed": "auth-needed",
        "answered": date.fromisoformat(answer["date"]),
    }
    key = settings.keys["audit"]
    assert pa_list.asserted(key, **said) == answer["assertionId"]
    for changed in ({"code": "70552"}, {"needed": "no-auth"}, {"on": date(2026, 4, 2)}):
        assert pa_list.asserted(key, **{**said, **changed}) != answer["assertionId"]


def test_the_answer_is_dated_where_the_contract_is_sold(town: Town) -> None:
    """At 03:00 UTC it is still the evening before in Ohio."""
    night = _cx(town).but(now=datetime(2026, 3, 3, 3, tzinfo=UTC))
    with town.database.reading(night) as cx:
        assert pa_list.answered_on(cx, town.contracts["OH-MCD"][0]) == date(2026, 3, 2)


def test_many_codes_are_answered_in_the_order_of_the_lines(maple: Caller) -> None:
    body = {
        "contract": "OH-MCD",
        "date": "2026-04-01",
        "providerNpi": "1234567893",
        "placeOfService": "11",
        "lines": [
            {"code": "99213", "units": 1, "dx": ["M54.50"]},
            {"code": "70551", "modifiers": ["RT"], "system": "http://www.ama-assn.org/go/cpt"},
            {"code": "A9999"},
            {"code": "99213"},
        ],
    }
    answer = maple.post(ASK, body)
    assert answer.status_code == 200
    assert [(line["code"], line["paNeeded"]) for line in answer.json["lines"]] == [
        ("99213", "no-auth"),
        ("70551", "auth-needed"),
        ("A9999", "indeterminate"),
        ("99213", "no-auth"),
    ]
    assert answer.json["lines"][1]["docNeeded"] == ["clinical"]
    assert answer.json["lines"][0]["docNeeded"] == []


def test_a_member_leads_to_the_contract_of_that_day(
    maple: Caller, database: Database, caller: NewCaller
) -> None:
    day = database.case_now().date().isoformat()
    body = {"memberId": "20202020001", "date": day, "lines": [{"code": "70551"}]}
    answer = maple.post(ASK, body)
    assert answer.json["contract"]["code"] == "OH-QHP"
    assert answer.json["lines"][0]["paNeeded"] == "auth-needed"
    little = caller(scopes=("pa-list:read",))
    refused = little.post(ASK, body)
    assert (refused.status_code, refused.json["source"]) == (403, "eligibility:read")


def test_what_is_authorized_already_is_satisfied_for_those_who_may_see_it(
    maple: Caller, caller: NewCaller, town: Town
) -> None:
    first = town.database.case_now().date() + timedelta(days=10)
    last, day = first + timedelta(days=60), (first + timedelta(days=5)).isoformat()
    line = {
        "code": "97110",
        "units": 6,
        "from_date": first.isoformat(),
        "to_date": last.isoformat(),
        "place": "11",
        "diagnosis_numbers": [1],
    }
    request = {
        **good(town),
        "lines": [line],
        "servicing": {"npi": town.npi["Maple"]},
        "documents": [{"name": "notes.pdf", "content": base64.b64encode(PDF).decode()}],
    }
    filed = maple.post("/api/v1/planted/prior-auths", request, Idempotency_Key="auto")
    assert filed.json["state"] == "approved", filed.json
    body = {"memberId": town.members["OH-MCD"], "lines": [{"code": "97110"}, {"code": "70551"}]}
    inside = maple.post(ASK, {**body, "date": day}).json["lines"]
    assert [one["paNeeded"] for one in inside] == ["satisfied", "auth-needed"]
    assert inside[0]["satisfiedPaId"].startswith("AUTH-")
    assert inside[0]["docNeeded"] == []
    after = maple.post(ASK, {**body, "date": (last + timedelta(days=1)).isoformat()}).json["lines"][
        0
    ]
    assert (after["paNeeded"], after["satisfiedPaId"]) == ("auth-needed", "")
    other = caller(office="Birch").post(ASK, {**body, "date": day}).json["lines"][0]
    assert (other["paNeeded"], other["satisfiedPaId"]) == ("auth-needed", "")


def test_a_member_without_coverage_gets_no_permission(maple: Caller, database: Database) -> None:
    day = database.case_now().date().isoformat()
    body = {"memberId": "99999999999", "date": day, "lines": [{"code": "99213"}]}
    answer = maple.post(ASK, body).json
    assert answer["contract"] is None
    assert answer["lines"][0]["covered"] == "not-covered"
    assert answer["lines"][0]["paNeeded"] == "indeterminate"
    assert "assertionId" not in answer["lines"][0]
    elsewhere = maple.post(ASK, {**body, "memberId": "20202020001", "contract": "OH-MCD"}).json
    assert elsewhere["lines"][0] == {
        **elsewhere["lines"][0],
        "covered": "not-covered",
        "paNeeded": "no-auth",
    }


def test_a_list_without_contract_and_member_says_what_to_send(maple: Caller) -> None:
    answer = maple.post(ASK, {"date": "2026-04-01", "lines": [{"code": "70551"}]})
    assert answer.status_code == 422
    assert "memberId" in answer.json["errors"][0]["detail"]
    assert answer.json["errors"][0]["pointer"] == "/contract"


def test_units_may_be_a_number_or_text(maple: Caller) -> None:
    for units in (1, 1.5, "2.125", Decimal("3")):
        sent = float(units) if isinstance(units, Decimal) else units
        body = {
            "contract": "OH-MCD",
            "date": "2026-04-01",
            "lines": [{"code": "99213", "units": sent}],
        }
        assert maple.post(ASK, body).status_code == 200
