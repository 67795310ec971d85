"""Who has a case: the row of each assignment, and the change that says so in the history.

Shared by assigning one, pulling, handing out many and giving back. It judges nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, update

from casework import ledger
from casework.context import Context
from casework.ledger import Head
from casework.models import Assignment, WorkRefusal

MOST_OF_A_REASON = 200


@dataclass(frozen=True)
class Move:
    """One case to somebody (None: to nobody), and why."""

    case: Head
    to: int | None
    reason: str = ""


def move(cx: Context, moves: Sequence[Move]) -> list[ledger.Recorded]:
    """Write these assignments and record them. Handing a case to somebody else answers whoever
    refused it; taking it oneself does not."""
    if not moves:
        return []
    close(cx, [each.case.id for each in moves])
    me = cx.principal.id
    _answer(cx, [each.case.id for each in moves if each.to is not None and each.to != me])
    rows = [
        {
            "case_id": each.case.id,
            "user_id": each.to,
            "by_name": cx.principal.name[:120],
            "reason": each.reason[:MOST_OF_A_REASON],
            "from_at": cx.now,
        }
        for each in moves
        if each.to is not None
    ]
    if rows:
        cx.db.execute(insert(Assignment), rows)
    return ledger.record(cx, [change(each) for each in moves])


def change(each: Move) -> ledger.Change:
    """The change that an assignment is in the history of its case."""
    return ledger.Change(
        case=each.case,
        observation="assigned",
        said=ledger.Said(more={"to": each.to}),
        text={"reason": each.reason} if each.reason else {},
        sets={"assignee_id": each.to},
    )


def close(cx: Context, case_ids: Sequence[int]) -> None:
    """Whoever had these cases has them no more."""
    cx.db.execute(
        update(Assignment)
        .where(Assignment.case_id.in_(case_ids), Assignment.until_at.is_(None))
        .values(until_at=cx.now)
        .execution_options(synchronize_session=False)
    )


def _answer(cx: Context, case_ids: Sequence[int]) -> None:
    if case_ids:
        cx.db.execute(
            update(WorkRefusal)
            .where(WorkRefusal.case_id.in_(case_ids), WorkRefusal.answered_at.is_(None))
            .values(answered_at=cx.now)
            .execution_options(synchronize_session=False)
        )
