"""JSON Lines in, JSON Lines out: the shape of an answer, and every line that is no valid case."""

import json
from typing import Any

import pytest

from sla.wire import answer, stream
from tests.sla import cases as sc

GOOD = sc.case("medicaid", sc.received("2026-06-01T10:00"))
_GONE = object()


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good case with one place changed (or, with `_GONE`, without it)."""
    case = json.loads(json.dumps(GOOD))
    *way, last = path.split(".")
    place = case
    for step in way:
        place = place[step]
    if value is _GONE:
        place.pop(last, None)
    else:
        place[last] = value
    return case


BAD: list[tuple[str, Any]] = [
    ("contract", _GONE),
    ("contract", None),
    ("contract", []),
    ("contract", "medicaid"),
    ("subject", _GONE),
    ("subject", 3),
    ("events", _GONE),
    ("events", None),
    ("events", {}),
    ("events", "received"),
    ("contract.line", _GONE),
    ("contract.line", "commercial"),
    ("contract.line", ["medicaid"]),
    ("contract.time_zone", _GONE),
    ("contract.time_zone", "Mars/Olympus"),
    ("contract.time_zone", "../../etc/passwd"),
    ("contract.time_zone", ""),
    ("contract.time_zone", 5),
    ("contract.layers", _GONE),
    ("contract.layers", "federal"),
    ("contract.layers", ["federal", "state:tx"]),
    ("contract.layers", [["federal"]]),
    ("contract.layers", [None]),
    ("contract.rating_period_start", "2026-02-30"),
    ("contract.rating_period_start", "2026"),
    ("contract.rating_period_start", "2026-01-01T00:00:00"),
    ("contract.rating_period_start", 20260101),
    ("contract.policies", []),
    ("contract.policies", "none"),
    ("contract.policies", {"acknowledgement_business_days": -1}),
    ("contract.policies", {"acknowledgement_business_days": "3"}),
    ("contract.policies", {"acknowledgement_business_days": True}),
    ("contract.policies", {"acknowledgement_business_days": 2.5}),
    ("contract.policies", {"presumed_receipt_days": -5}),
    ("contract.policies", {"immediately_hours": [24]}),
    ("contract.policies", {"sfh_window_days": 89}),
    ("contract.policies", {"sfh_window_days": 121}),
    ("contract.policies", {"member_rollover": 1}),
    ("contract.policies", {"member_rollover": "yes"}),
    ("contract.policies", {"tolling": "generous"}),
    ("contract.policies", {"tolling": True}),
    ("contract.policies", {"external_process": "none"}),
    ("contract.policies", {"state_holidays": "2026-11-27"}),
    ("contract.policies", {"state_holidays": ["2026-11-31"]}),
    ("contract.policies", {"state_holidays": [20261127]}),
    ("contract.policies", {"state_holidays": [None]}),
    ("subject.kind", _GONE),
    ("subject.kind", "complaint"),
    ("subject.priority", "urgent"),
    ("subject.priority", 1),
    ("subject.timing", "retro"),
    ("subject.service", "dental"),
    ("subject.pa_required", "yes"),
    ("subject.pa_required", 0),
    ("subject.about", "attitude"),
    ("subject.benefits_continued", 1),
    ("subject.course_ends_at", "tomorrow"),
    ("subject.course_ends_at", "2026-06-01"),
    ("subject.course_ends_at", "2026-03-08T02:30"),
    ("subject.course_ends_at", 17),
]


@pytest.mark.parametrize(("path", "value"), BAD, ids=[f"{n}-{p}" for n, (p, _) in enumerate(BAD)])
def test_what_is_no_valid_case_is_answered_with_a_sentence_and_its_id(
    path: str, value: Any
) -> None:
    got = answer(json.dumps(changed(path, value)))
    assert set(got) == {"id", "error"}
    assert got["id"] == "T"
    field = path.split(".")[-1]
    assert field in got["error"]
    assert got["error"].endswith(".")


FINE: list[tuple[str, Any]] = [
    ("contract.state", 5),
    ("contract.id", None),
    ("contract.layers", []),
    ("contract.policies", None),
    ("contract.policies", {"tolling": None, "unknown": {}}),
    ("contract.policies", {"acknowledgement_business_days": 0, "sfh_window_days": 90}),
    ("contract.policies", {"acknowledgement_business_days": 3.0}),
    ("contract.rating_period_start", "1999-02-28"),
    ("subject.priority", None),
    ("subject.about", None),
    ("subject.course_ends_at", None),
    ("subject.course_ends_at", "2026-06-01T10:00Z"),
    ("subject.colour", "blue"),
    ("events", []),
    ("expect", {"error": True}),
    ("says", None),
]


@pytest.mark.parametrize(("path", "value"), FINE)
def test_what_may_be_absent_null_or_unknown_is_no_error(path: str, value: Any) -> None:
    assert "error" not in answer(json.dumps(changed(path, value)))


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "\n",
        "null",
        "3",
        '"case"',
        "[]",
        "{",
        "{'id': 1}",
        '{"id": NaN}',
        '{"id": 1} {"id": 2}',
        "[" * 100_000,
        '{"id": ' + "9" * 5000 + "}",
        "\ufeff{}",
    ],
    ids=range(14),
)
def test_a_line_that_is_no_json_object_has_no_id(line: str) -> None:
    got = answer(line)
    assert got["id"] is None
    assert got["error"]


@pytest.mark.parametrize("name", ["A", 7, None, ["x"], {"y": 1}, 1.5, True, "\ud800", "é"])
def test_the_id_comes_back_as_it_came(name: Any) -> None:
    line = json.dumps({**GOOD, "id": name})
    assert answer(line)["id"] == name
    assert answer(json.dumps({"id": name}))["id"] == name
    [(printed, fine)] = stream([line])
    assert fine
    assert json.loads(printed)["id"] == name


def test_an_id_that_json_cannot_say_is_null() -> None:
    line = json.dumps(GOOD).replace('"id": "T"', '"id": 1e999')
    [(printed, _)] = stream([line])
    assert json.loads(printed)["id"] is None


def test_a_missing_id_is_null() -> None:
    got = answer(json.dumps(changed("id", _GONE)))
    assert got["id"] is None
    assert "error" not in got


def test_every_line_is_answered_in_its_order() -> None:
    lines = [json.dumps(GOOD), "", "nonsense", json.dumps({**GOOD, "id": "last"})]
    printed = list(stream(lines))
    assert [fine for _, fine in printed] == [True, False, False, True]
    assert [json.loads(text)["id"] for text, _ in printed] == ["T", None, None, "last"]
    assert all("\n" not in text for text, _ in printed)


def test_an_answer_has_exactly_the_fields_of_the_interface() -> None:
    case = sc.case(
        "medicaid",
        sc.received("2026-05-04T09:00:00-04:00"),
        sc.asked("provider", "2026-05-06T11:00:00-04:00"),
        {"type": "telepathy"},
        layers=("owner", "federal"),
    )
    got = answer(json.dumps(case))
    assert set(got) == {"id", "clocks", "refused"}
    [clock] = got["clocks"]
    assert {k: v for k, v in clock.items() if k != "limits"} == {
        "name": "decision",
        "rule": "MCD-PA-EXP",
        "layer": "federal",
        "due": "2026-05-09T11:00:00-04:00",
        "limit": "72 hours",
        "citation": "42 CFR 438.210(d)(2)",
        "state": "open",
        "consequence": None,
    }
    assert [set(limit) for limit in clock["limits"]] == [
        {"layer", "rule", "due", "limit", "citation"}
    ] * 4
    assert [limit["rule"] for limit in clock["limits"]] == [
        "MCD-PA-EXP",
        "OWN-PA-EXP",
        "MCD-PA-STD",
        "OWN-PA-STD",
    ]
    [refused] = got["refused"]
    assert refused["event"] == 2
    assert set(refused) == {"event", "reason"}


def test_seconds_and_their_parts_are_kept() -> None:
    for at, expected in (
        ("2026-06-01T10:00:07-04:00", "2026-06-04T10:00:07-04:00"),
        ("2026-06-01T14:00:07.25Z", "2026-06-04T10:00:07.250000-04:00"),
        ("2026-06-01T10:00:07+05:30", "2026-06-04T00:30:07-04:00"),
    ):
        got = answer(json.dumps(sc.case("medicaid", sc.received(at), priority="expedited")))
        assert got["clocks"][0]["due"] == expected


def test_an_hour_clock_is_due_in_the_second_pass_of_the_hour_when_it_is() -> None:
    first = sc.case("medicare", sc.received("2026-10-29T01:30:00-04:00"), priority="expedited")
    second = sc.case("medicare", sc.received("2026-10-29T02:30:00-04:00"), priority="expedited")
    assert answer(json.dumps(first))["clocks"][0]["due"] == "2026-11-01T01:30:00-04:00"
    assert answer(json.dumps(second))["clocks"][0]["due"] == "2026-11-01T01:30:00-05:00"
