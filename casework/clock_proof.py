"""Proof that every stored clock is what its events say: recompute, compare, name what differs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.ledger import projection
from casework.models import Case, CaseEvent, Clock

CHUNK = 1_000


@dataclass(frozen=True)
class Report:
    """How many were recomputed, and a sentence for each that differs."""

    cases: int
    clocks: int
    differ: tuple[str, ...]


def verify(cx: Context) -> Report:
    """Recompute the clocks of every case within reach and compare them with the rows."""
    cases = clocks = last = 0
    differ: list[str] = []
    while True:
        page = (
            cx.db.execute(select(Case).where(Case.id > last).order_by(Case.id).limit(CHUNK))
            .scalars()
            .all()
        )
        if not page:
            return Report(cases, clocks, tuple(differ))
        last = page[-1].id
        ids = [case.id for case in page]
        stored = _by_case(cx, select(Clock).where(Clock.case_id.in_(ids)))
        events = _by_case(
            cx,
            select(CaseEvent)
            .where(CaseEvent.case_id.in_(ids), CaseEvent.event.in_(bridge.CLOCK_EVENTS))
            .order_by(CaseEvent.case_id, CaseEvent.seq),
        )
        for case in page:
            cases += 1
            rows = {row.name: row for row in stored.get(case.id, [])}
            answer = bridge.answer(cx, case, events.get(case.id, []))
            clocks += len(answer.clocks)
            differ += _differences(case, rows, answer)
        cx.db.expunge_all()


def _by_case(cx: Context, statement: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in cx.db.execute(statement).scalars():
        found.setdefault(row.case_id, []).append(row)
    return found


def _differences(case: Any, rows: dict[str, Any], answer: Any) -> list[str]:
    said = []
    for clock in answer.clocks:
        row = rows.pop(clock.name, None)
        if row is None:
            said.append(f"{case.ref}: the clock {clock.name} is not stored")
        elif (row.due_at, row.state, row.rule) != (clock.due_utc, clock.state, clock.rule):
            stored = f"{row.state}, due {row.due_at:%Y-%m-%d %H:%M} by {row.rule}"
            found = f"{clock.state}, due {clock.due_utc:%Y-%m-%d %H:%M} by {clock.rule}"
            said.append(f"{case.ref}: {clock.name} is stored as {stored}; its events say {found}")
    said += [f"{case.ref}: a clock {name} is stored that no event starts" for name in rows]
    standing = projection.standing_of(answer)
    if case.next_due_at != standing.next_due_at:
        said.append(f"{case.ref}: its nearest due is not that of its clocks")
    return said
