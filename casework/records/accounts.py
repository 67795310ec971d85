"""Rows of accounts that several commands share: roles by name, the end of all sessions of one."""

import uuid
from collections.abc import Iterable

from sqlalchemy import delete, select

from casework.context import Context
from casework.models import Role, User, WebSession


def roles_named(cx: Context, names: Iterable[str]) -> list[Role]:
    """The rows of these roles, made where they are not there yet."""
    wanted = sorted(set(names))
    found = {role.name: role for role in cx.db.scalars(select(Role).where(Role.name.in_(wanted)))}
    for name in wanted:
        if name not in found:
            found[name] = Role(name=name, description=name.replace("_", " "))
            cx.db.add(found[name])
    cx.db.flush()
    return [found[name] for name in wanted]


def end_sessions(cx: Context, user: User) -> None:
    """End every session: the rows, and the name under which a session would find its user."""
    user.fs_uniquifier = uuid.uuid4().hex
    cx.db.execute(delete(WebSession).where(WebSession.user_id == user.id))
    cx.db.flush()
