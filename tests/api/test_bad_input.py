"""Bad input at the door: the exact status, the field, and a sentence that says how to mend it."""

import json
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


# Bytes that are no JSON that we take, the status, the type, and words of the sentence.
BYTES: list[tuple[bytes, int, str, str]] = [
    (b"", 400, "bad-json", "empty"),
    (b"   ", 400, "bad-json", "empty"),
    (b"{", 400, "bad-json", "line 1"),
    (b"{'lines': []}", 400, "bad-json", "line 1"),
    (b'{"date": "2026-04-01",}', 400, "bad-json", "line 1"),
    (b'{"contract": "a", "contract": "b"}', 400, "bad-json", "twice"),
    (b'{"lines": [{"code": "70551", "code": "70552"}]}', 400, "bad-json", "twice"),
    (b'{"units": NaN}', 400, "bad-json", "NaN"),
    (b'{"units": -Infinity}', 400, "bad-json", "Infinity"),
    (b'{"units": 1e999}', 400, "bad-json", "number"),
    (b'{"units": ' + b"9" * 5000 + b"}", 400, "bad-json", "digits"),
    (b'{"contract": "\\ud800"}', 400, "bad-json", "surrogate"),
    (b'{"contract": "a\\u0000b"}', 400, "bad-json", "NUL"),
    (b'{"contract": "\xff"}', 400, "bad-json", "UTF-8"),
    (b"[" * 100_000, 400, "bad-json", "deeper than 64"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, 400, "bad-json", "deeper than 64"),
    (b"[]" + b" " * 2_000_000, 413, "too-large", "1,048,576"),
    (b"null", 422, "invalid", "object"),
    (b"[]", 422, "invalid", "object"),
    (b'"text"', 422, "invalid", "object"),
    (b"7", 422, "invalid", "object"),
]


@pytest.mark.parametrize(("data", "status", "kind", "words"), BYTES)
def test_bytes_that_are_no_json_are_refused_where_the_fault_is(
    maple: Caller, data: bytes, status: int, kind: str, words: str
) -> None:
    answer = maple.send(ASK, data, JSON)
    assert answer.status_code == status
    assert answer.json["type"] == f"/api/problems/{kind}"
    assert words in json.dumps(answer.json)


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data; boundary=x", {}),
        ("application/json; charset=utf-16", {}),
        ("application/jsonp", {}),
        ("", {}),
        (JSON, {"Content_Encoding": "gzip"}),
    ],
)
def test_another_content_type_is_415_and_says_which(
    maple: Caller, content_type: str, headers: dict[str, str]
) -> None:
    answer = maple.send(ASK, b"{}", content_type, **headers)
    assert answer.status_code == 415
    assert answer.json["type"] == "/api/problems/wrong-media"
    assert "application/json" in json.dumps(answer.json["errors"])


def test_json_in_utf8_is_taken_with_or_without_saying_so(maple: Caller) -> None:
    body = json.dumps({"contract": "OH-MCD", "date": "2026-04-01", "lines": [{"code": "70551"}]})
    for content_type in (
        JSON,
        "application/json; charset=utf-8",
        'application/json; charset="UTF-8"',
    ):
        assert maple.send(ASK, body.encode(), content_type).status_code == 200
    assert maple.send(ASK, b"\xef\xbb\xbf" + body.encode(), JSON).status_code == 200


QUERIES: list[tuple[str, int, str, str]] = [
    ("", 422, "/contract", "code of the contract"),
    ("contract=OH-MCD&code=70551", 422, "/date", "YYYY-MM-DD"),
    ("contract=OH-MCD&code=70551&date=tomorrow", 422, "/date", "2026-11-21"),
    ("contract=OH-MCD&code=70551&date=9999-01-01", 422, "/date", "years"),
    ("contract=OH-MCD&code=705&date=2026-04-01&unit=1", 422, "/unit", "not known here"),
    ("contract=OH-MCD&code=7&date=2026-04-01&contract=X", 400, "/contract", "once"),
    ("contract=OH-XYZ&code=70551&date=2026-04-01", 422, "/contract", "OH-MCD"),
    ("contract=OH-MCD&code=%3Cscript%3E&date=2026-04-01", 422, "/code", "97110"),
]


@pytest.mark.parametrize(("query", "status", "pointer", "words"), QUERIES)
def test_a_wrong_query_names_the_field_and_the_fix(
    maple: Caller, query: str, status: int, pointer: str, words: str
) -> None:
    answer = maple.get(f"{ASK}?{query}")
    assert answer.status_code == status
    fixes = {error["pointer"]: error for error in answer.json["errors"]}
    assert words in fixes[pointer]["detail"]
    assert fixes[pointer]["in"] == "query"


@pytest.mark.parametrize("query", ["contract=%00", "%00=1", "a=" + "x" * 5000])
def test_a_query_that_is_no_text_is_400(maple: Caller, query: str) -> None:
    answer = maple.get(f"{ASK}?{query}")
    assert (answer.status_code, answer.json["type"]) == (400, "/api/problems/unreadable")


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (None, 428, "read the case"),
        ("", 428, "read the case"),
        ("7", 400, "quotes"),
        ('W/"7"', 400, "quotes"),
        ("*", 400, "quotes"),
        ('"7", "8"', 400, "quotes"),
        ('"seven"', 400, "quotes"),
        ('"-7"', 400, "quotes"),
        ('"99999999999999999999"', 400, "quotes"),
        ('"6"', 412, "changed"),
    ],
)
def test_a_change_needs_the_version_that_was_seen(
    maple: Caller, sent: str | None, status: int, words: str
) -> None:
    headers = {} if sent is None else {"If_Match": sent}
    answer = maple.post(f"{BASE}/change", {}, **headers)
    assert answer.status_code == status
    assert words in answer.json["detail"]
    good_one = maple.post(f"{BASE}/change", {}, If_Match='"7"')
    assert (good_one.status_code, good_one.headers["ETag"]) == (200, '"8"')


@pytest.mark.parametrize(
    "cursor",
    ["x", "eyJ9", "WyJvdGhlciIsMV0", "WyJwbGFudGVkIl0", "WyJwbGFudGVkIiwidCJd", "%00", "é"],
)
def test_a_cursor_that_is_not_ours_is_400(maple: Caller, cursor: str) -> None:
    answer = maple.get(f"{BASE}/list", {"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["pointer"] == "/cursor"
    assert "page before" in answer.json["errors"][0]["detail"]


def test_a_list_goes_on_where_its_cursor_says(maple: Caller) -> None:
    first = maple.get(f"{BASE}/list").json
    second = maple.get(f"{BASE}/list", {"cursor": first["next"]}).json
    assert (first["items"], second["items"]) == ([1], [2])


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
