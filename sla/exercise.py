"""Which worked examples exercise which rule version: found by running each of them through the
engine, kept in `exercised.json` beside this file, and checked fresh like the generated pages."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sla import lock
from sla.reading import BadCase
from sla.rules import HOME
from sla.wire import solve

FILE = HOME / "exercised.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: its id, what it shows, and whether the rule decides a clock in it (or only
    loses to another)."""

    id: str
    says: str
    decides: bool


def index_of(source: Path) -> str:
    """The text of `exercised.json` for a file of examples (JSON Lines, as the wire has them)."""
    with source.open(encoding="utf-8") as lines:
        found = _index(lines)
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@cache
def examples_of(key: str) -> tuple[Example, ...]:
    """The examples of one rule version by its key in the lock (`federal/MCD-PA-STD v2`): those that
    it decides first."""
    known = _read()
    rows = [
        Example(name, known["says"][name], decides)
        for name, decides in known["rules"].get(key, {}).items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.decides, row.id)))


@cache
def _read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return known


def _index(lines: Iterable[str]) -> dict[str, object]:
    says: dict[str, str] = {}
    rules: dict[str, dict[str, bool]] = {}
    for line in lines:
        case = json.loads(line)
        for key, decides in _used(case):
            says[case["id"]] = case["says"]
            used = rules.setdefault(key, {})
            used[case["id"]] = decides or used.get(case["id"], False)
    return {"rules": rules, "says": says}


def _used(case: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The key of each rule that is a candidate of a clock of this case, and whether it binds; of
    none where the example shows a refusal."""
    try:
        answer = solve(case)
    except BadCase:
        return
    for clock in answer.clocks:
        for candidate in clock.candidates:
            yield lock.key_of(candidate.terms), candidate is clock.winner
