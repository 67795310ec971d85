"""People who sign in, changed on screen: asked for with a reason and a day, confirmed by a second
administrator where it matters, carried out on that day, kept as history.

Nobody changes his own account, nobody confirms what he asked for, and somebody who administers is
always left. The console of the machine (`casework users`) is for the first administrators.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, Problem, StateRefused
from casework.models import AccountChange, User
from casework.records import account_changes, ways_in
from casework.services import new_account
from casework.services.account_wishes import require_sound
from casework.services.new_account import NewAccount

ACTION: Final = "administer"
OWN: Final = "Another administrator must change your own account."
INVITED: Final = "staff"
MOST_OF_A_REASON: Final = 300
MOST_AHEAD: Final = timedelta(days=366)
# What holds at once, whatever day is typed.
AT_ONCE: Final = frozenset({"lock", "unlock", "lift", "invite", "licence", "licence_end"})


@dataclass(frozen=True)
class Asked:
    """A change that was asked for: its number, whose account, and whether it waits."""

    id: int
    user_id: int
    state: str


@command
def add_person(
    cx: Context, new: NewAccount, *, reason: str, effective_on: date, base: str = ""
) -> Asked:
    """An account for somebody new, closed until its day and, where it matters, its confirmation;
    then a link to a first password goes to its address. Raises NotAllowed, Invalid."""
    policy.require(cx.principal, "", ACTION)
    account_changes.one_at_a_time(cx)
    email = new.email.strip().lower()
    _require_reason(cx, reason, effective_on)
    new_account.refuse_wrong(cx, new, email)
    user = User(
        email=email,
        name=new.name.strip(),
        title=new.title.strip(),
        kind=new.kind,
        password=None,
        active=False,
        fs_uniquifier=uuid.uuid4().hex,
        organization_id=new.organization_id,
        preferences={},
        roles=[],
    )
    cx.db.add(user)
    try:
        cx.db.flush()
    except IntegrityError as error:
        raise new_account.refused_by_database(error) from error
    wanted = {
        "roles": sorted(new.roles),
        "contracts": sorted(new.contract_ids),
        "sees_restricted": new.sees_restricted,
        "base": base,
    }
    return _ask(cx, user, "add", wanted, reason=reason, effective_on=effective_on)


@command
def ask_change(
    cx: Context,
    user_id: int,
    kind: str,
    wanted: Mapping[str, Any],
    *,
    reason: str,
    effective_on: date,
) -> Asked:
    """Ask for a change of this account; what needs no second pair of eyes and no later day is done
    at once. Raises NotAllowed, NotFound, Invalid, StateRefused (the last administrator)."""
    policy.require(cx.principal, "", ACTION)
    if cx.principal.id == user_id:
        raise NotAllowed(OWN, source=ACTION)
    account_changes.one_at_a_time(cx)
    user = _user(cx, user_id)
    day = cx.now.date() if kind in AT_ONCE else effective_on
    _require_reason(cx, reason, day)
    told = require_sound(cx, user, kind, wanted)
    return _ask(cx, user, kind, told, reason=reason, effective_on=day)


@command
def confirm(cx: Context, change_id: int) -> Asked:
    """Say yes as the second administrator. Raises NotAllowed, NotFound, StateRefused."""
    row, user = _waiting(cx, change_id)
    _require_other(cx, row)
    _decided(cx, row)
    return _carry_or_plan(cx, row, user)


@command
def refuse(cx: Context, change_id: int, *, why: str) -> None:
    """Say no as the second administrator, with the reason. Raises as `confirm`, and Invalid."""
    row, _ = _waiting(cx, change_id)
    _require_other(cx, row)
    if not why.strip():
        raise Invalid("Say why not.", fields={"why": "Say why: who asked reads it."})
    _decided(cx, row, why=why.strip()[:MOST_OF_A_REASON])
    account_changes.turn(cx, row, "refused")
    observations.append(cx, "account_change_refused", what=f"user:{row.user_id}:change:{row.id}")


@command
def withdraw(cx: Context, change_id: int) -> None:
    """Take back what oneself asked for, or stop what was planned. Raises NotAllowed, NotFound."""
    policy.require(cx.principal, "", ACTION)
    row = _open(cx, change_id)
    if row.user_id == cx.principal.id:
        raise NotAllowed(OWN, source=ACTION)
    said = f"Withdrawn by {cx.principal.name}"[:MOST_OF_A_REASON]
    account_changes.turn(cx, row, "withdrawn", outcome=said, done_at=cx.now)
    observations.append(cx, "account_change_withdrawn", what=f"user:{row.user_id}:change:{row.id}")


@command
def carry_out_planned(cx: Context, change_id: int) -> str:
    """Do what was planned for a day that has come; the state in which the change then is. One that
    cannot be done any more is `failed`, with the sentence. Only the system asks."""
    account_changes.one_at_a_time(cx)
    row = _open(cx, change_id)
    if row.state != "planned" or row.effective_on > cx.now.date():
        return row.state
    user = _user(cx, row.user_id)
    try:
        with cx.db.begin_nested():
            _do(cx, row, user)
    except Problem as problem:
        cx.db.refresh(row)
        said = problem.sentence[:MOST_OF_A_REASON]
        account_changes.turn(cx, row, "failed", outcome=said, done_at=cx.now)
    return row.state


def planned(cx: Context) -> list[int]:
    """The changes whose day has come."""
    return list(
        cx.db.scalars(
            select(AccountChange.id)
            .where(AccountChange.state == "planned", AccountChange.effective_on <= cx.now.date())
            .order_by(AccountChange.id)
            .limit(100)
        )
    )


def _ask(
    cx: Context,
    user: User,
    kind: str,
    wanted: Mapping[str, Any],
    *,
    reason: str,
    effective_on: date,
) -> Asked:
    row = AccountChange(
        user_id=user.id,
        kind=kind,
        wanted=dict(wanted),
        was={},
        reason=reason.strip(),
        effective_on=effective_on,
        state="waiting",
        second_needed=account_changes.needs_second(user, kind, wanted),
        asked_at=cx.now,
        asked_by_id=cx.principal.id,
        asked_by=cx.principal.name[:120],
    )
    cx.db.add(row)
    cx.db.flush()
    if row.second_needed:
        observations.append(cx, f"account_{kind}_asked", what=f"user:{user.id}:change:{row.id}")
        return Asked(row.id, user.id, row.state)
    return _carry_or_plan(cx, row, user)


def _carry_or_plan(cx: Context, row: AccountChange, user: User) -> Asked:
    if row.effective_on > cx.now.date():
        if row.kind in {"end", "rights"}:
            account_changes.require_another_admin(cx, user)
        account_changes.turn(cx, row, "planned")
    else:
        _do(cx, row, user)
    cx.db.flush()
    return Asked(row.id, user.id, row.state)


def _do(cx: Context, row: AccountChange, user: User) -> None:
    account_changes.carry_out(cx, row, user)
    account_changes.turn(cx, row, "done", done_at=cx.now)
    if row.kind in {"add", "invite"}:
        ways_in.write(
            cx,
            INVITED,
            ways_in.Typed(email=user.email),
            base=str(row.wanted.get("base", "")),
            user_id=user.id,
        )
    cx.db.flush()


def _require_reason(cx: Context, reason: str, effective_on: date) -> None:
    wrong = {}
    if not reason.strip():
        wrong["reason"] = "Say why: an auditor reads it."
    elif len(reason.strip()) > MOST_OF_A_REASON:
        wrong["reason"] = f"Say it in {MOST_OF_A_REASON} characters."
    if not cx.now.date() <= effective_on <= cx.now.date() + MOST_AHEAD:
        wrong["effective_on"] = "Enter today or a day within a year."
    if wrong:
        raise Invalid("The change is not complete.", fields=wrong)


def _user(cx: Context, user_id: int) -> User:
    """Somebody of the plan or of an office; accounts of members are not changed here."""
    user = cx.db.execute(
        select(User)
        .where(User.id == user_id, User.kind.in_(("staff", "provider")))
        .with_for_update(of=User)
    ).scalar()
    if user is None:
        raise NotFound("There is no such person here.")
    return user


def _open(cx: Context, change_id: int) -> AccountChange:
    row = cx.db.execute(
        select(AccountChange).where(AccountChange.id == change_id).with_for_update()
    ).scalar()
    if row is None:
        raise NotFound("There is no such change.")
    if row.state not in {"waiting", "planned"}:
        raise StateRefused(f"This change is {row.state} already; nothing was done.")
    return row


def _waiting(cx: Context, change_id: int) -> tuple[AccountChange, User]:
    policy.require(cx.principal, "", ACTION)
    account_changes.one_at_a_time(cx)
    row = _open(cx, change_id)
    if row.state != "waiting":
        raise StateRefused("This change is confirmed already; nothing was done.")
    return row, _user(cx, row.user_id)


def _require_other(cx: Context, row: AccountChange) -> None:
    if cx.principal.id == row.asked_by_id:
        raise NotAllowed("Another administrator must confirm what you asked for.", source=ACTION)
    if cx.principal.id == row.user_id:
        raise NotAllowed(OWN, source=ACTION)


def _decided(cx: Context, row: AccountChange, *, why: str = "") -> None:
    row.decided_at, row.decided_by_id = cx.now, cx.principal.id
    row.decided_by, row.decided_why = cx.principal.name[:120], why
