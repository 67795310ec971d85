"""Stored histories as the JSON Lines of `casework clocks compute`, and its answers read back.

A case that was reopened runs on two lines: what was before that day, and the policy clock from it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from casework import bridge
from sla.values import Answer, Contract, Event, Subject

_OF_THE_LIST = {"index", "day", "printed"}
BY_POLICY = {"decision", "denial_notice", "extension_notice", "written_notice"}
_RESTART = {"reopened", "dismissal_vacated"}


def lines_of(case: Any, rows: Sequence[Any], answer: Answer) -> Iterator[str]:
    """One line for the history of this case (its `rows`), or two; `id` says which case."""
    again = max((row.seq for row in rows if row.event in _RESTART), default=None)
    before = [event for event in answer.events if again is None or event.index < again]
    yield _line(case, answer.contract, bridge.subject_of(case), before)
    if again is not None:
        since = [event for event in answer.events if event.index >= again]
        yield _line(case, answer.contract, answer.subject, since)


def _line(case: Any, contract: Contract, subject: Subject, events: Sequence[Any]) -> str:
    plain = {
        "id": case.id,
        "contract": _contract(contract),
        "subject": asdict(subject),
        "events": [_event(event) for event in events],
    }
    return json.dumps(plain, default=_text)


def _contract(contract: Contract) -> dict[str, Any]:
    plain = asdict(contract)
    plain["policies"]["state_holidays"] = sorted(plain["policies"]["state_holidays"])
    return plain


def _event(event: Event) -> dict[str, Any]:
    said = {
        name: value
        for name, value in asdict(event).items()
        if value is not None and name not in _OF_THE_LIST
    }
    if event.printed is not None:
        said["date"] = event.printed
    return said


def _text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def read(text: str) -> dict[int, dict[str, tuple[Any, ...]]]:
    """What the answers say of each clock of each case: due, state, rule, consequence. Of a clock on
    both lines of a case the later one counts, and where policy gave it, its rule has no name."""
    found: dict[int, dict[str, tuple[Any, ...]]] = {}
    for line in text.splitlines():
        answer = json.loads(line)
        clocks = found.get(answer["id"])
        again = clocks is not None
        clocks = found.setdefault(answer["id"], {})
        for clock in answer["clocks"]:
            name = clock["name"]
            due = datetime.fromisoformat(clock["due"])
            rule = "" if again and name in BY_POLICY else clock["rule"]
            clocks[name] = (due, clock["state"], rule, clock["consequence"] or "")
    return found
