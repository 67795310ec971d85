"""The sweep: marks that are due fire once, a missed clock raises what the law makes of it.

One command for a batch of cases: the cases are locked first (skipping those in other hands), then
their marks. Effect, event and escalation commit together, so a second sweep finds nothing to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.ledger.heads import columns, head_of
from casework.metadata import table_of
from casework.models import Case, Clock, ClockMark, InformationRequest
from casework.records import escalations
from casework.records.escalations import LAST, Demand, Step
from sla import plan
from sla import sweep as rules_of_sweep
from statemachines import engine
from statemachines.facts import Facts

MAX_ATTEMPTS = 5
DECIDE_NOW = timedelta(hours=24)
# What the law makes of a missed decision: obligation, its clock, its words (rules 1.7).
CONSEQUENCES = {
    "deemed_denial": (
        "send_denial_notice",
        "denial_notice",
        "The law takes the missed decision as a denial: the notice of action is owed today.",
    ),
    "deemed_exhaustion": (
        "tell_of_exhaustion",
        "decision",
        "The member may go to the next step at once: tell the member, and decide all the same.",
    ),
    "deemed_affirmation": (
        "forward_to_ire",
        "forward_to_ire",
        "The law takes the missed appeal as upheld: forward the file to the review entity.",
    ),
    "deemed_approval": (
        "confirm_deemed_approval",
        "decision",
        "State law takes the missed request as approved: confirm it, or show why it does not hold.",
    ),
    "": (
        "decide_now",
        "decision",
        "The plan's own time has run out: decide now and tell everyone.",
    ),
}


@dataclass(frozen=True)
class Swept:
    """What one batch did."""

    cases: int = 0
    fired: int = 0
    skipped: int = 0
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Due:
    mark_id: int
    case_id: int
    clock: str
    step: str
    due_at: Any


@command
def sweep_batch(cx: Context, limit: int = 100) -> Swept:
    """Fire the marks that are due on up to `limit` cases; Swept.cases is 0 when none is left."""
    cases = _lock_due_cases(cx, limit)
    return _sweep(cx, cases)


@command
def sweep_case(cx: Context, case_id: int) -> Swept:
    """Fire the due marks of one case alone: a batch that failed is redone so."""
    return _sweep(cx, ledger.take_all(cx, [case_id]))


@command
def note_failure(cx: Context, case_id: int, error: str) -> None:
    """Count a failed attempt on the due marks of this case; after the last they are `failed`."""
    table = table_of(ClockMark)
    due = (table.c.case_id == case_id) & (table.c.state == "pending") & (table.c.fire_at <= cx.now)
    cx.db.execute(
        update(table).where(due).values(attempts=table.c.attempts + 1, reason=error[:200])
    )
    cx.db.execute(
        update(table)
        .where(due, table.c.attempts >= MAX_ATTEMPTS)
        .values(state="failed", settled_at=cx.now)
    )


def due_cases(cx: Context, limit: int) -> list[int]:
    """Cases with marks that are due now, the longest due first."""
    rows = cx.db.execute(
        select(ClockMark.case_id)
        .where(ClockMark.state == "pending", ClockMark.fire_at <= cx.now)
        .order_by(ClockMark.fire_at)
        .limit(limit)
    ).scalars()
    return list(dict.fromkeys(rows))


def lapsed_questions(cx: Context, limit: int = 100) -> list[str]:
    """Numbers of pended cases whose time to answer has passed."""
    return list(
        cx.db.execute(
            select(Case.ref)
            .join(InformationRequest, InformationRequest.case_id == Case.id)
            .where(
                Case.state == "pended",
                InformationRequest.answered_at.is_(None),
                InformationRequest.lapsed_at.is_(None),
                InformationRequest.due_at < cx.now,
            )
            .limit(limit)
        ).scalars()
    )


def _lock_due_cases(cx: Context, limit: int) -> dict[int, ledger.Head]:
    ids = due_cases(cx, limit)
    if not ids:
        return {}
    rows = cx.db.execute(
        select(*columns())
        .where(Case.id.in_(ids))
        .order_by(Case.id)
        .with_for_update(of=Case, skip_locked=True)
    )
    return {row.id: head_of(row) for row in rows}


def _sweep(cx: Context, cases: dict[int, ledger.Head]) -> Swept:
    due = _due_marks(cx, cases)
    fire, skip = _sorted(due, cx)
    _settle(cx, skip, "skipped", "a higher step has passed")
    changes, steps = [], []
    for mark in fire:
        case = cases[mark.case_id]
        change = _change(mark, case)
        if change is None:
            _settle(cx, [mark], "skipped", f"the case is {case.state.replace('_', ' ')}")
            continue
        changes.append(change)
        steps.append(Step(case, mark.clock, mark.step, mark.mark_id, mark.due_at))
    if not steps:
        return Swept(cases=len(cases), skipped=len(skip))
    _settle_fired(cx, steps)
    staff = escalations.people(cx, [case.contract_id for case in cases.values()])
    recorded = ledger.record(cx, changes)
    numbers = escalations.open_steps(cx, steps, staff)
    escalations.raise_obligations(cx, _demands(cx, steps, recorded, staff))
    return Swept(
        cases=len(cases),
        fired=len(steps),
        skipped=len(skip),
        numbers=tuple(numbers.values()),
    )


def _due_marks(cx: Context, cases: dict[int, ledger.Head]) -> list[_Due]:
    if not cases:
        return []
    rows = cx.db.execute(
        select(ClockMark.id, ClockMark.case_id, ClockMark.clock, ClockMark.step, ClockMark.fire_at)
        .add_columns(Clock.due_at)
        .join(Clock, (Clock.case_id == ClockMark.case_id) & (Clock.name == ClockMark.clock))
        .where(
            ClockMark.case_id.in_(cases),
            ClockMark.state == "pending",
            ClockMark.fire_at <= cx.now,
        )
        .order_by(ClockMark.case_id, ClockMark.fire_at)
        .with_for_update(of=ClockMark)
    )
    return [_Due(row.id, row.case_id, row.clock, row.step, row.due_at) for row in rows]


def _sorted(due: Sequence[_Due], cx: Context) -> tuple[list[_Due], list[_Due]]:
    """Of each clock only the highest step that has passed fires (decision 22)."""
    by_clock: dict[tuple[int, str], list[_Due]] = {}
    for mark in due:
        by_clock.setdefault((mark.case_id, mark.clock), []).append(mark)
    fire, skip = [], []
    for marks in by_clock.values():
        passed = {mark.step: mark for mark in marks}
        found = rules_of_sweep.due_marks([plan.Mark(step, cx.now) for step in passed], cx.now)
        fire += [passed[mark.step] for mark in found.fire]
        skip += [passed[mark.step] for mark in found.skip]
    return fire, skip


def _change(mark: _Due, case: ledger.Head) -> ledger.Change | None:
    said = ledger.Said(more={"clock": mark.clock, "step": mark.step})
    if mark.step != LAST or mark.clock != "decision":
        return ledger.Change(case=case, observation="mark_reached", said=said)
    facts = Facts(decision_clock_open=True, decision_due_passed=True)
    _guard, by_state = engine.refusals(case.kind, case.state, "deadline_missed", facts)
    if by_state is not None:
        return None
    return ledger.Change(case=case, trigger="deadline_missed", facts=facts, said=said)


def _demands(
    cx: Context,
    steps: Sequence[Step],
    recorded: Sequence[ledger.Recorded],
    staff: escalations.People,
) -> list[Demand]:
    missed = {
        each.case.id: (step, each)
        for step, each in zip(steps, recorded, strict=True)
        if each.event == "deadline_missed"
    }
    if not missed:
        return []
    rows = cx.db.execute(
        select(Clock.case_id, Clock.name, Clock.due_at, Clock.consequence, Clock.citation).where(
            Clock.case_id.in_(missed)
        )
    ).all()
    clocks = {(row.case_id, row.name): row for row in rows}
    demands = []
    for case_id, (step, each) in missed.items():
        decision = clocks[case_id, "decision"]
        kind, clock, says = CONSEQUENCES[decision.consequence]
        owed = clocks.get((case_id, clock))
        by = owed.due_at if owed is not None and clock != "decision" else cx.now + DECIDE_NOW
        demands.append(
            Demand(
                case=each.case,
                kind=kind,
                clock=clock if owed is not None else "decision",
                says=says,
                citation=decision.citation if decision.consequence else "",
                due_at=by,
                cause_seq=each.seq,
                owner_id=staff.owner(step.case, LAST)[0],
            )
        )
    return demands


def _settle_fired(cx: Context, steps: Sequence[Step]) -> None:
    table = table_of(ClockMark)
    cx.db.execute(
        update(table)
        .where(table.c.id.in_([step.mark_id for step in steps]))
        .values(state="done", settled_at=cx.now)
    )


def _settle(cx: Context, marks: Sequence[_Due], state: str, reason: str) -> None:
    if not marks:
        return
    table = table_of(ClockMark)
    cx.db.execute(
        update(table)
        .where(table.c.id.in_([mark.mark_id for mark in marks]))
        .values(state=state, reason=reason, settled_at=cx.now)
    )
