"""Whole histories at once, by COPY: the only writer of cases beside `record`, for seeds and moves.

Every step is asked of policy and of the machine, chained with the same code and projected by the
same clock engine as a live one, so no impossible history gets in. Nothing is owed afterwards: no
letter, no outbox. Marks that lie in the past are over, with the reason.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import psycopg
from sqlalchemy import Table, select

from casework import bridge, seal
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.ledger import copying, door, projection, tables
from casework.ledger.scribe import Book, ImpossibleHistory, Scribe
from casework.metadata import Base
from casework.models import (
    Case,
    CaseEvent,
    CaseParty,
    Clock,
    ClockMark,
    ContractVersion,
    Escalation,
    Obligation,
)
from sla.values import Answer
from sla.values import Clock as SlaClock

__all__ = ["Book", "Imported", "ImpossibleHistory", "Scribe", "import_histories"]

BEFORE: Final = "before the seed"
LAST: Final = "100"
_SECOND: Final = timedelta(seconds=1)
CHUNK: Final = 1_000
_CASES: Final = Base.metadata.tables[Case.__tablename__]
_PARTIES: Final = Base.metadata.tables[CaseParty.__tablename__]
_EVENTS: Final = Base.metadata.tables[CaseEvent.__tablename__]
_CLOCKS: Final = Base.metadata.tables[Clock.__tablename__]
_MARKS: Final = Base.metadata.tables[ClockMark.__tablename__]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written, and the checksum of all that can be read of it (no cipher, no key)."""

    cases: int
    events: int
    checksum: str


def import_histories(
    database: Database,
    authors: Iterable[Callable[[Book], None]],
    *,
    as_of: datetime,
    chunk: int = CHUNK,
    written: Callable[[int], None] = lambda _cases: None,
) -> Imported:
    """Have every author tell its cases, and copy them in, one transaction a chunk of authors.

    `written` is told after each commit how many cases there are by now. The checksum is equal for
    equal authors on an equal database. Raises ImpossibleHistory; chunks before it stay.
    """
    cx = Context(now=as_of, principal=SYSTEM, database=database)
    _remember_contracts(cx)
    wrapping = seal.wrapping_key(database.settings.keys["documents"])
    whole = hashlib.sha256()
    cases = events = 0
    with (
        copying.connect(database.settings) as asking,
        copying.connect(database.settings) as copy_to,
        ThreadPoolExecutor(max_workers=1) as writer,
    ):
        numbers = copying.Numbers(asking)
        copied: Future[None] | None = None
        for some in _chunks(authors, chunk):
            book = Book(cx, numbers, wrapping)
            for author in some:
                author(book)
            rows = _rows(book)
            whole.update(book.digest.digest())
            if copied is not None:
                copied.result()
                written(cases)
            # The database takes this chunk in while the next one is told.
            copied = writer.submit(_copy, copy_to, rows)
            cases += len(book.scribes)
            events += sum(len(scribe.events) for scribe in book.scribes)
        if copied is not None:
            copied.result()
    written(cases)
    return Imported(cases, events, whole.hexdigest())


def _chunks(authors: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(authors)
    while some := list(islice(rest, size)):
        yield some


def _remember_contracts(cx: Context) -> None:
    """Read every contract version once, so that the authors need no database."""
    with cx.database.reading(cx) as reading:
        for version_id in reading.db.execute(select(ContractVersion.id)).scalars():
            bridge.contract_of(reading, version_id)


def _rows(book: Book) -> dict[Table, list[dict[str, Any]]]:
    """Project the clocks of each case; all rows of the chunk by table."""
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (_CASES, _PARTIES, _EVENTS, _CLOCKS, _MARKS)
    }
    for scribe in book.scribes:
        answer = scribe.answer()
        rows[_CASES].append(_case_row(scribe, answer))
        rows[_EVENTS] += scribe.events
        rows[_PARTIES] += [
            {"case_id": scribe.id, "organization_id": organization, "role": role}
            for organization, role in scribe.parties
        ]
        _end_escalations(scribe, answer)
        rung = _rung(scribe)
        for clock in answer.clocks:
            _refuse_silence(scribe, clock, rung, book.cx.now)
            rows[_CLOCKS].append(projection.clock_row(scribe.id, clock, 1, answer))
            if projection.owed(clock, answer):
                rows[_MARKS] += _mark_rows(scribe, clock, rung.get(clock.name), book.cx.now)
            book.say((clock.name, clock.rule, str(clock.due_utc), clock.state))
    for table, beside in book.beside.items():
        rows.setdefault(table, []).extend(beside)
        for row in beside:
            book.say([str(value) for value in row.values() if not isinstance(value, bytes)])
    return rows


def _copy(
    connection: psycopg.Connection[Any], rows: Mapping[Table, Sequence[Mapping[str, Any]]]
) -> None:
    """Copy one chunk in, in the order that the tables need, as one transaction."""
    for table in Base.metadata.sorted_tables:
        copying.copy_rows(connection, table, rows.get(table, ()))
    connection.commit()


def _case_row(scribe: Scribe, answer: Answer) -> dict[str, Any]:
    head = door._settled(scribe.head, answer, counted=False)
    if any(row.get("done_at") is None for row in scribe.beside(Obligation)):
        head = replace(head, open=True)
    plain = {name: getattr(head, name) for name in tables._PLAIN}
    return (
        plain | tables._links(head) | {"key_sealed": head.key_sealed, "opened_at": scribe.opened_at}
    )


def _end_escalations(scribe: Scribe, answer: Answer) -> None:
    """What people were called for is over where the clock is not owed any more."""
    for row in scribe.beside(Escalation):
        clock = answer.clock(row["clock"])
        if clock is None or not projection.owed(clock, answer):
            over = clock.satisfied_at if clock is not None else None
            row |= {"ended_at": over or scribe.last_at, "hand_on_at": None}


def _rung(scribe: Scribe) -> dict[str, datetime]:
    """When each clock that ran out was seen to have run out, by the events that say so."""
    return {
        json.loads(row["facts"])["clock"]: row["recorded_at"]
        for row in scribe.events
        if row["event"] in {"deadline_missed", "mark_reached"}
        and f'"step":"{LAST}"' in row["facts"]
    }


def _refuse_silence(
    scribe: Scribe, clock: SlaClock, rung: Mapping[str, datetime], as_of: datetime
) -> None:
    """No duty of the plan runs out in silence: the history must say that it did, and when.

    A day of advance notice is no duty to act by, and what an outside body takes is not the plan's.
    """
    if clock.owner != "plan" or clock.name == "earliest_action" or clock.state == "closed":
        return
    if clock.due_utc + _SECOND < (clock.satisfied_at or as_of) and clock.name not in rung:
        raise ImpossibleHistory(
            f"{scribe.head.ref}: {clock.name} was due {clock.due_utc}, and no event says that it"
            " ran out."
        )


def _mark_rows(
    scribe: Scribe, clock: SlaClock, rung_at: datetime | None, as_of: datetime
) -> Iterator[dict[str, Any]]:
    """The ladder of a clock that is still owed: what lies ahead is pending, what lies behind is
    over, and the last step is done where the history says that it rang."""
    ladder = bridge.version_of(scribe.book.cx, scribe.head.contract_version_id).ladder
    for mark in ladder.marks(clock, scribe.head.kind):
        row = {
            "case_id": scribe.id,
            "clock": clock.name,
            "step": mark.step,
            "generation": 1,
            "fire_at": mark.fire_at,
            "state": "pending",
        }
        if mark.step == LAST and rung_at is not None:
            row |= {"state": "done", "settled_at": rung_at}
        elif mark.fire_at <= as_of:
            row |= {"state": "skipped", "reason": BEFORE, "settled_at": as_of}
        yield row
