"""Refusals of work: the closed list of reasons, whom one keeps away, when the supervisors are told.

No case is passed over without end: after MOST refusals, or when the first of them is PATIENCE old
and still nobody has the case, it stands on the supervisors' list.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from casework import ledger
from casework.context import Context
from casework.models import Case, StaffNotice, WorkRefusal

REASONS: Final = {
    "conflict": "I know somebody in it, or had a part in it before",
    "no_skill": "It needs a skill or a licence that I do not have",
    "absent_soon": "I am away before it is due",
    "too_much": "I have too much that is due before it",
}
# These keep a case from a person for good; the others for a day.
LASTING: Final = frozenset({"conflict", "no_skill"})
A_DAY: Final = timedelta(hours=24)
MOST: Final = 3
PATIENCE: Final = timedelta(hours=8)
LEADS: Final = "supervisor"


def keeps_away(user_id: int, now: datetime) -> ColumnElement[bool]:
    """The condition on `cases`: this person refused it, and the reason still holds."""
    return select(WorkRefusal.id).where(*_still(user_id, now)).exists()


def reason_of(user_id: int, now: datetime) -> Any:
    """The reason of that refusal, as a column beside `cases`."""
    return (
        select(WorkRefusal.reason)
        .where(*_still(user_id, now))
        .order_by(WorkRefusal.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def kept_away(cx: Context, case_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Of these cases: (case, person) for everybody whose refusal still holds."""
    rows = cx.db.execute(
        select(WorkRefusal.case_id, WorkRefusal.user_id).where(
            WorkRefusal.case_id.in_(case_ids),
            or_(WorkRefusal.reason.in_(LASTING), WorkRefusal.at > cx.now - A_DAY),
        )
    )
    return frozenset((row.case_id, row.user_id) for row in rows)


def waiting() -> ColumnElement[bool]:
    """The condition on a refusal joined with its case: nobody has it, nobody answered."""
    return and_(
        WorkRefusal.answered_at.is_(None),
        WorkRefusal.state == Case.state,
        Case.open,
        Case.assignee_id.is_(None),
    )


def standing(cx: Context, case: ledger.Head) -> list[Any]:
    """The refusals of this case that nobody answered, in its present state, the first first."""
    return list(
        cx.db.execute(
            select(WorkRefusal.id, WorkRefusal.user_id, WorkRefusal.at, WorkRefusal.surfaced_at)
            .where(
                WorkRefusal.case_id == case.id,
                WorkRefusal.answered_at.is_(None),
                WorkRefusal.state == case.state,
            )
            .order_by(WorkRefusal.id)
        )
    )


def is_passed_over(refusals: Collection[Any], now: datetime) -> bool:
    """Whether these refusals of one case bring it onto the supervisors' list now."""
    if not refusals or any(each.surfaced_at is not None for each in refusals):
        return False
    return len(refusals) >= MOST or min(each.at for each in refusals) <= now - PATIENCE


def surface(cx: Context, case: ledger.Head, refusals: Collection[Any]) -> ledger.Change:
    """Put the case onto the supervisors' list and into their inbox; the change that says so."""
    cx.db.execute(
        update(WorkRefusal)
        .where(WorkRefusal.id.in_([each.id for each in refusals]))
        .values(surfaced_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    cx.db.execute(
        insert(StaffNotice).values(
            case_id=case.id, user_id=None, role=LEADS, code="passed_over", at=cx.now
        )
    )
    said = ledger.Said(more={"refusals": len(refusals)})
    return ledger.Change(case=case, observation="passed_over", said=said, moves_version=False)


def _still(user_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        WorkRefusal.case_id == Case.id,
        WorkRefusal.user_id == user_id,
        or_(WorkRefusal.reason.in_(LASTING), WorkRefusal.at > now - A_DAY),
    )
