"""The security history: nobody rewrites it unseen, and no record is shown that it cannot note."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from casework import observations
from casework.config import Settings
from casework.context import Context, Principal
from casework.db import Database
from casework.errors import NotReady
from casework.ground import database_for
from casework.models import ChainHead, SecurityEvent
from casework.queries import accounts
from tests.web.conftest import Cast

Tamper = Callable[[Connection], object]


def nurse(cast: Cast, **more: object) -> Context:
    who = Principal(kind="user", id=cast.ids["nurse"], roles=frozenset({"nurse"}))
    return cast.system.but(principal=who, request_id="r1", session_ref="ws-1", **more)


def entries(database: Database) -> list:
    with database.engine.connect() as connection:
        return list(
            connection.execute(
                select(SecurityEvent.__table__).order_by(SecurityEvent.chain, SecurityEvent.seq)
            ).mappings()
        )


def test_a_look_says_who_saw_what_of_whom(cast: Cast, database: Database) -> None:
    observations.look(nurse(cast), case_id=17, member_id=4, what="case")
    entry = [e for e in entries(database) if e["event"] == "look"][-1]
    assert (entry["case_id"], entry["member_id"], entry["what"]) == (17, 4, "case")
    assert (entry["actor_kind"], entry["actor_id"]) == ("user", cast.ids["nurse"])
    assert (entry["actor_role"], entry["session_ref"], entry["request_id"]) == (
        "nurse",
        "ws-1",
        "r1",
    )
    assert entry["chain"].startswith("acc-")
    assert 0 <= int(entry["chain"][4:]) < observations.ACCESS_SHARDS
    assert observations.verify(database) is None


def test_administration_stands_beside_its_change(cast: Cast, database: Database) -> None:
    cast.add("noted")
    (entry,) = [e for e in entries(database) if e["what"] == f"user:{cast.ids['noted']}"]
    assert entry["event"] == "user_created"
    assert entry["chain"].startswith("sys-")


def test_people_who_act_at_once_leave_one_chain_each_whole(cast: Cast, database: Database) -> None:
    def work(number: int) -> None:
        who = Principal(kind="user", id=number % 3, roles=frozenset({"nurse"}))
        for _ in range(10):
            observations.note(cast.system.but(principal=who), "signed_in")
            observations.look(cast.system.but(principal=who), member_id=number, what="member")

    before = len(entries(database))
    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(database)) == before + 6 * 20
    assert observations.verify(database) is None


def test_strangers_do_not_queue_on_one_chain() -> None:
    stranger = Principal(kind="anonymous")
    chains = {observations.shard("sys", stranger, f"request-{n}") for n in range(200)}
    assert len(chains) == observations.SECURITY_SHARDS


def test_the_application_cannot_change_an_entry(cast: Cast, database: Database) -> None:
    observations.note(nurse(cast), "signed_in")
    for statement in ("update security_event set what = 'x'", "delete from security_event"):
        with database.engine.connect() as connection, pytest.raises(DBAPIError, match="permission"):
            connection.execute(text(statement))


def _column(name: str, value: str) -> Tamper:
    return lambda c: c.execute(
        text(f"update security_event set {name} = {value} where chain = :chain and seq = 2"),
        {"chain": "sys-03"},
    )


TAMPERED: dict[str, Tamper] = {
    "event": _column("event", "'nothing'"),
    "who": _column("actor_id", "actor_id + 1"),
    "role": _column("actor_role", "'admin'"),
    "when": _column("recorded_at", "recorded_at + interval '1 microsecond'"),
    "whom": _column("member_id", "5"),
    "case": _column("case_id", "5"),
    "what": _column("what", "'other'"),
    "session": _column("session_ref", "'ws-9'"),
    "request": _column("request_id", "'other'"),
    "hash": _column("hash", "'\\x00'"),
    "mac": _column("mac", "'\\x00'"),
    "before": _column("prev_hash", "'\\x00'"),
    "removed": lambda c: c.execute(
        text("delete from security_event where chain = 'sys-03' and seq = 2")
    ),
    "swapped": lambda c: [
        c.execute(
            text(f"update security_event set seq = {new} where chain = 'sys-03' and seq = {old}")
        )
        for old, new in ((2, 99), (3, 2), (99, 3))
    ],
    "cut off": lambda c: c.execute(
        text("delete from security_event where chain = 'sys-03' and seq = 4")
    ),
    "head moved back": lambda c: c.execute(
        text("update chain_head set seq = seq - 1 where chain = 'sys-03'")
    ),
    "head removed": lambda c: c.execute(text("delete from chain_head where chain = 'sys-03'")),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_every_change_of_the_owner_is_found(
    cast: Cast, database: Database, settings: Settings, name: str
) -> None:
    somebody = next(
        who
        for number in range(1000)
        if observations.shard("sys", who := Principal(kind="user", id=number), "") == "sys-03"
    )
    while len([e for e in entries(database) if e["chain"] == "sys-03"]) < 4:
        observations.note(cast.system.but(principal=somebody), "signed_in", what="via:test")
    assert observations.verify(database) is None
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection:
        kept = {
            table: connection.execute(
                text(f"select * from {table} where chain = 'sys-03' order by seq")
            )
            .mappings()
            .all()
            for table in ("security_event", "chain_head")
        }
        connection.execute(text("alter table security_event disable trigger user"))
        TAMPERED[name](connection)
        connection.commit()
        found = observations.verify(database)
        for table, rows in kept.items():
            connection.execute(text(f"delete from {table} where chain = 'sys-03'"))
            columns = ", ".join(rows[0])
            values = ", ".join(f":{column}" for column in rows[0])
            connection.execute(
                text(f"insert into {table} ({columns}) values ({values})"), [dict(r) for r in rows]
            )
        connection.execute(text("alter table security_event enable trigger user"))
        connection.commit()
    owner.dispose()
    assert found is not None
    assert found[0] == "sys-03"
    assert observations.verify(database) is None


def test_another_key_proves_nothing(cast: Cast, database: Database) -> None:
    observations.note(nurse(cast), "signed_in")
    keys = {**database.settings.keys, "audit": b"k" * 64}
    forged = database_for(replace(database.settings, keys=keys))
    assert observations.verify(forged) is not None
    forged.engine.dispose()


def test_what_cannot_be_noted_is_not_shown(
    cast: Cast, database: Database, settings: Settings
) -> None:
    owner = create_engine(settings.database_owner_url)
    app_role = "casework_app"
    with owner.begin() as connection:
        connection.execute(text(f"revoke insert on security_event from {app_role}"))
    try:
        with pytest.raises(NotReady, match="so it is not shown"):
            observations.look(nurse(cast), member_id=1, what="case")
        with pytest.raises(NotReady, match="so nothing was done"):
            observations.note(nurse(cast), "signed_in")
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"grant insert on security_event to {app_role}"))
        owner.dispose()
    with database.reading(cast.system) as cx:
        assert accounts.reach_in_names(cx) == ("*",)
    with database.engine.connect() as connection:
        heads = dict(connection.execute(select(ChainHead.chain, ChainHead.seq)).all())
    assert heads
    assert observations.verify(database) is None
