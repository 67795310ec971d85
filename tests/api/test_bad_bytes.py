"""Bad bytes, queries, versions and cursors: refused before any schema or table sees them."""

import json

import pytest

from tests.api.conftest import Caller
from tests.api.planted import BASE

ASK = "/api/v1/pa-required"
JSON = "application/json"

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
