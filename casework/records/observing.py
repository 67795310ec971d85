"""Recording what is no edge of a machine: policy, what the caller saw, then the ledger."""

from typing import Any

from casework import ledger, policy
from casework.context import Context
from casework.records.answers import Done, done


def take(cx: Context, ref: str, action: str, *, seen: int | None) -> ledger.Head:
    """The case, locked, for a principal who may do this. Raises NotFound, NotAllowed, Stale."""
    case = ledger.take(cx, ref)
    policy.require(cx.principal, case.kind, action)
    ledger.unchanged(case, seen)
    return case


def observe(
    cx: Context,
    case: ledger.Head,
    observation: str,
    made: dict[str, Any] | None = None,
    **more: Any,
) -> Done:
    """Record one observation on one case (`said`, `text`, `sets`, `occurred_at` as in
    `ledger.Change`) and answer; `made` are the numbers that it issued."""
    [recorded] = ledger.record(cx, [ledger.Change(case=case, observation=observation, **more)])
    return done(recorded, made)
