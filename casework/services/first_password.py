"""The password that somebody of the plan or of an office chooses by a link from an administrator.

The link proves the mailbox; a second factor, where the account has one, is still asked for.
"""

from sqlalchemy import select, update

from casework import observations
from casework.context import Context, Principal
from casework.db import command
from casework.errors import NotFound
from casework.models import User, WayIn
from casework.records.accounts import end_sessions
from casework.services import joining, new_account, passwords

MAIL = "staff"
_GONE = "This link is no longer good. Ask your administrator for a new one."


@command
def choose(cx: Context, key: str, *, password: str) -> int:
    """Give the account of this link its password; sessions and other such links end. Its id.
    Raises NotFound, Invalid (field `password`). `cx.now` is the wall clock."""
    row = joining.living(cx, key)
    if row.mail != MAIL:
        raise NotFound(_GONE)
    user = owner(cx, row)
    if user is None:
        raise NotFound(_GONE)
    passwords.require_good(
        password, kind=user.kind, personal=new_account.personal(user.name, user.email)
    )
    user.password = passwords.hashed(password)
    end_sessions(cx, user)
    joining.use_up(cx, row)
    cx.db.execute(
        update(WayIn)
        .where(WayIn.user_id == user.id, WayIn.mail == MAIL, WayIn.id != row.id)
        .where(WayIn.stage.in_(("sending", "mailed", "in_doubt", "asked", "again")))
        .values(stage="void")
        .execution_options(synchronize_session=False)
    )
    who = Principal(kind="user", id=user.id, name=user.name)
    observations.append(cx, "password_chosen", what=f"user:{user.id}", about=who)
    return user.id


def owner(cx: Context, row: WayIn) -> User | None:
    """Whose link this is, while the account is open."""
    return cx.db.execute(
        select(User).where(User.id == row.user_id, User.active, User.kind != "member")
    ).scalar()


def asked_of(cx: Context, key: str) -> User | None:
    """Whom a link that is good lets choose, or None; only the system asks."""
    row = joining.found(cx, key)
    return owner(cx, row) if row is not None and row.mail == MAIL else None
