"""What the sweep would have done by now: clocks of a seeded case that ran out, with what follows.

The event, the escalation with its own number, the notices, who answered or to whom it went on, and
what is owed because of it: the same as `services.clocks` and `services.handing_on` do, at the
instants at which they would have.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from casework import bridge
from casework.context import SYSTEM
from casework.ledger import Said
from casework.ledger.scribe import Scribe
from casework.models import ESCALATION_SERIAL, Escalation, Obligation, StaffNotice
from casework.records import missed
from casework.records.escalations import HANDED_ON
from casework.records.rungs import COMPLIANCE, WORKER, Holder
from casework.seed.scene import Scene
from sla.ladders import RUNGS, Ladder
from sla.plan import LAST
from sla.values import Answer, Clock
from statemachines import engine
from statemachines.facts import Facts

_SECOND: Final = timedelta(seconds=1)
_ANSWERED_AFTER: Final = timedelta(minutes=12)
_UNANSWERED: Final = 3  # of so many cases one waits for an answer
_ANSWERS: Final = (
    "I look at it with the nurse now and call the office.",
    "I have it: it is decided before noon.",
    "The letter leaves today; I watch the printer.",
)
_MISSED: Final = Facts(decision_clock_open=True, decision_due_passed=True)


def run_out(scene: Scene, scribe: Scribe, until: datetime) -> list[dict[str, Any]]:
    """Let time pass on this case until then; returns the obligations that arose, to be settled."""
    owed: list[dict[str, Any]] = []
    rung: dict[str, dict[str, Any]] = {}
    while True:
        late = [
            clock
            for clock in scribe.answer().clocks
            if clock.owner == "plan"
            and clock.name not in rung.keys() | {"earliest_action"}
            and clock.state == "open"
            and clock.due_utc + _SECOND < until
        ]
        if not late:
            for name, escalation in rung.items():
                _go_on(scene, scribe, name, escalation, until)
            return owed
        first = min(late, key=lambda clock: clock.due_utc)
        rung[first.name] = _ring(scene, scribe, first)
        owed += _owe(scene, scribe, first.name, {(row["kind"], row["clock"]) for row in owed})


def settled(owed: list[dict[str, Any]], *, at: datetime, by: str) -> None:
    """What was owed is done."""
    for row in owed:
        row |= {"done_at": at, "done_by": by}


def _ring(scene: Scene, scribe: Scribe, clock: Clock) -> dict[str, Any]:
    at = max(clock.due_utc + _SECOND, scribe.last_at or clock.due_utc)
    said = Said(more={"clock": clock.name, "step": LAST})
    if clock.name == missed.DECISION:
        scribe.step("deadline_missed", at=at, by=SYSTEM, facts=_MISSED, said=said)
    else:
        scribe.observe("mark_reached", at=at, said=said)
    return _escalate(scene, scribe, clock, at)


def _escalate(scene: Scene, scribe: Scribe, clock: Clock, at: datetime) -> dict[str, Any]:
    people, ladder = scene.town.ladder, _ladder(scribe)
    holder = people.called(scribe.head, ladder, LAST)
    row = scribe.add(
        Escalation,
        id=scene.book.row_of(Escalation),
        ref=scene.book.reference("escalation", ESCALATION_SERIAL.name, at),
        clock=clock.name,
        step=LAST,
        owner_id=holder.user_id,
        owner_role=holder.role,
        rung=RUNGS.index(holder.rung),
        opened_at=at,
        due_at=clock.due_utc,
        hand_on_at=_goes_on_at(ladder, holder, clock, at),
    )
    told = {
        (holder.user_id, holder.role),
        (people.first(scribe.head, COMPLIANCE), COMPLIANCE),
        (scribe.head.assignee_id, WORKER[scribe.head.kind]),
    }
    for user_id, of_role in sorted(told, key=str):
        _tell(scribe, row, Holder("", user_id, of_role), f"clock_{LAST}", at)
    return row


def _go_on(scene: Scene, scribe: Scribe, name: str, row: dict[str, Any], until: datetime) -> None:
    """Somebody says that he has it, or nobody does and it goes from one to the next."""
    answered_at = scribe.no_earlier(row["opened_at"] + _ANSWERED_AFTER)
    if scribe.id % _UNANSWERED and answered_at < until:
        _answer(scene, scribe, row, answered_at)
        return
    clock = scribe.answer().clock(name)
    while clock is not None and row["hand_on_at"] is not None and row["hand_on_at"] < until:
        at = scribe.no_earlier(row["hand_on_at"])
        holder = Holder(RUNGS[row["rung"]], row["owner_id"], row["owner_role"])
        to = scene.town.ladder.after(scribe.head, _ladder(scribe), holder)
        if to is None or at >= until:
            return
        said = {"clock": name, "step": LAST, "row": row["id"], "escalation": row["ref"]}
        scribe.observe(
            "escalation_handed_on",
            at=at,
            said=Said(more=said | {"to": to.user_id, "rung": to.rung}),
        )
        row |= {
            "owner_id": to.user_id,
            "owner_role": to.role,
            "rung": RUNGS.index(to.rung),
            "hand_on_at": _goes_on_at(_ladder(scribe), to, clock, at),
        }
        _tell(scribe, row, to, HANDED_ON, at)


def _answer(scene: Scene, scribe: Scribe, row: dict[str, Any], at: datetime) -> None:
    owner = next(p for p in scene.town.staff.values() if p.id == row["owner_id"])
    answer = _ANSWERS[scribe.id % len(_ANSWERS)]
    said = {"clock": row["clock"], "step": LAST, "row": row["id"], "escalation": row["ref"]}
    scribe.observe(
        "escalation_acknowledged",
        at=at,
        by=owner.principal,
        said=Said(more=said),
        text={"answer": answer},
    )
    row |= {
        "acknowledged_at": at,
        "acknowledged_by_id": owner.id,
        "answer": answer,
        "hand_on_at": None,
    }


def _tell(scribe: Scribe, row: dict[str, Any], to: Holder, code: str, at: datetime) -> None:
    scribe.add(
        StaffNotice,
        user_id=to.user_id,
        role=to.role,
        code=code,
        escalation_id=row["id"],
        at=at,
    )


def _ladder(scribe: Scribe) -> Ladder:
    return bridge.version_of(scribe.book.cx, scribe.head.contract_version_id).ladder


def _goes_on_at(ladder: Ladder, holder: Holder, clock: Clock, since: datetime) -> datetime | None:
    return ladder.hand_on_at(
        holder.rung, since=since, by_day=clock.by_day, time_zone=clock.time_zone
    )


def _owe(
    scene: Scene, scribe: Scribe, name: str, owed: set[tuple[str, str]]
) -> list[dict[str, Any]]:
    answer = scribe.answer()
    clock = answer.clock(name)
    assert clock is not None
    at = scribe.last_at
    assert at is not None
    lead = scene.town.ladder.on_rung(scribe.head, "lead")
    duties = missed.duties(
        name,
        line=answer.contract.line,
        consequence=clock.consequence or "",
        decided=scribe.head.state in engine.decided_states(scribe.head.kind),
        met=[each.name for each in answer.clocks if each.satisfied_at is not None],
    )
    return [
        scribe.add(
            Obligation,
            kind=duty.kind,
            clock=duty.clock if answer.clock(duty.clock) is not None else "",
            says=duty.says,
            citation=_citation(clock, duty)[:200],
            cause_seq=scribe.head.event_seq,
            owner_id=lead.user_id,
            owner_role=lead.role,
            due_at=_due(answer, duty, name, at),
            raised_at=at,
        )
        for duty in duties
        if not any(duty.kind == kind or (duty.clock and duty.clock == on) for kind, on in owed)
    ]


def _due(answer: Answer, duty: missed.Duty, name: str, at: datetime) -> datetime:
    own = answer.clock(duty.clock)
    return at + missed.AT_ONCE if own is None or duty.clock == name else own.due_utc


def _citation(clock: Clock, duty: missed.Duty) -> str:
    if clock.name != missed.DECISION:
        return clock.citation
    return (clock.consequence_citation or "") if clock.consequence else ""
