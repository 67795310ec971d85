"""What changes no case and must be provable: sign-ins, administration, looks at members' records.

Entries stand in sharded hash chains, so that people who act at once rarely wait for each other. A
look that cannot be written fails closed: the page is not shown. It knows no page and no rule.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework import chain
from casework.context import Context, Principal
from casework.db import Database
from casework.errors import NotReady
from casework.metadata import table_of
from casework.models import ChainHead, SecurityEvent

SECURITY_SHARDS: Final = 16
ACCESS_SHARDS: Final = 32
WHAT_LENGTH: Final = 80
UNSEEN: Final = "Casework cannot record that you looked at this record, so it is not shown."
_HEADS: Final = table_of(ChainHead)
_EVENTS: Final = table_of(SecurityEvent)


def shard(prefix: str, principal: Principal, request_id: str) -> str:
    """The chain of this actor: `sys-00` … `sys-15` or `acc-00` … `acc-31`.

    Strangers have no id; theirs is chosen by the request, so that they do not queue on one chain.
    """
    count = SECURITY_SHARDS if prefix == "sys" else ACCESS_SHARDS
    who = f"{principal.kind}:{principal.id or request_id}"
    return f"{prefix}-{hashlib.sha256(who.encode()).digest()[0] % count:02d}"


def append(cx: Context, event: str, *, what: str = "", about: Principal | None = None) -> None:
    """Write an administrative entry into the open transaction of a command.

    `event` is a code such as `roles_set`; `what` names its object by number, never by name.
    """
    _append(cx.db, cx, prefix="sys", event=event, what=what, actor=about or cx.principal)


def note(cx: Context, event: str, *, what: str = "", about: Principal | None = None) -> None:
    """Write a sign-in, a failure, a sign-out in a transaction of its own. Raises NotReady."""
    try:
        with cx.database.observe(cx) as session:
            _append(session, cx, prefix="sys", event=event, what=what, actor=about or cx.principal)
    except SQLAlchemyError as error:
        raise NotReady("Casework cannot write its history now, so nothing was done.") from error


def looks(cx: Context, member_ids: Sequence[int], *, what: str) -> None:
    """Write that this principal sees several members at once, such as in a list that he searched
    for: one entry for each, in one transaction. Raises NotReady as `look` does."""
    try:
        with cx.database.observe(cx) as session:
            for member_id in member_ids:
                _append(
                    session,
                    cx,
                    prefix="acc",
                    event="look",
                    what=what,
                    actor=cx.principal,
                    member_id=member_id,
                )
    except SQLAlchemyError as error:
        raise NotReady(
            "Casework cannot record that you looked at these records, so they are not shown."
        ) from error


def look(
    cx: Context, *, case_id: int | None = None, member_id: int | None = None, what: str
) -> None:
    """Write that this principal sees a member's record, before the page is shown.

    `what` is a code of the page, such as `case` or `document:17`. Raises NotReady when it cannot be
    written: then nothing is shown (45 CFR 164.312(b)).
    """
    try:
        with cx.database.observe(cx) as session:
            look_within(session, cx, case_id=case_id, member_id=member_id, what=what)
    except SQLAlchemyError as error:
        raise NotReady(UNSEEN) from error


def look_within(
    session: Session, cx: Context, *, case_id: int | None, member_id: int | None, what: str
) -> None:
    """The same inside a transaction of `observe` that writes something else as well."""
    _append(
        session,
        cx,
        prefix="acc",
        event="look",
        what=what,
        actor=cx.principal,
        case_id=case_id,
        member_id=member_id,
    )


def verify(database: Database) -> tuple[str, int] | None:
    """The first entry that does not follow from the one before it, as (chain, seq), or None.

    Finds a changed, removed or inserted entry by hash and MAC, a gap by its number, and a cut-off
    end by the head, whose number is then given.
    """
    key = database.settings.keys["audit"]
    with database.engine.connect() as plain:
        # Heads and entries of one instant, while others go on writing.
        connection = plain.execution_options(isolation_level="REPEATABLE READ")
        heads = {
            row.chain: (row.seq, chain.Link(row.hash, row.mac))
            for row in connection.execute(select(_HEADS))
        }
        return _first_bad(connection, heads, key)


def _append(
    session: Session,
    cx: Context,
    *,
    prefix: str,
    event: str,
    what: str,
    actor: Principal,
    case_id: int | None = None,
    member_id: int | None = None,
) -> None:
    name = shard(prefix, actor, cx.request_id)
    seq, before = _locked_head(session, name)
    values: dict[str, Any] = {
        "chain": name,
        "seq": seq + 1,
        "event": event,
        "recorded_at": cx.now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_role": actor.role,
        "session_ref": cx.session_ref,
        "request_id": cx.request_id,
        "case_id": case_id,
        "member_id": member_id,
        "what": what[:WHAT_LENGTH],
    }
    link = chain.after(before, _bytes_of(values), cx.database.settings.keys["audit"])
    session.execute(
        insert(_EVENTS).values(prev_hash=before.hash, hash=link.hash, mac=link.mac, **values)
    )
    session.execute(
        update(_HEADS)
        .where(_HEADS.c.chain == name)
        .values(seq=seq + 1, hash=link.hash, mac=link.mac)
    )


def _locked_head(session: Session, name: str) -> tuple[int, chain.Link]:
    """The last number and link of a chain, locked until the transaction ends; made on first use."""
    wanted = select(_HEADS.c.seq, _HEADS.c.hash, _HEADS.c.mac).where(_HEADS.c.chain == name)
    found = session.execute(wanted.with_for_update()).first()
    if found is None:
        start = chain.genesis(name)
        session.execute(
            pg_insert(_HEADS)
            .values(chain=name, seq=0, hash=start.hash, mac=start.mac)
            .on_conflict_do_nothing()
        )
        found = session.execute(wanted.with_for_update()).one()
    return int(found.seq), chain.Link(bytes(found.hash), bytes(found.mac))


def _bytes_of(values: dict[str, Any]) -> bytes:
    return chain.canonical(values[column] for column in chain.SECURITY_COLUMNS)


def _first_bad(
    connection: Connection, heads: dict[str, tuple[int, chain.Link]], key: bytes
) -> tuple[str, int] | None:
    rows = connection.execution_options(yield_per=2000).execute(
        select(_EVENTS).order_by(_EVENTS.c.chain, _EVENTS.c.seq)
    )
    ends: dict[str, tuple[int, chain.Link]] = {}
    for row in rows.mappings():
        seq, before = ends.get(row["chain"], (0, chain.genesis(row["chain"])))
        link = chain.after(before, _bytes_of(dict(row)), key)
        same = (row["prev_hash"], row["hash"], row["mac"]) == (before.hash, link.hash, link.mac)
        if row["seq"] != seq + 1 or not same:
            return str(row["chain"]), int(row["seq"])
        ends[row["chain"]] = (seq + 1, link)
    return next(_cut_off(ends, heads), None)


def _cut_off(
    ends: dict[str, tuple[int, chain.Link]], heads: dict[str, tuple[int, chain.Link]]
) -> Iterator[tuple[str, int]]:
    for name in sorted(ends.keys() | heads.keys()):
        nothing = (0, chain.genesis(name))
        if ends.get(name, nothing) != heads.get(name, nothing):
            yield name, heads.get(name, nothing)[0]
