"""The cases within one's reach, newest first, by keyset: for offices, members and the API."""

from typing import Any

from sqlalchemy import not_, or_, select

from casework.context import Context
from casework.models import Case, Member
from statemachines import engine


def own_cases(
    cx: Context,
    *,
    kind: str = "",
    before: int | None = None,
    limit: int = 50,
    member_id: int | None = None,
    going_on: bool | None = None,
) -> tuple[Any, ...]:
    """Cases of this kind (empty: of all kinds) below the id `before`, newest first; of one member,
    and only those that are worked on (`going_on`) or that are over, where that is asked."""
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
    if member_id is not None:
        statement = statement.where(Case.member_id == member_id)
    if going_on is not None:
        works = or_(
            *(
                (Case.kind == each) & Case.state.in_(engine.open_states(each))
                for each in engine.KINDS
            )
        )
        statement = statement.where(works if going_on else not_(works))
    if before is not None:
        statement = statement.where(Case.id < before)
    return tuple(cx.db.execute(statement.order_by(Case.id.desc()).limit(max(1, min(limit, 100)))))
