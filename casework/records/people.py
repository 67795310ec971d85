"""People of ours whom a form names: who may be given work on this contract, and their names."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from casework.context import Context
from casework.errors import Invalid
from casework.models import CaseEvent, Role, User, UserContract, user_role


@dataclass(frozen=True)
class Colleague:
    """A person of ours who works for a contract."""

    id: int
    name: str
    sees_restricted: bool


def colleague(
    cx: Context, user_id: int, *, contract_id: int, roles: Collection[str], field: str
) -> Colleague:
    """The person with this id who works for the contract in one of these roles.

    Raises Invalid, naming `field`, when there is no such person.
    """
    found = cx.db.execute(
        select(User.id, User.name, User.sees_restricted)
        .join(UserContract, UserContract.user_id == User.id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(
            User.id == user_id,
            User.active,
            User.left_on.is_(None),
            UserContract.contract_id == contract_id,
            Role.name.in_(roles),
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        who = " or ".join(sorted(role.replace("_", " ") for role in roles))
        raise Invalid(
            f"Nobody with this number works for this contract as {who}.",
            fields={field: f"Choose a person who works for this contract as {who}."},
        )
    return Colleague(found.id, found.name, found.sees_restricted)


def who_referred(cx: Context, case_id: int) -> int | None:
    """Who referred the case to the physicians last, if he is still here: it goes back to him."""
    return cx.db.execute(
        select(User.id)
        .join(CaseEvent, CaseEvent.actor_id == User.id)
        .where(
            CaseEvent.case_id == case_id,
            CaseEvent.event == "referred_to_physician",
            CaseEvent.actor_kind == "user",
            User.active,
            User.left_on.is_(None),
        )
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).scalar()
