"""The edge of a request: who asks, when, under which number; made once and passed down.

It is the only place of the pages that reads the request's clock. It knows no page.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import Flask, current_app, g, request, session
from flask_login import current_user
from flask_security.utils import is_user_authenticated

from casework import now
from casework.config import Settings
from casework.context import ANONYMOUS, Context, Principal
from casework.db import Database
from casework.models import User
from casework.queries.principals import principal_for

KEY: Final = "casework"
ACCOUNTS: Final = "casework.accounts"
# Numbers of a caller are taken over when they are hexadecimal: nobody's name fits into one.
_REQUEST_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){2,5}[0-9a-fA-F]{0,8}", re.ASCII)


def install(app: Flask, database: Database) -> None:
    """Hand the database of this process to the pages."""
    app.extensions[KEY] = database


def database() -> Database:
    """The database of this process."""
    found: Database = current_app.extensions[KEY]
    return found


def settings() -> Settings:
    """The settings of this process."""
    return database().settings


def request_id() -> str:
    """The number of this request: the caller's, where it is a plain one, or a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        fits = len(given) <= 36 and _REQUEST_ID.fullmatch(given)
        g.request_id = given.lower() if fits else secrets.token_hex(16)
    return str(g.request_id)


def bare() -> bool:
    """True where the page must not ask the database who is signed in: it may be what failed."""
    return bool(g.get("bare", False))


def user() -> User | None:
    """The account that is signed in, or None."""
    if bare() or not is_user_authenticated(current_user):
        return None
    found: User = current_user._get_current_object()
    return found


def user_preference(name: str) -> Any:
    """What the account that is signed in prefers under this name, or None."""
    account = user()
    return None if account is None else account.preferences.get(name)


def principal() -> Principal:
    """Who asks; ANONYMOUS when nobody is signed in."""
    if bare():
        return ANONYMOUS
    if "principal" not in g:
        account = user()
        g.principal = ANONYMOUS if account is None else principal_of(account)
    found: Principal = g.principal
    return found


def principal_of(account: User) -> Principal:
    """The principal of an account that is signed in, or about to be.

    The connection that read it goes back at once: a page would else hold it beside its own.
    """
    accounts = current_app.extensions[ACCOUNTS]
    try:
        return principal_for(accounts(), account)
    finally:
        accounts().give_back()


def session_ref() -> str:
    """A short public name of the browser session, for the history; empty when there is none."""
    return f"ws-{session_row_id()}" if session_row_id() else ""


def session_row_id() -> int:
    """The number of the browser session's row, 0 when it has none."""
    return int(getattr(session, "row_id", 0))


def cx() -> Context:
    """The context of this request, made once, at case time."""
    if "cx" not in g:
        g.cx = Context(
            now=database().case_now(),
            principal=principal(),
            request_id=request_id(),
            session_ref=session_ref(),
            channel="portal",
            database=database(),
        )
    found: Context = g.cx
    return found


def wall_cx(who: Principal | None = None) -> Context:
    """A context at the wall clock, for accounts, sessions and limits."""
    return Context(
        now=now.wall(),
        principal=who or principal(),
        request_id=request_id(),
        session_ref=session_ref(),
        channel="portal",
        database=database(),
    )


@contextmanager
def reading(*, fitted: bool = False) -> Iterator[Context]:
    """The context of this request on a read-only database session: for what a GET shows. `fitted`:
    its questions are planned for their own values."""
    with database().reading(cx(), fitted=fitted) as inside:
        yield inside


def form(name: str, *, limit: int = 2000) -> str:
    """A field of the form, without the blanks around it, cut to `limit` characters."""
    value: Any = request.form.get(name, "")
    return str(value).strip()[:limit]
