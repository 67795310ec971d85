"""Mending what can be mended without judgement: the steps of ladders that are gone or were moved.

Nothing is reassigned, closed or decided here. What was mended stands in the history of the case.
"""

from sqlalchemy import select

from casework import clock_proof, ledger
from casework.context import Context
from casework.db import command
from casework.integrity.timers import marks_of
from casework.ledger import mending
from casework.models import Alarm

MENDED_BY_COMMAND = frozenset({"mark_missing", "mark_stray"})


def cases_to_mend(cx: Context, limit: int = 100_000) -> list[int]:
    """Cases on which an alarm stands that `mend_ladders` ends, by their ids."""
    return [
        case_id
        for case_id in cx.db.execute(
            select(Alarm.case_id)
            .where(
                Alarm.ended_at.is_(None),
                Alarm.code.in_(MENDED_BY_COMMAND),
                Alarm.case_id.is_not(None),
            )
            .distinct()
            .order_by(Alarm.case_id)
            .limit(limit)
        ).scalars()
        if case_id is not None
    ]


@command
def mend_ladders(cx: Context, case_id: int) -> int:
    """Bring the marks of this case to what its ladders say; returns how many were mended."""
    case = ledger.take_all(cx, [case_id])[case_id]
    [one] = clock_proof.recomputed(cx, [case_id])
    if one.answer is None:
        return 0
    wanted = mending.expected(cx, one.case, one.answer, one.clocks)
    found = mending.faults(wanted, marks_of(cx, [case_id]).get(case_id, []), one.answer)
    if not found:
        return 0
    mending.mend(cx, case_id, found, one.clocks)
    steps = ", ".join(sorted({f"{each.clock} {each.step}" for each in found}))
    said = ledger.Said(more={"marks": len(found)})
    ledger.record(
        cx,
        [
            ledger.Change(
                case=case, observation="ladder_mended", said=said, text={"what": steps[:500]}
            )
        ],
    )
    return len(found)
