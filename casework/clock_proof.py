"""Proof that every stored clock is what its events say: recompute, compare, name what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.ledger import projection
from casework.models import Case, CaseEvent, Clock
from sla.values import Answer
from sla.values import Clock as SlaClock

CHUNK = 1_000
_CASE: Final = (
    Case.id,
    Case.ref,
    Case.kind,
    Case.state,
    Case.open,
    Case.contract_version_id,
    Case.priority,
    Case.timing,
    Case.service,
    Case.pa_required,
    Case.about,
    Case.course_ends_at,
    Case.benefits_continued,
    Case.next_due_at,
)
_CLOCK: Final = (
    Clock.case_id,
    Clock.name,
    Clock.owner,
    Clock.rule,
    Clock.anchor_at,
    Clock.due_at,
    Clock.state,
    Clock.satisfied_at,
    Clock.generation,
)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A case with its stored clocks by name, and what its events say of them; no answer where the
    events cannot be read (`error` names why)."""

    case: Any
    clocks: Mapping[str, Any]
    answer: Answer | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is stored and not what the events say. `clock` is empty for the nearest due."""

    case_id: int
    ref: str
    clock: str
    says: str


@dataclass(frozen=True)
class Report:
    """How many were recomputed, and each that differs."""

    cases: int
    clocks: int
    found: tuple[Difference, ...]

    @property
    def differ(self) -> tuple[str, ...]:
        """A sentence for each that differs."""
        return tuple(f"{each.ref}: {each.says}" for each in self.found)


def verify(cx: Context) -> Report:
    """Recompute the clocks of every case within reach and compare them with the rows.

    A case that moves while it is read may look wrong: what differs is read once more.
    """
    cases = clocks = last = 0
    found: list[Difference] = []
    while page := page_of(cx, last, CHUNK):
        last = page[-1]
        suspects = []
        for one in recomputed(cx, page):
            cases += 1
            clocks += len(one.answer.clocks) if one.answer else 0
            if any(differences(one)):
                suspects.append(one.case.id)
        for one in recomputed(cx, suspects):
            found += differences(one)
    return Report(cases, clocks, tuple(found))


def page_of(cx: Context, after: int, limit: int) -> list[int]:
    """The next cases after this one, by ascending id; empty at the end."""
    return list(
        cx.db.execute(select(Case.id).where(Case.id > after).order_by(Case.id).limit(limit))
        .scalars()
        .all()
    )


def recomputed(cx: Context, ids: Sequence[int]) -> Iterator[Recomputed]:
    """These cases with their clocks computed anew, by ascending id."""
    if not ids:
        return
    cases = cx.db.execute(select(*_CASE).where(Case.id.in_(ids)).order_by(Case.id)).all()
    stored = _by_case(cx, select(*_CLOCK).where(Clock.case_id.in_(ids)))
    events = _by_case(
        cx,
        select(*projection.HISTORY)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.event.in_(bridge.CLOCK_EVENTS))
        .order_by(CaseEvent.case_id, CaseEvent.seq),
    )
    for case in cases:
        rows = {row.name: row for row in stored.get(case.id, [])}
        try:
            answer = bridge.answer(cx, case, events.get(case.id, []))
        except Exception as error:  # one unreadable history hides no other
            yield Recomputed(case, rows, None, type(error).__name__)
        else:
            yield Recomputed(case, rows, answer)


def differences(one: Recomputed) -> Iterator[Difference]:
    """Where the rows of this case are not what its events say."""
    case, rows = one.case, dict(one.clocks)

    def said(clock: str, says: str) -> Difference:
        return Difference(case.id, case.ref, clock, says)

    if one.answer is None:
        yield said("", f"its events cannot be read by the clocks ({one.error})")
        return
    for clock in one.answer.clocks:
        says = _compared(rows.pop(clock.name, None), clock)
        if says:
            yield said(clock.name, says)
    for name in rows:
        yield said(name, f"a clock {name} is stored that no event starts")
    if case.next_due_at != projection.standing_of(one.answer).next_due_at:
        yield said("", "its nearest due is not that of its clocks")


def _compared(row: Any, clock: SlaClock) -> str:
    """What is wrong with the row of this clock; empty when nothing is."""
    if row is None:
        return f"the clock {clock.name} is not stored"
    if (row.due_at, row.state, row.rule) != (clock.due_utc, clock.state, clock.rule):
        stored = f"{row.state}, due {row.due_at:%Y-%m-%d %H:%M} by {row.rule}"
        found = f"{clock.state}, due {clock.due_utc:%Y-%m-%d %H:%M} by {clock.rule}"
        return f"{clock.name} is stored as {stored}; its events say {found}"
    ends = (row.owner, row.anchor_at, row.satisfied_at)
    if ends != (clock.owner, clock.anchor, clock.satisfied_at):
        return f"{clock.name} is stored with another owner, start or end than its events say"
    return ""


def _by_case(cx: Context, statement: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in cx.db.execute(statement):
        found.setdefault(row.case_id, []).append(row)
    return found
