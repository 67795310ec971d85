"""The JSON Lines of `casework clocks compute`: one case in, one answer out. It prints nothing and
reads no file, no clock, no database."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sla.clocks import compute
from sla.reading import BadCase, read_contract, read_subject
from sla.reading_events import read_events
from sla.values import Answer, Candidate, Clock


def answer(line: str) -> dict[str, Any]:
    """The answer to one line: `id`, `clocks`, `refused`; or `id` (null where it cannot be read) and
    `error`, a sentence, when the line is no valid case."""
    case = _case(line)
    if isinstance(case, str):
        return {"id": None, "error": case}
    name = _printable(case.get("id"))
    try:
        return {"id": name, **shown(solve(case))}
    except BadCase as error:
        return {"id": name, "error": str(error)}


def stream(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """For each line its answer as one line of JSON, and whether it was a valid case. When any was
    none, the exit status is 1 at the end."""
    for line in lines:
        found = answer(line)
        yield json.dumps(found, ensure_ascii=True), "error" not in found


def solve(case: dict[str, Any]) -> Answer:
    """The answer to a case given as plain data: `contract`, `subject`, `events`. Raises BadCase."""
    contract = read_contract(case.get("contract"))
    subject = read_subject(case.get("subject"), contract)
    events = case.get("events")
    if not isinstance(events, list):
        raise BadCase("events: missing or no list; give a list, which may be empty.")
    return compute(contract, subject, read_events(events, contract, subject))


def shown(result: Answer) -> dict[str, Any]:
    """An answer as plain data: `clocks` and `refused`."""
    return {
        "clocks": [_clock(clock) for clock in result.clocks],
        "refused": [{"event": each.index, "reason": each.reason} for each in result.refused],
    }


def _case(line: str) -> dict[str, Any] | str:
    try:
        case = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return "the line is no JSON; write one JSON object per line."
    if not isinstance(case, dict):
        return "the line is no JSON object; write one case per line as {…}."
    return case


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _printable(name: object) -> object:
    try:
        json.dumps(name, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return name


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "name": clock.name,
        "rule": clock.rule,
        "layer": clock.layer,
        "due": clock.due.isoformat(),
        "limit": clock.limit,
        "citation": clock.citation,
        "state": clock.state,
        "consequence": clock.consequence,
        "limits": [_limit(candidate, clock) for candidate in clock.candidates],
    }


def _limit(candidate: Candidate, clock: Clock) -> dict[str, Any]:
    return {
        "layer": candidate.layer,
        "rule": candidate.rule,
        "due": candidate.due.astimezone(clock.due.tzinfo).isoformat(),
        "limit": candidate.limit,
        "citation": candidate.citation,
    }
