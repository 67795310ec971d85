"""Five hundred bodies that nobody would send: refused or answered, and never a failure of ours."""

import json
import random
from typing import Any

from tests.api.conftest import Caller
from tests.api.test_bad_input import good
from tests.builders import Town

SEED = 20_260_302
BODIES = 500
EXPECTED = {200, 201, 400, 413, 415, 422}
NASTY: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**39, 1.5, 1e300, -0.0, "", " ", "0",
    "x" * 70_000, "\u202e\u200b", "a\u0301", "'; drop table cases; --", "{{7*7}}", "../../passwd",
    "<script>alert(1)</script>", "1970-01-01", "2026-02-30", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "PA-2026-000001-2", "97110", "M54.50", "1234567893", "%00", "\\",
    "QQ==", "=", [], {}, [[]], [None], {"": None}, {"id": 1}, [1, 2, 3], "NaN", "\U0001f600" * 300,
    "\r\nSet-Cookie: a=b", "٣", "Ⅷ", "²",
]  # fmt: skip
RAW = [
    b"\xff", b"\\ud800", b"\\u0000", b"NaN", b"[" * 200, b'"a":1,"a":2,', b"\x00", b"}", b'"',
    b"1e99999", b"-", b"\xed\xa0\x80", b"/*", b",", b"\\",
]  # fmt: skip


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every container and key or index in the tree."""
    found: list[tuple[Any, Any]] = []
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, below in items:
        found.append((node, key))
        if isinstance(below, dict | list):
            found += _places(below)
    return found


def _mutant(rng: random.Random, body: dict[str, Any]) -> bytes:
    """A good body with up to three faults in its structure, and now and then one in its bytes."""
    for _ in range(rng.randint(0, 3)):
        places = _places(body)
        if not places:
            break
        container, key = rng.choice(places)
        act = rng.randrange(5)
        if act == 0:
            del container[key]
        elif act == 1 and isinstance(container, dict):
            container[rng.choice(["state", "id", "lines", key * 2, ""])] = rng.choice(NASTY)
        elif act == 2 and isinstance(container, list):
            container.extend([container[key]] * rng.randint(1, 120))
        else:
            container[key] = rng.choice(NASTY)
    data = json.dumps(body).encode()
    if rng.random() < 0.25:
        at = rng.randrange(len(data))
        data = data[:at] + rng.choice(RAW) + data[at + rng.randint(0, 3) :]
    return data


def test_no_random_body_is_a_failure_of_ours(maple: Caller, town: Town) -> None:
    rng = random.Random(SEED)
    seen: dict[int, int] = {}
    ask = {
        "memberId": town.members["OH-MCD"],
        "contract": "OH-MCD",
        "date": "2026-04-01",
        "lines": [{"code": "70551", "units": 1, "dx": ["G89.4"], "modifiers": ["RT"]}],
    }
    for number in range(BODIES):
        submits = number % 3 > 0
        body = json.loads(json.dumps(good(town) if submits else ask))
        path = "/api/v1/planted/prior-auths" if submits else "/api/v1/pa-required"
        data = _mutant(rng, body)
        answer = maple.send(path, data, "application/json", Idempotency_Key=f"fuzz-{number}")
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        assert answer.status_code in EXPECTED, (number, answer.status_code, data[:500])
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
            assert answer.json["detail"].strip()
    # The generator reaches all depths: what is taken, what is no JSON, what has wrong fields.
    assert {400, 422} <= seen.keys()
    assert seen.get(200, 0) + seen.get(201, 0) > 20
