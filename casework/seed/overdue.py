"""What the sweep would have done by now: clocks of a seeded case that ran out, with what follows.

The event, the escalation with its own number, the notices, and what the law makes of it as an
obligation: the same as `services.clocks` does, at the instant at which the time ran out.
"""

from datetime import datetime, timedelta
from typing import Any

from casework.context import SYSTEM
from casework.ledger import Said
from casework.ledger.scribe import Scribe
from casework.models import ESCALATION_SERIAL, Escalation, Obligation, StaffNotice
from casework.records.escalations import LAST, LEAD, WORKER
from casework.seed.scene import Scene
from casework.services.clocks import CONSEQUENCES, DECIDE_NOW
from sla.values import Clock
from statemachines.facts import Facts

_SECOND = timedelta(seconds=1)
_MISSED = Facts(decision_clock_open=True, decision_due_passed=True)


def run_out(scene: Scene, scribe: Scribe, until: datetime) -> list[dict[str, Any]]:
    """Let time pass on this case until then; returns the obligations that arose, to be settled."""
    owed: list[dict[str, Any]] = []
    rung: set[str] = set()
    while True:
        late = [
            clock
            for clock in scribe.answer().clocks
            if clock.owner == "plan"
            and clock.name not in rung | {"earliest_action"}
            and clock.state == "open"
            and clock.due_utc + _SECOND < until
        ]
        if not late:
            return owed
        first = min(late, key=lambda clock: clock.due_utc)
        rung.add(first.name)
        owed += _ring(scene, scribe, first)


def settled(owed: list[dict[str, Any]], *, at: datetime, by: str) -> None:
    """What was owed is done."""
    for row in owed:
        row |= {"done_at": at, "done_by": by}


def _ring(scene: Scene, scribe: Scribe, clock: Clock) -> list[dict[str, Any]]:
    at = max(clock.due_utc + _SECOND, scribe.last_at or clock.due_utc)
    said = Said(more={"clock": clock.name, "step": LAST})
    if clock.name != "decision":
        scribe.observe("mark_reached", at=at, said=said)
        _escalate(scene, scribe, clock, at)
        return []
    scribe.step("deadline_missed", at=at, by=SYSTEM, facts=_MISSED, said=said)
    _escalate(scene, scribe, clock, at)
    return [_owe(scene, scribe, at)]


def _escalate(scene: Scene, scribe: Scribe, clock: Clock, at: datetime) -> None:
    people = scene.town.ladder
    owner, role = people.owner(scribe.head, LAST)
    scribe.add(
        Escalation,
        ref=scene.book.reference("escalation", ESCALATION_SERIAL.name, at),
        clock=clock.name,
        step=LAST,
        owner_id=owner,
        owner_role=role,
        opened_at=at,
        due_at=clock.due_utc,
    )
    told = {
        (owner, role),
        (people.first(scribe.head, "compliance"), "compliance"),
        (scribe.head.assignee_id, WORKER[scribe.head.kind]),
    }
    for user_id, of_role in sorted(told, key=str):
        scribe.add(StaffNotice, user_id=user_id, role=of_role, code=f"clock_{LAST}", at=at)


def _owe(scene: Scene, scribe: Scribe, at: datetime) -> dict[str, Any]:
    answer = scribe.answer()
    decision = answer.clock("decision")
    assert decision is not None
    kind, name, says = CONSEQUENCES[decision.consequence or ""]
    other = answer.clock(name) if name != "decision" else None
    owner, _role = scene.town.ladder.owner(scribe.head, LAST)
    return scribe.add(
        Obligation,
        kind=kind,
        clock=name if other is not None else "decision",
        says=says,
        citation=decision.citation[:200] if decision.consequence else "",
        cause_seq=scribe.head.event_seq,
        owner_id=owner,
        owner_role=LEAD,
        due_at=other.due_utc if other is not None else at + DECIDE_NOW,
        raised_at=at,
    )
