"""Bad input at the door: the exact status, the field, and a sentence that says how to mend it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from casework import refs
from casework.context import SYSTEM
from casework.db import Database
from tests.api.conftest import Caller
from tests.api.planted import BASE
from tests.builders import MONDAY, Town

SUBMIT = f"{BASE}/prior-auths"
ASK = "/api/v1/pa-required"
JSON = "application/json"


def good(town: Town) -> dict[str, Any]:
    """A complete request by Maple Clinic for the member of OH-MCD."""
    return {
        "member_id": town.members["OH-MCD"],
        "member_birth_date": "1970-01-01",
        "requester": {"npi": town.npi["Dr. Maple"]},
        "lines": [
            {
                "code": "70551",
                "units": 1,
                "from_date": "2026-04-01",
                "to_date": "2026-06-30",
                "place": "11",
                "diagnosis_numbers": [1],
            }
        ],
        "diagnoses": [{"code": "G89.4"}],
    }


def _line(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["lines"][0].update(changes)


def _put(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(changes)


def _drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(name)


def _ends(at: str) -> Callable[[dict[str, Any]], None]:
    return _put(timing="concurrent", course_ends_at=at)


def _paper(**said: Any) -> Callable[[dict[str, Any]], None]:
    return _put(documents=[{"name": "a.pdf", **said}])


_FAST = {"priority": "expedited", "priority_reason": "She cannot wait."}
_DIAGNOSIS = {"code": "G89.4", "number": 1}
_GRIEVANCE = refs.reference("grievance", 123, MONDAY)

# What is done to a good body, the pointer that must be named, and words of the fix.
FIELDS: list[tuple[Callable[[dict[str, Any]], Any], str, str]] = [
    (_drop("member_id"), "/member_id", "card"),
    (_drop("member_birth_date"), "/member_birth_date", "YYYY-MM-DD"),
    (_drop("requester"), "/requester", "npi"),
    (_drop("lines"), "/lines", "at least one line"),
    (_put(lines=[]), "/lines", "at least 1"),
    (_put(lines={}), "/lines", "square brackets"),
    (_put(lines=["70551"]), "/lines/0", "object"),
    (_put(lines=[{"code": "70551"}] * 100), "/lines", "at most 99"),
    (_put(member_id=10101010000), "/member_id", "quotation marks"),
    (_put(member_id=None), "/member_id", "card"),
    (_put(member_id=""), "/member_id", "Say something"),
    (_put(member_id="1" * 21), "/member_id", "at most 20"),
    (_put(member_birth_date="01/01/1970"), "/member_birth_date", "2026-11-21"),
    (_put(member_birth_date="1970-02-30"), "/member_birth_date", "2026-11-21"),
    (_put(member_birth_date="0001-01-01"), "/member_birth_date", "years"),
    (_put(member_birth_date=19700101), "/member_birth_date", "2026-11-21"),
    (_put(requester={}), "/requester/npi", "ten digits"),
    (_put(requester={"npi": "1234567890"}), "/requester/npi", "check digit"),
    (_put(requester={"npi": "8189991234"}), "/requester/npi", "begins with 1 or 2"),
    (_put(requester={"npi": "123"}), "/requester/npi", "ten digits"),
    (_put(requester={"npi": "\u0661" * 10}), "/requester/npi", "ten digits"),
    (_put(requester="1234567893"), "/requester", "object"),
    (_put(servicing={"npi": "1234567890"}), "/servicing/npi", "check digit"),
    (_put(priority="urgent"), "/priority", "standard, expedited"),
    (_put(priority="expedited"), "/priority_reason", "waiting"),
    (_put(priority="expedited", priority_reason="  "), "/priority_reason", "Say something"),
    (_put(timing="post_service", **_FAST), "/priority", "already"),
    (_put(service="dental"), "/service", "medical"),
    (_put(timing="later"), "/timing", "pre_service"),
    (_put(course_ends_at="2026-12-24T10:00:00"), "/course_ends_at", "offset"),
    (_put(course_ends_at="2026-12-24T10:00:00Z"), "/course_ends_at", "concurrent"),
    (_ends("0001-01-01T00:00:00+14:00"), "/course_ends_at", "years"),
    (_ends("9999-12-31T23:59:59-12:00"), "/course_ends_at", "years"),
    (_ends("2026-02-30T23:59:59Z"), "/course_ends_at", "offset"),
    (_put(supported_by_physician="yes"), "/supported_by_physician", "true or false"),
    (_put(note="bell \x07"), "/note", "control character"),
    (_put(note="x" * 10_001), "/note", "at most 10000"),
    (_put(contact={"phone": "call me"}), "/contact/phone", "614-555-0100"),
    (_put(contact={"phone": "123"}), "/contact/phone", "7 to 15"),
    (_put(prior_numbers=["PA-2026-000123-9"]), "/prior_numbers/0", "last digit"),
    (_put(prior_numbers=["12345"]), "/prior_numbers/0", "PA-2026-000123-7"),
    (_put(prior_numbers=[_GRIEVANCE]), "/prior_numbers/0", "something else"),
    (_put(urgency="high"), "/urgency", "not known here"),
    (_put(membr_id="1"), "/membr_id", "did you mean member_id"),
    (_put(id=7, state="approved", contract_id=1), "/state", "not known here"),
    (_line(code="9711"), "/lines/0/code", "97110"),
    (_line(code="ABCDEFGH"), "/lines/0/code", "97110"),
    (_line(code="9711\u0660"), "/lines/0/code", "97110"),
    (_line(code=70551), "/lines/0/code", "text"),
    (_line(units=0), "/lines/0/units", "above zero"),
    (_line(units=-1), "/lines/0/units", "above zero"),
    (_line(units=1.2345), "/lines/0/units", "three decimals"),
    (_line(units=True), "/lines/0/units", "three decimals"),
    (_line(units="a dozen"), "/lines/0/units", "three decimals"),
    (_line(units=10**12), "/lines/0/units", "at most"),
    (_line(units="1e3"), "/lines/0/units", "three decimals"),
    (_line(unitz=1), "/lines/0/unitz", "did you mean unit"),
    (_line(from_date="2026-07-01"), "/lines/0/to_date", "before the first"),
    (_line(from_date=None), "/lines/0/from_date", "first day"),
    (_line(diagnosis_numbers=[2]), "/lines/0/diagnosis_numbers/0", "No diagnosis"),
    (_line(diagnosis_numbers=[True]), "/lines/0/diagnosis_numbers/0", "whole number"),
    (_line(diagnosis_numbers=[0]), "/lines/0/diagnosis_numbers/0", "from 1"),
    (_line(modifiers=["TOOLONG"]), "/lines/0/modifiers/0", "at most 2"),
    (_line(servicing={"npi": "x"}), "/lines/0/servicing/npi", "ten digits"),
    (_line(number=2**70), "/lines/0/number", "from 1 to 99"),
    (_put(diagnoses=[{"code": "LOWBACK"}]), "/diagnoses/0/code", "M54.50"),
    (_put(diagnoses=[_DIAGNOSIS, _DIAGNOSIS]), "/diagnoses/0/number", "twice"),
    (_paper(), "/documents/0/content", "control_number"),
    (_paper(content="%%%"), "/documents/0/content", "base64"),
    (_paper(content="QQ"), "/documents/0/content", "base64"),
    (_paper(content="A" * 7_000_000), "/documents/0/content", "5,242,880"),
    (_paper(content="QQ==", media_type="text/html"), "/documents/0/media_type", "image/png"),
    (_paper(content="QQ==", line_number=3), "/documents/0/line_number", "No line"),
    # What only tables know: refused by the command with the same pointers.
    (_put(member_id="00000000000"), "/member_id", "no member"),
    (_put(member_birth_date="1970-01-02"), "/member_birth_date", "not the one"),
    (_put(diagnoses=[{"code": "M54.5"}]), "/diagnoses/0/code", "most specific"),
]


@pytest.mark.parametrize(("change", "pointer", "words"), FIELDS)
def test_a_wrong_field_is_422_with_its_pointer_and_its_fix(
    maple: Caller,
    town: Town,
    change: Callable[[dict[str, Any]], Any],
    pointer: str,
    words: str,
) -> None:
    body = good(town)
    change(body)
    answer = maple.post(SUBMIT, body, Idempotency_Key="bad")
    assert answer.status_code == 422, answer.data
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "/api/problems/invalid"
    fixes = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert pointer in fixes
    assert words in fixes[pointer]
    assert all(error["in"] == "body" for error in answer.json["errors"])


def test_several_wrong_fields_are_told_at_once(maple: Caller, town: Town) -> None:
    body = {**good(town), "priority": "fast", "note": 1, "x": 1}
    answer = maple.post(SUBMIT, body, Idempotency_Key="many")
    assert "3 fields" in answer.json["detail"]
    assert {e["pointer"] for e in answer.json["errors"]} == {"/priority", "/note", "/x"}


def test_ten_thousand_wrong_fields_are_told_in_fifty(maple: Caller) -> None:
    answer = maple.post(ASK, {f"f{i}": i for i in range(10_000)})
    assert answer.status_code == 422
    assert len(answer.json["errors"]) == 50


def test_a_refused_request_leaves_nothing_and_does_not_use_up_its_key(
    maple: Caller, town: Town, database: Database
) -> None:
    def rows() -> list[int]:
        tables = ("idempotency_key", "cases", "document", "outbox", "case_event")
        with database.reading(database.context(SYSTEM)) as cx:
            return [cx.db.execute(text(f"select count(*) from {t}")).scalar_one() for t in tables]

    before = rows()
    for change, _pointer, _words in FIELDS:
        body = good(town)
        change(body)
        maple.post(SUBMIT, body, Idempotency_Key="the same key every time")
    assert rows() == before
