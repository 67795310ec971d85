"""The cases within one's reach, newest first, by keyset: for offices, members and the API."""

from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import Case, Member


def own_cases(
    cx: Context, *, kind: str = "", before: int | None = None, limit: int = 50
) -> tuple[Any, ...]:
    """Cases of this kind (empty: of all kinds) below the id `before`, newest first."""
    statement = select(
        Case.id,
        Case.ref,
        Case.kind,
        Case.state,
        Case.title,
        Case.received_at,
        Case.next_due_at,
        Case.fast_track,
        Case.version,
        Case.outcome,
        Case.contract_version_id,
        Case.member_id,
        Member.given_name,
        Member.family_name,
    ).join(Member, Member.id == Case.member_id)
    if kind:
        statement = statement.where(Case.kind == kind)
    if before is not None:
        statement = statement.where(Case.id < before)
    return tuple(cx.db.execute(statement.order_by(Case.id.desc()).limit(max(1, min(limit, 100)))))
