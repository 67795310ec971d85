"""The database: sessions bound to one principal, and the one commit of every command.

`@command` opens the transaction, binds who acts (row-level security reads it), runs, and commits:
nothing else in the house commits a case. `reading` is for questions, `observe` for looks, presence
and last-seen. It knows no table but its own plumbing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from sqlalchemy import Engine, Table, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

from casework import now, once
from casework.config import Settings
from casework.context import SYSTEM, Context, Principal
from casework.errors import Busy, NotReady
from casework.metadata import SCOPED, scope_of

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Ring = Callable[[frozenset[str]], None]
Criteria = Callable[[Principal], Mapping[str, Any]]

LOCK_WAIT = timedelta(seconds=3)
BUSY_SENTENCE = "Somebody else is changing this right now. Please try again in a moment."


class Unscoped(RuntimeError):
    """A query on people's data without a principal: a defect of ours, no user's mistake."""


class Database:
    """The engine of one process, with the wiring that the ground floor gave it."""

    def __init__(
        self,
        settings: Settings,
        *,
        criteria: Criteria | None = None,
        ring: Ring | None = None,
        pool_size: int = 5,
    ) -> None:
        if not settings.database_url:
            raise NotReady("DATABASE_URL is not set and no embedded PostgreSQL was started.")
        self.settings = settings
        self.criteria: Criteria = criteria or (lambda _principal: {})
        self.ring: Ring = ring or (lambda _topics: None)
        self.remembered: dict[Any, Any] = {}
        self.engine = engine_for(settings.database_url, pool_size=pool_size)

    def context(self, principal: Principal = SYSTEM, **fields: Any) -> Context:
        """A context for this instant of case time."""
        return Context(now=self.case_now(), principal=principal, database=self, **fields)

    def case_now(self) -> Any:
        """Case time: the wall clock, moved by the one offset row where demonstrations may."""
        if self.settings.production:
            return now.wall()
        with self.looking_up() as session:
            seconds = session.execute(_OFFSET).scalar()
        return now.case_time(timedelta(seconds=seconds or 0))

    @contextmanager
    def session(
        self, cx: Context, *, read_only: bool = False, fitted: bool = False
    ) -> Iterator[Session]:
        """A session for this principal alone; rolled back unless the caller commits. `fitted`: see
        `reading`."""
        session = Session(self.engine, expire_on_commit=False, autoflush=False)
        session.info.update(principal=cx.principal, criteria=self.criteria, topics=set())
        try:
            binding = _binding(cx.principal, read_only=read_only)
            session.execute(_BIND, binding | {"plans": "force_custom_plan" if fitted else "auto"})
            yield session
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable | DeadlockDetected | QueryCanceled):
                raise Busy(BUSY_SENTENCE) from error
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self, cx: Context, *, fitted: bool = False) -> Iterator[Context]:
        """The context on a read-only session: for questions. `fitted`: each is planned for its own
        values, which costs milliseconds and pays where one plan for all values is many times
        slower, as for the lists of a large house."""
        with self.session(cx, read_only=True, fitted=fitted) as session:
            yield cx.on(session)
            session.commit()

    @contextmanager
    def looking_up(self) -> Iterator[Session]:
        """A session for questions on accounts and settings, before anybody is known.

        Like `reading` it ends with COMMIT: at every ROLLBACK the driver throws away what the server
        had prepared on this connection, and each statement is planned anew.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def observe(self, cx: Context) -> Iterator[Session]:
        """A short transaction of its own for looks at records, presence and last-seen; no case."""
        with self.session(cx) as session:
            yield session
            session.commit()


def command(
    function: Callable[Concatenate[Context, P], R],
) -> Callable[Concatenate[Context, P], R]:
    """One public service function, one transaction: bind, run, commit, then ring the bells.

    With an Idempotency-Key in the context the answer (a dataclass of JSON primitives with a
    `replayed` field) is stored in the same transaction, and given again when the key comes back.
    """
    answer_type = function.__annotations__.get("return")

    @wraps(function)
    def run(cx: Context, *args: P.args, **kwargs: P.kwargs) -> R:
        if cx.session is not None:
            raise RuntimeError(f"{function.__name__}: a command never calls another command.")
        database = cx.database
        with database.session(cx) as session:
            inside = cx.on(session)
            if cx.idempotency is not None:
                known = once.claim(session, cx.principal, cx.idempotency, now.wall())
                if known is not None:
                    return once.replay(answer_type, known)  # type: ignore[no-any-return]  # of answer_type
            result = function(inside, *args, **kwargs)
            if cx.idempotency is not None:
                once.remember(session, cx.principal, cx.idempotency, result)
            session.commit()
            topics = frozenset(session.info["topics"])
        if topics:
            database.ring(topics)
        return result

    return run  # type: ignore[return-value]


def rehearse(step: Callable[..., R], cx: Context, *args: Any, look: Callable[[Context, R], S]) -> S:
    """What would stand if this command ran now: its very code runs, `look` sees, nothing stays.

    No commit, no bell, no record of an Idempotency-Key, no number that people read used up (see
    `Context.rehearsed`). `look` is given the context inside the transaction and the answer of the
    command; rows that it keeps are not to be read on later. Raises what the command raises.
    """
    if cx.session is not None:
        raise RuntimeError("A rehearsal is no part of a command.")
    # `wraps` left the bare function there; a Callable is not known to have it.
    function: Callable[..., R] = step.__wrapped__  # type: ignore[attr-defined]
    with cx.database.session(cx) as session:
        session.info["rehearsed"] = True
        inside = cx.but(idempotency=None).on(session)
        try:
            return look(inside, function(inside, *args))
        finally:
            session.rollback()


def engine_for(url: str, *, pool_size: int = 5) -> Engine:
    """An engine whose connections wait at most LOCK_WAIT for a lock and speak UTC."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={
            "options": f"-c lock_timeout={int(LOCK_WAIT.total_seconds() * 1000)}"
            " -c timezone=UTC -c statement_timeout=60000"
            # Behind the walls each statement looks dear to the planner, and compiling it costs more
            # than running it.
            " -c idle_in_transaction_session_timeout=60000 -c jit=off",
            "application_name": "casework",
        },
    )


_OFFSET = text("select seconds from time_offset")
_BIND = text(
    "select set_config('app.reach', :reach, true), set_config('app.ids', :ids, true),"
    " set_config('app.restricted', :restricted, true),"
    " set_config('app.hushed', :hushed, true), set_config('app.limited', :limited, true),"
    " set_config('app.series', :series, true), set_config('app.user', :user, true),"
    " set_config('transaction_read_only', :read_only, true),"
    " set_config('plan_cache_mode', :plans, true)"
)


def _binding(principal: Principal, *, read_only: bool) -> dict[str, str]:
    return {
        "reach": principal.reach,
        "ids": _array(principal.ids),
        "hushed": _array(principal.narrowed.hushed),
        "limited": _array(principal.narrowed.limited),
        "series": _array(principal.narrowed.series),
        "user": str(principal.id if principal.kind == "user" else 0),
        "restricted": "yes" if principal.restricted else "no",
        "read_only": "on" if read_only else "off",
    }


def _array(ids: tuple[int, ...]) -> str:
    return "{" + ",".join(str(i) for i in ids) + "}"


@event.listens_for(Session, "do_orm_execute")
def _default_deny(state: ORMExecuteState) -> None:
    """The read filter: no principal, no rows; otherwise only the rows of his reach."""
    principal = state.session.info.get("principal")
    if principal is None:
        touched = {t.name for t in _tables(state.statement) if scope_of(t) in SCOPED}
        if touched:
            raise Unscoped(f"No principal is bound, and {sorted(touched)} hold people's data.")
        return
    if principal.reach == "all" or not state.is_select or not state.is_orm_statement:
        return
    if not state.is_column_load and not state.is_relationship_load:
        within = state.session.info["criteria"](principal)
        names = {table.name for table in _tables(state.statement)}
        options = [within[name] for name in sorted(names & within.keys())]
        if options:
            state.statement = state.statement.options(*options)


# Statements that a module keeps are walked once.
_WALKED: Any = WeakKeyDictionary()


def _tables(statement: Any) -> frozenset[Table]:
    found: frozenset[Table] | None = _WALKED.get(statement)
    if found is None:
        found = _WALKED[statement] = frozenset(
            element
            for element in visitors.iterate(statement, {})
            if isinstance(element, Table) and "scope" in element.info
        )
    return found
