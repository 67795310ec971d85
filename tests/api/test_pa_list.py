"""The PA list: what needs prior authorization, dated, and never a permission by mistake."""

import base64
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from casework.config import Settings
from casework.db import Database
from casework.queries import pa_list
from tests.api.conftest import Caller, NewCaller
from tests.api.more_people import ASK, program, settle
from tests.api.test_bad_input import good
from tests.builders import PDF, Town


@pytest.fixture(scope="module", autouse=True)
def people(settings: Settings, town: Town) -> None:
    settle(settings, town)


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
    night = program(town).but(now=datetime(2026, 3, 3, 3, tzinfo=UTC))
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
