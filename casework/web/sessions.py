"""Sessions in the database: the cookie holds a random token, a row its hash, and the row can end.

A stranger has no row until something must be remembered. A new token is issued whenever somebody
else, or somebody at last, is signed in; a token that we did not issue finds nothing. It knows no
password and no page.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from flask import Flask, Request, Response, g
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, insert, select, update

from casework import now
from casework.config import Settings
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.metadata import table_of
from casework.models import User, WebSession

IDLE: Final = {
    "staff": timedelta(minutes=15),
    "member": timedelta(minutes=15),
    "provider": timedelta(minutes=30),
}
IDLE_IN_DEMO: Final = timedelta(hours=8)
ABSOLUTE: Final = timedelta(hours=12)
STRANGER: Final = timedelta(minutes=30)
PER_USER: Final = 3
SEEN_EVERY: Final = timedelta(minutes=1)

_ROWS: Final = table_of(WebSession)
_USERS: Final = table_of(User)
_JSON: Final = TaggedJSONSerializer()
_SIGNED: Final = "_user_id"


def cookie_name(settings: Settings) -> str:
    """The host-bound name in production; over plain http browsers would refuse it."""
    return "__Host-casework" if settings.production else "casework"


def idle_limit(settings: Settings, kind: str | None) -> timedelta:
    """How long a session of this kind of account may rest."""
    if settings.demo:
        return IDLE_IN_DEMO
    return IDLE.get(kind or "", min(IDLE.values()))


@dataclass(frozen=True)
class Row:
    """The row of a session as it was found: empty data and id 0 for none."""

    id: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    last_seen: datetime | None = None
    expires: datetime | None = None
    idle: timedelta | None = None


class Visit(SessionMixin):
    """A browser's session. It is read from the database when somebody first asks, if at all."""

    def __init__(self, find: Callable[[], Row]) -> None:
        self._find = find
        self._row: Row | None = None
        self._data: dict[str, Any] = {}
        self.modified = False

    @property
    def loaded(self) -> bool:
        """True once somebody has asked."""
        return self._row is not None

    @property
    def row(self) -> Row:
        """The row behind this session, read now when it has not been."""
        if self._row is None:
            self._row = self._find()
            self._data = dict(self._row.data)
        return self._row

    @property
    def row_id(self) -> int:
        """The number of the row, 0 for none."""
        return self.row.id

    def __getitem__(self, key: str) -> Any:
        self.row  # noqa: B018 - reads the row
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.row  # noqa: B018
        self._data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        self.row  # noqa: B018
        del self._data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        self.row  # noqa: B018
        return iter(self._data)

    def __len__(self) -> int:
        self.row  # noqa: B018
        return len(self._data)

    def text(self) -> str:
        """The content as the row keeps it."""
        return _JSON.dumps(self._data)


class DatabaseSessions(SessionInterface):
    """Flask's way to sessions, on the table of sessions."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.name = cookie_name(database.settings)

    def open_session(self, app: Flask, request: Request) -> Visit:
        """The session of this request, not read yet."""
        token = request.cookies.get(self.name, "")
        return Visit(lambda: self._find(token) if token else Row())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed: a new token for a new person, the content, or that he was here."""
        visit = cast(Visit, session)
        if not visit.loaded:
            return
        row = visit.row
        if not len(visit):
            self._end(row, response)
        elif not row.id or visit.get(_SIGNED) != row.data.get(_SIGNED):
            self._renew(visit, response)
        elif visit.modified or self._is_due(row):
            values: dict[str, Any] = {"data": visit.text()} if visit.modified else {}
            if not g.get("passive", False):
                values["last_seen_at"] = now.wall()
            if values:
                self._write(update(_ROWS).where(_ROWS.c.id == row.id).values(**values))

    def _find(self, token: str) -> Row:
        """The living session of this token: not past its end, not idle for too long, of a person
        who may still sign in."""
        found = None
        with self.database.looking_up() as connection:
            found = connection.execute(
                select(_ROWS, _USERS.c.kind, _USERS.c.active)
                .outerjoin(_USERS, _USERS.c.id == _ROWS.c.user_id)
                .where(_ROWS.c.token_sha256 == _hash(token), _ROWS.c.revoked_at.is_(None))
            ).first()
        if found is None or found.active is False:
            return Row()
        idle = idle_limit(self.database.settings, found.kind)
        instant = now.wall()
        if instant >= found.expires_at or instant - found.last_seen_at >= idle:
            return Row()
        data = _JSON.loads(found.data)
        return Row(found.id, data, found.last_seen_at, found.expires_at, idle)

    def _is_due(self, row: Row) -> bool:
        """True when the row last heard of this browser a minute ago or more."""
        if g.get("passive", False) or row.last_seen is None:
            return False
        return now.wall() - row.last_seen >= SEEN_EVERY

    def _renew(self, visit: Visit, response: Response) -> None:
        """A new token and a new row; the old row ends. Only the newest few of a person stay."""
        token = secrets.token_urlsafe(32)
        instant = now.wall()
        signed = visit.get(_SIGNED)
        whose = select(_USERS.c.id).where(_USERS.c.fs_uniquifier == signed).scalar_subquery()
        newest = (
            select(_ROWS.c.id)
            .where(_ROWS.c.user_id == whose)
            .order_by(_ROWS.c.id.desc())
            .limit(PER_USER)
        )
        self._write(
            delete(_ROWS).where(_ROWS.c.id == visit.row_id),
            insert(_ROWS).values(
                token_sha256=_hash(token),
                user_id=whose if signed else None,
                data=visit.text(),
                created_at=instant,
                last_seen_at=instant,
                expires_at=instant + (ABSOLUTE if signed else STRANGER),
            ),
            delete(_ROWS).where(_ROWS.c.user_id == whose, _ROWS.c.id.not_in(newest)),
        )
        response.set_cookie(
            self.name,
            token,
            path="/",
            httponly=True,
            secure=self.database.settings.production,
            samesite="Lax",
        )

    def _end(self, row: Row, response: Response) -> None:
        if row.id:
            self._write(delete(_ROWS).where(_ROWS.c.id == row.id))
            response.delete_cookie(
                self.name,
                path="/",
                httponly=True,
                secure=self.database.settings.production,
                samesite="Lax",
            )

    def _write(self, *statements: Any) -> None:
        """Account rows only, in a short transaction of its own."""
        cx = Context(now=now.wall(), principal=SYSTEM, database=self.database)
        with self.database.observe(cx) as session:
            for statement in statements:
                session.execute(statement)


def owner_of(database: Database, request: Request) -> int:
    """The person whose session this browser has, or had until it ended by itself; 0 for nobody's
    and for one that was ended by hand."""
    token = request.cookies.get(cookie_name(database.settings), "")
    if not token:
        return 0
    with database.looking_up() as connection:
        found = connection.execute(
            select(_ROWS.c.user_id).where(
                _ROWS.c.token_sha256 == _hash(token), _ROWS.c.revoked_at.is_(None)
            )
        ).scalar()
    return int(found or 0)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
