"""Is what a case owes done by its time: an obligation that nobody met calls the supervisor."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from casework.context import Context
from casework.integrity.finding import Finding
from casework.integrity.timers import PATIENCE
from casework.models import Obligation

# These are told as corrective actions that are late.
_TOLD_ELSEWHERE = "corrective_action_%"


def overdue(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Open obligations whose time has passed: one alarm each, until it is met."""
    rows = cx.db.execute(
        select(Obligation.id, Obligation.case_id, Obligation.says, Obligation.due_at)
        .where(
            Obligation.case_id.in_(ids),
            Obligation.done_at.is_(None),
            Obligation.due_at < cx.now - PATIENCE,
            Obligation.kind.not_like(_TOLD_ELSEWHERE),
        )
        .order_by(Obligation.id)
    )
    for row in rows:
        says = f"It was due {row.due_at:%Y-%m-%d %H:%M} UTC: {row.says.rstrip('.')}."
        yield Finding("obligation_overdue", says, row.case_id, f"obligation/{row.id}")
