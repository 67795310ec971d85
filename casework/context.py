"""Who acts, when, and on which database session: set once at the edge, then passed down, frozen.

It knows no rule: what a principal may do is `policy`, what he may see is `policy` and the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from casework.db import Database

Reach = Literal["all", "contracts", "organizations", "members", "none"]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What an account does not get of members who are not its own: ids of members, sorted.

    `hushed`: their confidential cases do not exist for it; `limited`: of them only the cases of the
    `series` exist, for the form names one service; `looks_only`: it may read and change nothing.
    """

    hushed: tuple[int, ...] = ()
    limited: tuple[int, ...] = ()
    series: tuple[int, ...] = ()
    looks_only: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Principal:
    """One acting person, client or the system itself.

    `reach` says which rows exist for him: all of them, those of the contracts, the organizations
    or the members whose ids stand in `ids`. `restricted` lets staff see restricted cases;
    `narrowed` is what members see less of those whom they help.
    """

    kind: Literal["user", "client", "system", "anonymous"]
    id: int = 0
    name: str = ""
    roles: frozenset[str] = frozenset()
    reach: Reach = "none"
    ids: tuple[int, ...] = ()
    restricted: bool = False
    organization_id: int | None = None
    scopes: frozenset[str] = frozenset()
    email: str = ""
    narrowed: Narrowed = Narrowed()

    @property
    def role(self) -> str:
        """The first of the roles by name: what the history writes down."""
        return min(self.roles) if self.roles else self.kind


SYSTEM = Principal(
    kind="system", name="Casework", roles=frozenset({"system"}), reach="all", restricted=True
)
ANONYMOUS = Principal(kind="anonymous", name="Somebody")


@dataclass(frozen=True, kw_only=True)
class Idempotency:
    """One use of an Idempotency-Key: route, key and the hash of the body that came with it."""

    route: str
    key: str
    body_sha256: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every command and question is given. `now` is the case time, aware, in UTC."""

    now: datetime
    principal: Principal
    request_id: str = ""
    session_ref: str = ""
    channel: str = ""
    idempotency: Idempotency | None = None
    database: "Database" = field(repr=False, compare=False)
    session: Session | None = field(default=None, repr=False, compare=False)

    @property
    def db(self) -> Session:
        """The open database session; only inside a command or a reading."""
        if self.session is None:
            raise RuntimeError("No database session: open one with @command or db.reading.")
        return self.session

    @property
    def rehearsed(self) -> bool:
        """True where all that is written will be taken back: numbers that people read and files
        outside the database are then not touched, for no rollback returns those."""
        return self.session is not None and bool(self.session.info.get("rehearsed"))

    def on(self, session: Session) -> "Context":
        """The same context on this session."""
        return replace(self, session=session)

    def but(self, **changes: Any) -> "Context":
        """The same context with these fields changed."""
        return replace(self, **changes)


def idempotency(headers: Mapping[str, str], *, route: str, body_sha256: str) -> Idempotency | None:
    """The Idempotency-Key of a request, or None when it carries none."""
    key = headers.get("Idempotency-Key", "").strip()
    return Idempotency(route=route, key=key, body_sha256=body_sha256) if key else None
