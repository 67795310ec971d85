"""What a command answers: which case, where it stands now, what to say to the one who acted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from casework import ledger
from casework.context import Context
from casework.ledger import Recorded
from casework.models import Clock
from statemachines.facts import Facts


@dataclass(frozen=True)
class Done:
    """The case after a step. `made` holds numbers that the step issued (AUTH-…, AP-…)."""

    ref: str
    state: str
    version: int
    event: str
    made: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def done(recorded: Recorded, made: Mapping[str, Any] | None = None) -> Done:
    """The answer to one recorded step."""
    return Done(
        ref=recorded.case.ref,
        state=recorded.case.state,
        version=recorded.case.version,
        event=recorded.event,
        made={name: str(value) for name, value in (made or {}).items()},
    )


def decision_due(cx: Context, case: ledger.Head) -> str:
    """By when this case is to be decided, in ISO 8601 and UTC; empty where no clock says so."""
    due_at = cx.db.execute(
        select(Clock.due_at).where(Clock.case_id == case.id, Clock.name == "decision")
    ).scalar()
    return due_at.isoformat() if due_at else ""


def step(cx: Context, case: ledger.Head, trigger: str, facts: Facts, **more: Any) -> Done:
    """Record one edge on one case (`said`, `text`, `sets`, … as in `ledger.Change`) and answer."""
    [recorded] = ledger.record(cx, [ledger.Change(case=case, trigger=trigger, facts=facts, **more)])
    return done(recorded)
