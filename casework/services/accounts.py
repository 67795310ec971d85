"""Accounts: who may sign in, in which roles, for which contracts; and when that ends.

Whatever takes a right away ends the person's sessions in the same transaction. Administration is
written to the security history. It knows no page and no case.
"""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import ApiToken, User, UserContract, WayIn, WebSession
from casework.records.accounts import end_sessions, roles_named
from casework.services import new_account, passwords

# How long an answered request for an account is kept: for whoever asks why no mail came.
KEPT: Final = timedelta(days=7)


@command
def create_user(cx: Context, new: new_account.NewAccount) -> int:
    """The id of a new account. Raises Invalid naming each field to correct."""
    _administrator(cx)
    email = new.email.strip().lower()
    new_account.refuse_wrong(cx, new, email)
    user = User(
        email=email,
        name=new.name.strip(),
        title=new.title.strip(),
        kind=new.kind,
        password=passwords.hashed(new.password) if new.password is not None else None,
        fs_uniquifier=uuid.uuid4().hex,
        organization_id=new.organization_id,
        member_id=new.member_id,
        sees_restricted=new.sees_restricted,
        preferences={},
        roles=roles_named(cx, new.roles),
    )
    cx.db.add(user)
    try:
        cx.db.flush()
    except IntegrityError as error:
        raise new_account.refused_by_database(error) from error
    _write_contracts(cx, user.id, new.contract_ids)
    observations.append(cx, "user_created", what=f"user:{user.id}")
    return user.id


@command
def disable_user(cx: Context, user_id: int, *, left_on: date | None = None) -> None:
    """Nobody signs in with this account any more; its sessions and tokens end now."""
    _administrator(cx, about=user_id)
    user = _user(cx, user_id)
    user.active, user.left_on = False, left_on
    end_sessions(cx, user)
    cx.db.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=cx.now)
    )
    observations.append(cx, "user_disabled", what=f"user:{user_id}")


@command
def enable_user(cx: Context, user_id: int) -> None:
    """The account may be used again, with the roles that it had."""
    _administrator(cx, about=user_id)
    user = _user(cx, user_id)
    user.active, user.left_on = True, None
    observations.append(cx, "user_enabled", what=f"user:{user_id}")


@command
def set_roles(cx: Context, user_id: int, *, roles: Iterable[str]) -> None:
    """Give the account exactly these roles; its sessions end, so that they hold at once."""
    _administrator(cx, about=user_id)
    user = _user(cx, user_id)
    wanted = tuple(roles)
    wrong = new_account.wrong_roles(user.kind, wanted)
    if wrong:
        raise Invalid("The roles cannot be set.", fields={"roles": wrong})
    user.roles = roles_named(cx, wanted)
    end_sessions(cx, user)
    observations.append(cx, "roles_set", what=f"user:{user_id}:{'+'.join(sorted(wanted))}")


@command
def set_contracts(
    cx: Context, user_id: int, *, contract_ids: Iterable[int], sees_restricted: bool
) -> None:
    """Let a member of staff work for exactly these contracts; his sessions end."""
    _administrator(cx, about=user_id)
    user = _user(cx, user_id)
    if user.kind != "staff":
        raise Invalid(
            "Only staff work for contracts.", fields={"user": "Choose somebody of the staff."}
        )
    wanted = tuple(contract_ids)
    wrong = new_account.wrong_contracts(cx, wanted)
    if wrong:
        raise Invalid("The contracts cannot be set.", fields={"contracts": wrong})
    cx.db.execute(delete(UserContract).where(UserContract.user_id == user_id))
    _write_contracts(cx, user_id, wanted)
    user.sees_restricted = sees_restricted
    end_sessions(cx, user)
    observations.append(cx, "contracts_set", what=f"user:{user_id}")


@command
def set_password(cx: Context, user_id: int, *, password: str) -> None:
    """Give somebody a new password, as an administrator or for himself; all his sessions end.

    Whoever changes his own has shown the old one at the door. Raises Invalid (field `password`).
    """
    own = cx.principal.kind == "user" and cx.principal.id == user_id
    if not own:
        _administrator(cx)
    user = _user(cx, user_id)
    passwords.require_good(
        password, kind=user.kind, personal=new_account.personal(user.name, user.email)
    )
    user.password = passwords.hashed(password)
    end_sessions(cx, user)
    observations.append(cx, "password_set", what=f"user:{user_id}")


@command
def reset_second_factor(cx: Context, user_id: int) -> None:
    """Forget a lost authenticator and its recovery codes; the next sign-in sets up a new one."""
    _administrator(cx, about=user_id)
    user = _user(cx, user_id)
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    end_sessions(cx, user)
    observations.append(cx, "second_factor_reset", what=f"user:{user_id}")


@command
def prefer_language(cx: Context, *, language: str) -> None:
    """Remember in which language the acting person reads (`en` or `es`)."""
    user = _user(cx, cx.principal.id)
    user.preferences = {**user.preferences, "language": language}


@command
def end_session(cx: Context, session_id: int) -> None:
    """End one session of the acting person. Raises NotFound when it is not his."""
    ended = cx.db.execute(
        delete(WebSession)
        .where(WebSession.id == session_id, WebSession.user_id == cx.principal.id)
        .returning(WebSession.id)
    ).scalar()
    if ended is None:
        raise NotFound("This sign-in has ended already.")
    observations.append(cx, "session_ended", what=f"ws-{session_id}")


@command
def forget_expired_sessions(cx: Context) -> int:
    """Remove the rows of sessions past their end (`cx.now` is the wall clock), and requests for
    accounts a week after their links; how many sessions."""
    cx.db.execute(delete(WayIn).where(WayIn.expires_at < cx.now - KEPT))
    gone = cx.db.execute(
        delete(WebSession).where(WebSession.expires_at < cx.now).returning(WebSession.id)
    ).all()
    return len(gone)


def _administrator(cx: Context, *, about: int | None = None) -> None:
    """The console of the machine may; else policy decides, and nobody changes his own rights."""
    if cx.principal.kind == "system":
        return
    policy.require(cx.principal, "", "administer")
    if about == cx.principal.id:
        raise NotAllowed("Another administrator must change your own account.", source="administer")


def _user(cx: Context, user_id: int) -> User:
    user = cx.db.execute(select(User).where(User.id == user_id).with_for_update(of=User)).scalar()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def _write_contracts(cx: Context, user_id: int, contract_ids: Iterable[int]) -> None:
    rows = [{"user_id": user_id, "contract_id": number} for number in sorted(set(contract_ids))]
    if rows:
        cx.db.execute(insert(UserContract), rows)
