"""Who of us works for a contract in which role, and how people of ours are called."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import Role, User, UserContract, user_role


def colleagues(
    cx: Context, *, contract_id: int, roles: Collection[str]
) -> tuple[tuple[int, str], ...]:
    """Id and name (with title) of the active people of these roles on this contract, by name."""
    rows = cx.db.execute(
        select(User.id, User.name, User.title)
        .join(UserContract, UserContract.user_id == User.id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(
            UserContract.contract_id == contract_id,
            Role.name.in_(roles),
            User.active,
            User.left_on.is_(None),
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return tuple((row.id, _in_full(row)) for row in rows)


def names_of(cx: Context, ids: Collection[int]) -> dict[int, str]:
    """The names (with title) of these people of ours, also of those who left; one question, none
    where there is nobody to name."""
    if not ids:
        return {}
    rows = cx.db.execute(select(User.id, User.name, User.title).where(User.id.in_(set(ids))))
    return {row.id: _in_full(row) for row in rows}


def _in_full(row: Any) -> str:
    return f"{row.name}, {row.title}" if row.title else str(row.name)
