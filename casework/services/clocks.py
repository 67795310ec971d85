"""The sweep: marks that are due fire once, a missed clock raises what the law makes of it.

One command for a batch of cases: the cases are locked first (skipping those in other hands), then
their marks. Effect, event and escalation commit together, so a second sweep finds nothing to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.metadata import table_of
from casework.models import Case, Clock, ClockMark, InformationRequest
from casework.records import escalations, obligations, rungs
from casework.records.escalations import Step
from casework.records.missed import DECISION
from casework.records.obligations import Missed
from sla import sweep as rules_of_sweep
from sla.plan import LAST, Mark
from statemachines import engine
from statemachines.facts import Facts

MAX_ATTEMPTS = 5


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
    mark: Mark
    due_at: Any
    by_day: bool
    zone: str


@command
def sweep_batch(cx: Context, limit: int = 100) -> Swept:
    """Fire the marks that are due on up to `limit` cases; Swept.cases is 0 when none is left."""
    return _sweep(cx, ledger.take_free(cx, due_cases(cx, limit)))


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


def _sweep(cx: Context, cases: dict[int, ledger.Head]) -> Swept:
    due = _due_marks(cx, cases)
    fire, skip = _sorted(due, cx)
    _settle(cx, skip, "skipped", "a higher step has passed")
    if not fire:
        return Swept(cases=len(cases), skipped=len(skip))
    _settle_fired(cx, fire)
    steps = [_step(mark, cases[mark.case_id]) for mark in fire]
    recorded = ledger.record(cx, [_change(step) for step in steps])
    staff = rungs.people(cx, {case.contract_id for case in cases.values()})
    numbers = escalations.open_steps(cx, steps, staff)
    missed = [
        Missed(each.case, step.clock, each.seq)
        for step, each in zip(steps, recorded, strict=True)
        if step.step == LAST
    ]
    obligations.raise_missed(cx, missed, staff)
    return Swept(
        cases=len(cases), fired=len(steps), skipped=len(skip), numbers=tuple(numbers.values())
    )


def _due_marks(cx: Context, cases: dict[int, ledger.Head]) -> list[_Due]:
    if not cases:
        return []
    rows = cx.db.execute(
        select(ClockMark.id, ClockMark.case_id, ClockMark.clock, ClockMark.step, ClockMark.fire_at)
        .add_columns(Clock.due_at, Clock.by_day, Clock.zone)
        .join(Clock, (Clock.case_id == ClockMark.case_id) & (Clock.name == ClockMark.clock))
        .where(
            ClockMark.case_id.in_(cases),
            ClockMark.state == "pending",
            ClockMark.fire_at <= cx.now,
        )
        .order_by(ClockMark.case_id, ClockMark.fire_at)
        .with_for_update(of=ClockMark)
    )
    return [
        _Due(
            row.id,
            row.case_id,
            row.clock,
            Mark(row.step, row.fire_at),
            row.due_at,
            row.by_day,
            row.zone,
        )
        for row in rows
    ]


def _sorted(due: Sequence[_Due], cx: Context) -> tuple[list[_Due], list[_Due]]:
    """Of each clock only the highest step that has passed fires (decision 22)."""
    by_clock: dict[tuple[int, str], list[_Due]] = {}
    for each in due:
        by_clock.setdefault((each.case_id, each.clock), []).append(each)
    fire, skip = [], []
    for marks in by_clock.values():
        passed = {each.mark: each for each in marks}
        found = rules_of_sweep.due_marks(passed, cx.now)
        fire += [passed[mark] for mark in found.fire]
        skip += [passed[mark] for mark in found.skip]
    return fire, skip


def _step(due: _Due, case: ledger.Head) -> Step:
    return Step(case, due.clock, due.mark.step, due.mark_id, due.due_at, due.by_day, due.zone)


def _change(step: Step) -> ledger.Change:
    """The event of this step: the edge where the decision ran out, else the mark that was reached.

    Where the machine has no such edge from the state that the case is in, the mark is recorded all
    the same: a duty whose clock runs is never passed over in silence.
    """
    case = step.case
    said = ledger.Said(more={"clock": step.clock, "step": step.step})
    if step.step == LAST and step.clock == DECISION:
        facts = Facts(decision_clock_open=True, decision_due_passed=True)
        _guard, by_state = engine.refusals(case.kind, case.state, "deadline_missed", facts)
        if by_state is None:
            return ledger.Change(case=case, trigger="deadline_missed", facts=facts, said=said)
    return ledger.Change(case=case, observation="mark_reached", said=said)


def _settle_fired(cx: Context, fired: Sequence[_Due]) -> None:
    table = table_of(ClockMark)
    cx.db.execute(
        update(table)
        .where(table.c.id.in_([mark.mark_id for mark in fired]))
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
