"""Short words for clock cases in tests: contracts, subjects, events, and what an answer says."""

from typing import Any

from sla.values import Answer, Clock
from sla.wire import solve

FEDERAL = ("federal",)
OWNER = ("owner",)
Event = dict[str, Any]


def event(name: str, at: str | None, **fields: Any) -> Event:
    """An event of the schema; `at` without an offset is wall time in the contract's zone."""
    return {"type": name, "at": at, **fields}


def received(at: str, **fields: Any) -> Event:
    return event("received", at, **fields)


def notice(kind: str, at: str, **fields: Any) -> Event:
    return event("notice_sent", at, kind=kind, **fields)


def asked(by: str, at: str) -> Event:
    return event("expedite_requested", at, by=by)


def decided(outcome: str, at: str, **fields: Any) -> Event:
    return event("decided", at, outcome=outcome, **fields)


def extended(
    days: Any, at: str, *, by: str = "member", ground: str = "requested", **fields: Any
) -> Event:
    return event("extended", at, days=days, requested_by=by, ground=ground, **fields)


def reduction(at: str, effective: str, **fields: Any) -> Event:
    return notice("reduction", at, effective_date=effective, **fields)


def case(
    line: str,
    *events: Any,
    layers: tuple[str, ...] = FEDERAL,
    kind: str = "prior_auth",
    zone: str = "America/New_York",
    rating: str | None = "2026-01-01",
    policies: dict[str, Any] | None = None,
    **subject: Any,
) -> dict[str, Any]:
    """A case as plain data."""
    contract = {
        "id": "test",
        "line": line,
        "time_zone": zone,
        "layers": list(layers),
        "rating_period_start": rating,
        "policies": policies or {},
    }
    return {
        "id": "T",
        "contract": contract,
        "subject": {"kind": kind, **subject},
        "events": list(events),
    }


def solved(line: str, *events: Any, **more: Any) -> Answer:
    """The answer to such a case."""
    return solve(case(line, *events, **more))


def clock(answer: Answer, name: str = "decision") -> Clock:
    """The clock of that name, which must be there."""
    found = answer.clock(name)
    assert found is not None, f"no clock {name}: {[each.name for each in answer.clocks]}"
    return found


def due(answer: Answer, name: str = "decision") -> str | None:
    """The due as the wire prints it without its offset, or None without such a clock."""
    found = answer.clock(name)
    return found.due.isoformat()[:19] if found else None


def winner(answer: Answer, name: str = "decision") -> str | None:
    """`layer/rule` of the clock, or None without one."""
    found = answer.clock(name)
    return f"{found.layer}/{found.rule}" if found else None


def state(answer: Answer, name: str = "decision") -> str | None:
    """The state of the clock, or None without one."""
    found = answer.clock(name)
    return found.state if found else None


def dues(answer: Answer, name: str = "decision") -> dict[str, str]:
    """Each candidate's due by rule, in local time to the minute."""
    found = clock(answer, name)
    local = found.due.tzinfo
    return {c.rule: c.due.astimezone(local).isoformat()[:16] for c in found.candidates}


def refused(answer: Answer) -> list[int]:
    """The indexes of the refused events."""
    return [each.index for each in answer.refused]
