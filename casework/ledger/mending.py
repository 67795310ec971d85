"""The ladders of a case as they should stand, and the mending of those that do not.

What is found missing is written again by the code that wrote it first; a step that had fired, or
that a higher one has passed, is written as over, so that mending fires nothing twice. The caller
holds the case and records that it was mended.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework.context import Context
from casework.ledger import ladder
from casework.metadata import table_of
from casework.models import ClockMark, Escalation
from sla.plan import LAST, STEPS
from sla.values import Answer

FIRED: Final = "it had fired before; its row was gone"
PASSED: Final = "a higher step has passed"
STRAY: Final = "no ladder has this step"


@dataclass(frozen=True, slots=True)
class Fault:
    """One step that is not as it should be. `why`: gone, moved, over (ended before its time), or
    stray (`wanted` None)."""

    why: str
    clock: str
    step: str
    wanted: Mapping[str, Any] | None
    mark: Any


def expected(
    cx: Context, case: Any, answer: Answer, clocks: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The marks that the running clocks of this case must have, in their present generation."""
    rows: list[dict[str, Any]] = []
    for clock in answer.clocks:
        stored = clocks.get(clock.name)
        renewal = ladder.Renewal(
            case.id,
            case.kind,
            case.contract_version_id,
            clock,
            stored.generation if stored is not None else 1,
            fresh=True,
        )
        rows += ladder.mark_rows(cx, renewal)
    return rows


def faults(
    wanted: Sequence[Mapping[str, Any]], marks: Sequence[Any], answer: Answer
) -> list[Fault]:
    """Where the marks of one case (rows) are not those that are wanted. The last step of a clock
    that was satisfied too late waits for the next sweep: it is no stray."""
    late = {clock.name for clock in answer.clocks if clock.state == "missed"}
    there = {(mark.clock, mark.step, mark.generation): mark for mark in marks}
    found = []
    for row in wanted:
        mark = there.pop((row["clock"], row["step"], row["generation"]), None)
        why = "gone" if mark is None else _why(row, mark)
        if why:
            found.append(Fault(why, row["clock"], row["step"], row, mark))
    found += [
        Fault("stray", mark.clock, mark.step, None, mark)
        for mark in there.values()
        if mark.state == "pending" and not (mark.step == LAST and mark.clock in late)
    ]
    return found


def mend(cx: Context, case_id: int, found: Sequence[Fault], clocks: Mapping[str, Any]) -> None:
    """Write again what is gone, move back what was moved, end what is stray.

    `clocks` are the stored rows of the case by name.
    """
    table = table_of(ClockMark)
    fired, highest = _fired(cx, case_id), _highest_settled(cx, case_id)
    for fault in found:
        values: dict[str, Any] = {"state": "pending", "reason": "", "settled_at": None}
        over = STRAY if fault.wanted is None else _over(fault, fired, highest, clocks)
        if over:
            values = {"state": "skipped", "reason": over, "settled_at": cx.now}
        if fault.wanted is not None:
            values = {**fault.wanted, **values}
        if fault.mark is None:
            cx.db.execute(insert(table).values(**values))
        else:
            cx.db.execute(update(table).where(table.c.id == fault.mark.id).values(**values))


def _why(wanted: Mapping[str, Any], mark: Any) -> str:
    if mark.fire_at != wanted["fire_at"]:
        return "moved"
    if mark.state in {"pending", "failed"}:
        return ""
    in_time = mark.settled_at is not None and mark.settled_at >= mark.fire_at
    told = mark.state == "done" or (mark.state == "skipped" and mark.reason)
    return "" if in_time and told else "over"


def _over(
    fault: Fault,
    fired: Set[tuple[str, str, Any]],
    highest: Mapping[tuple[str, int], int],
    clocks: Mapping[str, Any],
) -> str:
    """Why a step that is written again must not fire; empty where it must."""
    assert fault.wanted is not None
    due_at = clocks[fault.clock].due_at if fault.clock in clocks else None
    if (fault.clock, fault.step, due_at) in fired:
        return FIRED
    rank = STEPS.index(fault.step)
    return PASSED if highest.get((fault.clock, fault.wanted["generation"]), -1) > rank else ""


def _fired(cx: Context, case_id: int) -> set[tuple[str, str, Any]]:
    """Which steps of which due of which clock have their escalation."""
    rows = cx.db.execute(
        select(Escalation.clock, Escalation.step, Escalation.due_at).where(
            Escalation.case_id == case_id
        )
    )
    return {(row.clock, row.step, row.due_at) for row in rows}


def _highest_settled(cx: Context, case_id: int) -> dict[tuple[str, int], int]:
    """The rank of the highest step that has fired, by clock and generation."""
    rows = cx.db.execute(
        select(ClockMark.clock, ClockMark.generation, ClockMark.step).where(
            ClockMark.case_id == case_id, ClockMark.state == "done"
        )
    )
    highest: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row.clock, row.generation)
        highest[key] = max(highest.get(key, -1), STEPS.index(row.step))
    return highest
