"""The worked cases of the clock specification, and the two cases that the plan's figures differ."""

import json
from pathlib import Path
from typing import Any

import pytest

from sla.wire import answer

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "examples.jsonl").read_text(encoding="utf-8").splitlines()
]


def differences(case: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """What an answer says otherwise than the case expects."""
    expect = case["expect"]
    if expect.get("error"):
        return [] if "error" in got else ["no error"]
    if "error" in got:
        return [got["error"]]
    clocks = {clock["name"]: clock for clock in got["clocks"]}
    found = {
        "due": {name: clock["due"] for name, clock in clocks.items()},
        "winner": {name: f"{c['layer']}/{c['rule']}" for name, c in clocks.items()},
        "state": {name: clock["state"] for name, clock in clocks.items()},
        "consequence": {name: clock["consequence"] for name, clock in clocks.items()},
    }
    wrong = [
        f"{field} of {name}: {found[field].get(name)}, not {value}"
        for field in found
        for name, value in expect.get(field, {}).items()
        if found[field].get(name) != value
    ]
    refused = {each["event"] for each in got["refused"]}
    if "refused" in expect and refused != set(expect["refused"]):
        wrong.append(f"refused: {sorted(refused)}, not {expect['refused']}")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case_is_answered_as_the_specification_says(case: dict[str, Any]) -> None:
    assert differences(case, answer(json.dumps(case))) == []


def test_there_are_141_worked_cases_and_each_checks_something() -> None:
    assert len(CASES) == 141
    assert all(case["expect"] for case in CASES)


DUES = [case for case in CASES if case["expect"].get("due")]


@pytest.mark.parametrize("case", DUES, ids=[case["id"] for case in DUES])
def test_the_comparison_notices_a_wrong_due(case: dict[str, Any]) -> None:
    name = next(iter(case["expect"]["due"]))
    wrong = {**case, "expect": {"due": {name: "2000-01-01T00:00:00+00:00"}}}
    assert differences(wrong, answer(json.dumps(case)))
