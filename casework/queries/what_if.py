"""What a change of a contract would mean for a case that came in today: by example, at once.

The examples are the probes of the clock library; no stored case is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from casework import bridge
from casework.bridge.clocks import with_the_law
from sla.clocks import compute
from sla.difference import Moved, difference
from sla.probes import Probe, probes
from sla.reading_events import read_events
from sla.values import Answer, Contract


@dataclass(frozen=True)
class Example:
    """One clock that the change moves: the kind, the cases in words (empty: all of the kind), both
    dues and limits. A side is None where there is no clock."""

    kind: str
    cases: tuple[str, ...]
    moved: Moved
    limit_before: str
    limit_after: str
    citation: str


def by_example(before: Contract, after: Contract, on: date) -> tuple[tuple[Example, ...], int]:
    """Every clock that differs between two contracts for cases that come in on a day at 9:00, cases
    alike under one heading, and how many clocks were compared."""
    found: dict[tuple[object, ...], tuple[Example, list[str]]] = {}
    every: dict[str, set[str]] = {}
    compared = 0
    for probe in _of_one_day(before, on):
        one, other = _answer(before, probe), _answer(after, probe)
        compared += len({c.name for c in (*one.clocks, *other.clocks)} & set(probe.clocks))
        every.setdefault(probe.subject.kind, set()).add(probe.words)
        for example in _examples(probe, one, other):
            moved = example.moved
            sides = [(s.due, s.rule) if s else None for s in (moved.before, moved.after)]
            cases = found.setdefault((example.kind, moved.clock, *sides), (example, []))[1]
            words = probe.words + _extended(probe, moved.clock)
            if words not in cases:
                cases.append(words)
    rows = (
        replace(one, cases=() if set(cases) == every[one.kind] else tuple(cases))
        for one, cases in found.values()
    )
    return tuple(sorted(rows, key=_order)), compared


def _extended(probe: Probe, clock: str) -> str:
    """What tells a case whose time is extended from the same without."""
    extended = any(event["type"] == "extended" for event in probe.events)
    return ", extended" if extended and clock == "decision" else ""


_KINDS = ("prior_auth", "appeal", "grievance", "external_review")
_DIRECTIONS = ("earlier", "later", "gained", "lost", "same_due")


def _order(example: Example) -> tuple[int, int, datetime | None]:
    due = example.moved.after or example.moved.before
    kind, direction = _KINDS.index(example.kind), _DIRECTIONS.index(example.moved.direction)
    return (kind, direction, due.due if due else None)


def _of_one_day(contract: Contract, on: date) -> Iterator[Probe]:
    """The probes of the first of the seven days that there are."""
    first: datetime | None = None
    for probe in probes(contract, on):
        at = min(event["at"] for event in probe.events if isinstance(event["at"], datetime))
        first = first or at
        if at < first + timedelta(hours=12):
            yield probe


def _answer(contract: Contract, probe: Probe) -> Answer:
    if probe.subject.kind in bridge.BY_LAW:
        contract = with_the_law(contract)
    return compute(contract, probe.subject, read_events(probe.events, contract, probe.subject))


def _examples(probe: Probe, before: Answer, after: Answer) -> Iterator[Example]:
    for moved in difference(before, after):
        if moved.clock not in probe.clocks:
            continue
        one, other = before.clock(moved.clock), after.clock(moved.clock)
        some = other or one
        yield Example(
            kind=probe.subject.kind,
            cases=(),
            moved=moved,
            limit_before=one.limit if one else "",
            limit_after=other.limit if other else "",
            citation=some.citation if some else "",
        )
