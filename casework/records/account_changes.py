"""What a change of an account is: which need four eyes, what was before, and the carrying out.

Rows in, rows out: who may ask and confirm stands in `services.people`. Whatever takes a right away
ends the person's sessions in the same transaction.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update

from casework import observations
from casework.context import Context
from casework.errors import StateRefused
from casework.models import (
    AccountChange,
    ApiToken,
    HouseTask,
    Licence,
    Role,
    User,
    UserContract,
    user_role,
)
from casework.records import tries
from casework.records.accounts import end_sessions, roles_named

# Roles whose grant opens what one person alone must not open; licences that let one deny.
STRONG_ROLES: Final = frozenset({"admin", "compliance"})
STRONG_LICENCES: Final = frozenset({"MD", "DO"})
LICENCE_TASK: Final = "licence_ends"
WARN_BEFORE: Final = timedelta(days=60)
LAST: Final = "Somebody must be left who administers: this is the last administrator."


def needs_second(user: User, kind: str, wanted: Mapping[str, Any]) -> bool:
    """Whether a second administrator must confirm this change of this account."""
    if kind == "licence":
        return wanted["kind"] in STRONG_LICENCES
    held = {role.name for role in user.roles}
    if kind == "unlock":
        return bool(held & STRONG_ROLES) or user.sees_restricted
    if kind not in {"add", "rights"}:
        return False
    granted = set(wanted["roles"]) - held
    opened = wanted["sees_restricted"] and not user.sees_restricted
    return bool(granted & STRONG_ROLES) or opened


def as_it_is(cx: Context, user: User) -> dict[str, Any]:
    """What an account is now: roles, contracts, restricted cases, whether it is open."""
    contracts = select(UserContract.contract_id).where(UserContract.user_id == user.id)
    return {
        "roles": sorted(role.name for role in user.roles),
        "contracts": sorted(cx.db.scalars(contracts)),
        "sees_restricted": user.sees_restricted,
        "active": user.active,
    }


def carry_out(cx: Context, row: AccountChange, user: User) -> None:
    """Do what this change wants, now. Raises StateRefused where it would leave nobody."""
    row.was = as_it_is(cx, user)
    _CARRY[row.kind](cx, row, user)
    cx.db.flush()
    observations.append(cx, f"account_{row.kind}", what=f"user:{user.id}:change:{row.id}")


def turn(cx: Context, row: AccountChange, state: str, **more: Any) -> None:
    """From now on the change is `planned`, `done`, `refused`, `withdrawn` or `failed`."""
    cx.db.flush()
    cx.db.execute(
        update(AccountChange)
        .where(AccountChange.id == row.id)
        .values(state=state, **more)
        .execution_options(synchronize_session=False)
    )
    cx.db.refresh(row)


def one_at_a_time(cx: Context) -> None:
    """Two changes at once could end the last two administrators, each seeing the other."""
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("administrators"))))


def require_another_admin(cx: Context, user: User) -> None:
    """Raises StateRefused where nobody but this person administers and can sign in."""
    others = (
        select(User.id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(Role.name == "admin", User.active, User.kind == "staff", User.id != user.id)
        .where(User.left_on.is_(None))
    )
    is_admin = any(role.name == "admin" for role in user.roles)
    if is_admin and cx.db.execute(others.limit(1)).scalar() is None:
        raise StateRefused(LAST)


def lock_keys(user_id: int, email: str) -> dict[str, str]:
    """The keys under which wrong tries of this account are counted, each with what was tried."""
    return {
        tries.key_of("password", email): "password",
        tries.key_of("code", str(user_id)): "code",
        tries.key_of("forgot", email): "forgot",
    }


def warned_of(licence: Any) -> str:
    """The key of the task that warns of the end of this licence."""
    return f"{licence.id}:{licence.ends_on.isoformat()}"


def settle_warnings(cx: Context, user_id: int, *, why: str) -> None:
    """The tasks about the licences of this person are done."""
    cx.db.execute(
        update(HouseTask)
        .where(
            HouseTask.kind == LICENCE_TASK,
            HouseTask.user_id == user_id,
            HouseTask.done_at.is_(None),
        )
        .values(done_at=cx.now, done_by=cx.principal.name[:120], done_why=why[:300])
        .execution_options(synchronize_session=False)
    )


def _set_rights(cx: Context, row: AccountChange, user: User) -> None:
    if "admin" not in row.wanted["roles"]:
        require_another_admin(cx, user)
    user.roles = roles_named(cx, row.wanted["roles"])
    user.sees_restricted = bool(row.wanted["sees_restricted"])
    cx.db.execute(delete(UserContract).where(UserContract.user_id == user.id))
    rows = [{"user_id": user.id, "contract_id": each} for each in row.wanted["contracts"]]
    if rows:
        cx.db.execute(insert(UserContract), rows)
    end_sessions(cx, user)


def _add(cx: Context, row: AccountChange, user: User) -> None:
    _set_rights(cx, row, user)
    user.active = True


def _licence(cx: Context, row: AccountChange, user: User) -> None:
    told = row.wanted
    cx.db.add(
        Licence(
            user_id=user.id,
            kind=told["kind"],
            state=told["state"],
            number=told["number"],
            specialty=told["specialty"],
            starts_on=date.fromisoformat(told["starts_on"]),
            ends_on=date.fromisoformat(told["ends_on"]) if told["ends_on"] else None,
        )
    )
    settle_warnings(cx, user.id, why="A licence was recorded.")


def _end_licence(cx: Context, row: AccountChange, user: User) -> None:
    cx.db.execute(
        update(Licence)
        .where(Licence.id == row.wanted["licence_id"], Licence.user_id == user.id)
        .values(ends_on=date.fromisoformat(row.wanted["ends_on"]))
        .execution_options(synchronize_session=False)
    )


def _close(cx: Context, row: AccountChange, user: User) -> None:
    require_another_admin(cx, user)
    user.active = False
    end_sessions(cx, user)
    if row.kind != "end":
        return
    user.left_on = row.effective_on
    cx.db.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    settle_warnings(cx, user.id, why="The person left.")


def _unlock(cx: Context, row: AccountChange, user: User) -> None:
    user.active, user.left_on = True, None


def _lift(cx: Context, row: AccountChange, user: User) -> None:
    for key in lock_keys(user.id, user.email):
        tries.forget(cx, key=key)


def _nothing(cx: Context, row: AccountChange, user: User) -> None:
    """An invitation is written down by who asks for it: its link is a request of its own."""


_CARRY: Final[Mapping[str, Any]] = {
    "add": _add,
    "rights": _set_rights,
    "licence": _licence,
    "licence_end": _end_licence,
    "lock": _close,
    "unlock": _unlock,
    "end": _close,
    "lift": _lift,
    "invite": _nothing,
}
