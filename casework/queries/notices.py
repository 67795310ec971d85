"""The inbox on the desk: what the ladder and the post room tell a person of the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, or_, select

from casework.context import Context
from casework.models import Case, Escalation, StaffNotice
from casework.queries.escalations import number_of_clock

MOST: Final = 20


@dataclass(frozen=True)
class Notice:
    """One line: its code, the case it is about, the escalation to answer (the newest), and the
    `ESC-` numbers where there are any. Clocks of one case that reach the same step at once are one
    line; `ids` are all notices behind it."""

    ids: tuple[int, ...]
    code: str
    ref: str
    title: str
    at: datetime
    due_at: datetime | None
    escalation_id: int | None
    escalations: tuple[str, ...]


def unseen(cx: Context) -> tuple[Notice, ...]:
    """What is addressed to this person, or to his role and nobody by name; the newest first."""
    rows = cx.db.execute(
        _mine(cx).where(StaffNotice.seen_at.is_(None)).order_by(StaffNotice.id.desc()).limit(MOST)
    ).all()
    together: dict[Any, list[Any]] = {}
    for row in rows:
        together.setdefault((row.ref, row.code, row.at), []).append(row)
    return tuple(_notice(same) for same in together.values())


def _notice(same: Sequence[Any]) -> Notice:
    newest = same[0]
    return Notice(
        ids=tuple(row.id for row in same),
        code=newest.code,
        ref=newest.ref,
        title=newest.title,
        at=newest.at,
        due_at=newest.next_due_at,
        escalation_id=newest.escalation_id,
        escalations=tuple(dict.fromkeys(row.number for row in reversed(same) if row.number)),
    )


def _mine(cx: Context) -> Select[Any]:
    number = number_of_clock()
    return (
        select(
            StaffNotice.id,
            StaffNotice.code,
            StaffNotice.at,
            StaffNotice.escalation_id,
            Case.ref,
            Case.title,
            Case.next_due_at,
            number.label("number"),
        )
        .join(Case, Case.id == StaffNotice.case_id)
        .outerjoin(Escalation, Escalation.id == StaffNotice.escalation_id)
        .where(
            or_(
                StaffNotice.user_id == cx.principal.id,
                and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(cx.principal.roles)),
            )
        )
    )
