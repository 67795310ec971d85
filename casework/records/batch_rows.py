"""The rows of a batch of assignments: which wait, what speaks against each, what came of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from casework import ledger, policy
from casework.context import Context, Principal
from casework.metadata import table_of
from casework.models import WorkBatchRow
from casework.records.rungs import People

DONE, REFUSED, UNDONE, KEPT = "done", "refused", "undone", "kept"
# Who may be given a case.
WORKERS: Final = policy.STAFF - {"compliance"}
HELD_BY_OTHERS: Final = "Somebody works on it at this moment, or it is beyond your reach."
MOVED_ON: Final = "It moved on after the plan was made."


@dataclass(frozen=True)
class Proposal:
    """One case as it was seen, whose it is, to whom it is to go (None: nobody may), and why."""

    case_id: int
    seen: int
    from_id: int | None
    to_id: int | None
    why: str


@dataclass(frozen=True)
class Result:
    """What came of one row; `version` is that of the case after it."""

    of_row: int
    new_result: str
    new_said: str
    new_version: int | None = None


def of(cx: Context, number: int, result: str, limit: int) -> list[Any]:
    """Up to `limit` rows of this batch with this result, in the order of the plan."""
    return list(
        cx.db.execute(
            select(
                WorkBatchRow.id,
                WorkBatchRow.case_id,
                WorkBatchRow.seen,
                WorkBatchRow.from_id,
                WorkBatchRow.to_id,
                WorkBatchRow.why,
                WorkBatchRow.version,
            )
            .where(WorkBatchRow.batch_id == number, WorkBatchRow.result == result)
            .order_by(WorkBatchRow.id)
            .limit(limit)
        )
    )


def against(who: Principal, case: ledger.Head | None, row: Any, staff: People) -> str:
    """Why this row is not carried out, in a sentence; empty where it may be."""
    if case is None:
        return HELD_BY_OTHERS
    if case.version != row.seen or case.assignee_id != row.from_id:
        return MOVED_ON
    if not case.open:
        return "It is closed."
    refused = policy.refusal(who, case.kind, "assign")
    if refused is not None:
        return refused.sentence
    if not any(row.to_id in staff.by_role.get((case.contract_id, role), ()) for role in WORKERS):
        return "This person no longer works for its contract."
    if case.restricted and row.to_id not in staff.restricted:
        return "It is restricted, and this person may not see restricted cases."
    return ""


def against_undoing(case: ledger.Head | None, row: Any) -> str:
    """Why this row stays as it was carried out; empty where it may be undone."""
    if case is None:
        return HELD_BY_OTHERS
    if case.version != row.version or case.assignee_id != row.to_id:
        return "It moved on since it was handed out."
    return ""


def write(cx: Context, results: Sequence[Result]) -> None:
    """Keep what came of these rows."""
    if not results:
        return
    table = table_of(WorkBatchRow)
    cx.db.connection().execute(
        update(table)
        .where(table.c.id == bindparam("of_row"))
        .values(
            result=bindparam("new_result"),
            said=bindparam("new_said"),
            version=bindparam("new_version"),
        ),
        [asdict(each) for each in results],
    )
