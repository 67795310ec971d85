"""Whose work stands still: people of ours who left, are switched off, or are away past the due.

Read once for a command or a page; the condition on `cases` names people by number, so that a list
of a hundred thousand cases asks no question for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from casework.context import Context
from casework.models import Absence, Case, User

# Absences that begin so soon count when work is handed out.
AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Whereabouts:
    """`gone`: who works here no more; `away`: who is away today, with the last day of it; `leaves`:
    the first day of the next absence of those who are here."""

    gone: frozenset[int]
    away: Mapping[int, date]
    leaves: Mapping[int, date]

    def stands_still(self) -> ColumnElement[bool]:
        """The condition on `cases`: whoever has it is gone, or away until it is due or later."""
        by_absence = [
            and_(Case.assignee_id == user_id, func.date(Case.next_due_at) <= until)
            for user_id, until in sorted(self.away.items())
            if user_id not in self.gone
        ]
        by_leaving = Case.assignee_id.in_(sorted(self.gone)) if self.gone else false()
        return or_(by_leaving, *by_absence)

    def holds_up(self, assignee_id: int | None, due_at: datetime | None) -> bool:
        """The same of one case."""
        if assignee_id is None:
            return False
        until = self.away.get(assignee_id)
        late = until is not None and due_at is not None and due_at.date() <= until
        return assignee_id in self.gone or late


def whereabouts(cx: Context) -> Whereabouts:
    """Where the staff is on the day of `cx.now`, in two questions."""
    today = cx.now.date()
    gone = cx.db.execute(
        select(User.id).where(
            User.kind == "staff", or_(User.active.is_(False), User.left_on.is_not(None))
        )
    )
    rows = cx.db.execute(
        select(Absence.user_id, Absence.starts_on, Absence.ends_on)
        .where(
            Absence.ended_at.is_(None),
            Absence.ends_on >= today,
            Absence.starts_on <= today + AHEAD,
        )
        .order_by(Absence.starts_on)
    ).all()
    away: dict[int, date] = {}
    leaves: dict[int, date] = {}
    for row in rows:
        if row.starts_on <= today:
            away[row.user_id] = max(row.ends_on, away.get(row.user_id, row.ends_on))
        else:
            leaves.setdefault(row.user_id, row.starts_on)
    return Whereabouts(frozenset(gone.scalars()), away, leaves)
