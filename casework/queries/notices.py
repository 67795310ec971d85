"""The inbox on the desk: what the ladder and the post room tell a person of the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from casework.context import Context
from casework.models import Case, Escalation, StaffNotice

MOST: Final = 20


@dataclass(frozen=True)
class Notice:
    """One line: its code, the case it is about, and the `ESC-` numbers where time ran out. Clocks
    of one case that reach the same step at once are one line; `ids` are all notices behind it."""

    ids: tuple[int, ...]
    code: str
    ref: str
    title: str
    at: datetime
    due_at: datetime | None
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
        escalations=tuple(newest.escalations or ()),
    )


def _mine(cx: Context) -> Select[Any]:
    numbers = (
        select(func.array_agg(aggregate_order_by(Escalation.ref, Escalation.id)))
        .where(
            Escalation.case_id == StaffNotice.case_id,
            Escalation.opened_at == StaffNotice.at,
            literal("clock_") + Escalation.step == StaffNotice.code,
            Escalation.ref != "",
        )
        .scalar_subquery()
        .label("escalations")
    )
    return (
        select(
            StaffNotice.id,
            StaffNotice.code,
            StaffNotice.at,
            Case.ref,
            Case.title,
            Case.next_due_at,
            numbers,
        )
        .join(Case, Case.id == StaffNotice.case_id)
        .where(
            or_(
                StaffNotice.user_id == cx.principal.id,
                and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(cx.principal.roles)),
            )
        )
    )
