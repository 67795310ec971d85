"""The inbox on the desk: what the ladder and the post room tell a person of the staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, or_, select

from casework.context import Context
from casework.models import Case, Escalation, StaffNotice

MOST: Final = 20


@dataclass(frozen=True)
class Notice:
    """One line: its code, the case it is about, and the `ESC-` number where time ran out."""

    id: int
    code: str
    ref: str
    title: str
    at: datetime
    due_at: datetime | None
    escalation: str


def unseen(cx: Context) -> tuple[Notice, ...]:
    """What is addressed to this person, or to his role and nobody by name; the newest first."""
    rows = cx.db.execute(
        _mine(cx).where(StaffNotice.seen_at.is_(None)).order_by(StaffNotice.id.desc()).limit(MOST)
    )
    return tuple(
        Notice(row.id, row.code, row.ref, row.title, row.at, row.next_due_at, row.escalation or "")
        for row in rows
    )


def _mine(cx: Context) -> Select[Any]:
    number = (
        select(Escalation.ref)
        .where(Escalation.case_id == StaffNotice.case_id, Escalation.ref != "")
        .order_by(Escalation.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("escalation")
    )
    return (
        select(
            StaffNotice.id,
            StaffNotice.code,
            StaffNotice.at,
            Case.ref,
            Case.title,
            Case.next_due_at,
            number,
        )
        .join(Case, Case.id == StaffNotice.case_id)
        .where(
            or_(
                StaffNotice.user_id == cx.principal.id,
                and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(cx.principal.roles)),
            )
        )
    )
