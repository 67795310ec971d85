"""Is every corrective action done by its day: what a complaint taught is else forgotten."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import CorrectiveAction


def overdue(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Open corrective actions whose day has passed."""
    rows = cx.db.execute(
        select(CorrectiveAction.id, CorrectiveAction.case_id, CorrectiveAction.due_at).where(
            CorrectiveAction.case_id.in_(ids),
            CorrectiveAction.done_at.is_(None),
            CorrectiveAction.due_at < cx.now,
        )
    )
    for row in rows:
        says = f"Corrective action {row.id} was due on {row.due_at:%Y-%m-%d} UTC and has no proof."
        yield Finding("correction_overdue", says, row.case_id, f"action/{row.id}")
