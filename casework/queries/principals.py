"""From an account to a principal: which rows exist for the person who signed in.

Roles that do not belong to the kind of account count for nothing. It reads accounts only.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import policy
from casework.context import Principal, Reach
from casework.models import User, UserContract

READS_ALL: Final = frozenset({"compliance"})
OF_STAFF: Final = policy.STAFF | {"admin"}
OF_OFFICES: Final = frozenset({"provider", "provider_admin"})


def principal_for(session: Session, user: User) -> Principal:
    """The principal of this account, with its reach.

    Compliance reads all; other staff the contracts that they work for; an administrator no case; a
    provider's people their organization; members and representatives their member. An account
    that is switched off, or whose data do not fit its kind, reaches nothing.
    """
    roles = frozenset(role.name for role in user.roles)
    reach, ids, kept = _nothing()
    if user.active and user.kind == "staff":
        reach, ids, kept = _of_staff(session, user, roles & OF_STAFF)
    elif user.active and user.kind == "provider" and user.organization_id is not None:
        reach, ids, kept = "organizations", (user.organization_id,), roles & OF_OFFICES
    elif user.active and user.kind == "member" and user.member_id is not None:
        reach, ids, kept = "members", (user.member_id,), roles & policy.MEMBERS
    return Principal(
        kind="user",
        id=user.id,
        name=user.name,
        roles=kept,
        reach=reach if kept else "none",
        ids=ids if kept else (),
        restricted=user.kind == "staff" and user.sees_restricted,
        organization_id=user.organization_id if user.kind == "provider" else None,
        email=user.email,
    )


def _nothing() -> tuple[Reach, tuple[int, ...], frozenset[str]]:
    return "none", (), frozenset()


def _of_staff(
    session: Session, user: User, roles: frozenset[str]
) -> tuple[Reach, tuple[int, ...], frozenset[str]]:
    if roles & READS_ALL:
        return "all", (), roles
    if not roles - {"admin"}:
        return "none", (), roles
    contracts = session.scalars(
        select(UserContract.contract_id)
        .where(UserContract.user_id == user.id)
        .order_by(UserContract.contract_id)
    )
    return "contracts", tuple(contracts), roles
