"""Passkeys of an account: added, named, used, removed. What a browser proved is checked at the
door; here stand the rows. It knows no page and no browser.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from casework import observations
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Passkey, User

MOST: Final = 10
LONGEST_NAME: Final = 60


@command
def add(
    cx: Context,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    transports: Sequence[str],
    name: str,
) -> int:
    """Keep a passkey of the acting person; its id. Raises Invalid when it is kept already, or ten
    are (`cx.now` is the wall clock)."""
    user_id = cx.principal.id
    cx.db.execute(select(User.id).where(User.id == user_id).with_for_update())
    count = cx.db.execute(
        select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)
    ).scalar_one()
    if count >= MOST:
        raise Invalid("You have ten passkeys. Remove one first.")
    row = Passkey(
        user_id=user_id,
        name=_named(name) or f"Passkey {count + 1}",
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        transports=list(transports)[:8],
        added_at=cx.now,
    )
    cx.db.add(row)
    try:
        cx.db.flush()
    except IntegrityError as error:
        raise Invalid("This passkey is kept already.") from error
    observations.append(cx, "passkey_added", what=f"passkey:{row.id}")
    return row.id


@command
def rename(cx: Context, passkey_id: int, *, name: str) -> None:
    """Give an own passkey another name. Raises NotFound, Invalid (field `name`)."""
    wanted = _named(name)
    if not wanted:
        raise Invalid("The passkey needs a name.", fields={"name": "Write a name."})
    changed = cx.db.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id, Passkey.user_id == cx.principal.id)
        .values(name=wanted)
        .returning(Passkey.id)
    ).scalar()
    if changed is None:
        raise NotFound("There is no such passkey here.")


@command
def remove(cx: Context, passkey_id: int) -> None:
    """Forget an own passkey. Raises NotFound; StateRefused for the last way to sign in."""
    user = cx.db.execute(
        select(User).where(User.id == cx.principal.id).with_for_update(of=User)
    ).scalar_one()
    rows = list(cx.db.scalars(select(Passkey.id).where(Passkey.user_id == user.id)))
    if passkey_id not in rows:
        raise NotFound("There is no such passkey here.")
    if len(rows) == 1 and not user.password:
        raise StateRefused("This is your only way to sign in. Choose a password first.")
    cx.db.execute(delete(Passkey).where(Passkey.id == passkey_id))
    observations.append(cx, "passkey_removed", what=f"passkey:{passkey_id}")


@command
def remove_all(cx: Context) -> int:
    """Forget every own passkey, as after a password was lost; how many. Raises StateRefused where
    there is no other way to sign in."""
    user = cx.db.execute(
        select(User).where(User.id == cx.principal.id).with_for_update(of=User)
    ).scalar_one()
    if not user.password:
        raise StateRefused("This is your only way to sign in. Choose a password first.")
    gone = cx.db.execute(
        delete(Passkey).where(Passkey.user_id == user.id).returning(Passkey.id)
    ).scalars()
    count = len(list(gone))
    if count:
        observations.append(cx, "passkeys_removed", what=f"passkeys:{count}")
    return count


@command
def used(cx: Context, passkey_id: int, *, sign_count: int) -> bool:
    """Note that a passkey signed somebody in. False when another sign-in with the same counter came
    first: one of the two is a copy (WebAuthn level 3, 7.2 step 22). `cx.now` is the wall clock."""
    moved = (Passkey.sign_count < sign_count) | (Passkey.sign_count + sign_count == 0)
    noted = cx.db.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id, moved)
        .values(sign_count=sign_count, used_at=cx.now)
        .returning(Passkey.id)
    ).scalar()
    return noted is not None


def _named(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]
