"""A history while it is told: a case's steps, each asked of policy and machine and chained at once.

For imports only. It holds what was told in memory and writes nothing; `histories` does.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table

from casework import bridge, policy, refs, seal
from casework.context import SYSTEM, Context, Principal
from casework.ledger import copying, door, entries
from casework.ledger.change import Change, Head, NewCase, Said
from casework.metadata import Base
from casework.models import CASE_SERIAL
from sla.values import Answer
from statemachines import engine
from statemachines.facts import Facts

_NOTHING_KNOWN: Final = Facts()
_NOTHING_SAID: Final = Said()
_SEALED: Final = frozenset({"body_ct", "prev_hash", "hash", "mac"})


class ImpossibleHistory(ValueError):
    """A step that the law, the policy, the state or a clock refuses, or that is out of order."""


class Scribe:
    """One case while its history is told: each step is asked, chained and kept."""

    def __init__(self, book: "Book", head: Head, new: NewCase) -> None:
        self.book = book
        self.head = head
        self.events: list[dict[str, Any]] = []
        self._beside: list[tuple[type[Any], dict[str, Any]]] = []
        self.parties = new.parties
        self.opened_at: datetime | None = None
        self._clocked: list[bridge.Row] = []
        self._key = seal.unwrap(book.wrapping, head.key_sealed, f"case:{head.id}")

    @property
    def id(self) -> int:
        """The number under which other rows point to this case."""
        return self.head.id

    @property
    def last_at(self) -> datetime | None:
        """When the last step was recorded; None before the first."""
        return self.events[-1]["recorded_at"] if self.events else None

    def no_earlier(self, at: datetime) -> datetime:
        """This instant, or that of the last step where it came later."""
        return max(at, self.last_at or at)

    def step(
        self,
        trigger: str,
        *,
        at: datetime,
        by: Principal,
        facts: Facts = _NOTHING_KNOWN,
        said: Said = _NOTHING_SAID,
        text: dict[str, Any] | None = None,
        occurred_at: datetime | None = None,
        sets: dict[str, Any] | None = None,
    ) -> None:
        """Take an edge of the machine. Raises ImpossibleHistory with the refusal."""
        case = self.head
        refused = policy.refusal(by, case.kind, trigger)
        if refused is not None:
            raise ImpossibleHistory(f"{case.ref} {trigger}: {refused.sentence}")
        try:
            fired = engine.fire(case.kind, case.state, trigger, facts)
        except engine.Refused as refusal:
            raise ImpossibleHistory(f"{case.ref} {trigger}: {refusal.sentence}") from refusal
        change = Change(
            case=case,
            trigger=trigger,
            facts=facts,
            occurred_at=occurred_at,
            said=said,
            text=text or {},
            sets=sets or {},
            actor=by,
        )
        source = "" if fired.source == engine.BEFORE else fired.source
        self._write(change, at, fired.event, source, fired.dest, counts=True)

    def observe(
        self,
        observation: str,
        *,
        at: datetime,
        by: Principal = SYSTEM,
        said: Said = _NOTHING_SAID,
        text: dict[str, Any] | None = None,
        occurred_at: datetime | None = None,
        sets: dict[str, Any] | None = None,
    ) -> None:
        """Write down something that was observed, of the closed list."""
        if observation not in bridge.OBSERVATIONS:
            raise ImpossibleHistory(f"{observation!r} is no observation.")
        change = Change(
            case=self.head,
            observation=observation,
            occurred_at=occurred_at,
            said=said,
            text=text or {},
            sets=sets or {},
            actor=by,
        )
        counts = bool(sets) and by.kind != "system"
        self._write(change, at, observation, "", "", counts=counts)

    def add(self, model: type[Any], **row: Any) -> dict[str, Any]:
        """A row beside the case (its `case_id` is filled in); returned so that it can be amended
        until the book is closed."""
        added = self.book.add(model, case_id=self.id, **row)
        self._beside.append((model, added))
        return added

    def beside(self, model: type[Any]) -> list[dict[str, Any]]:
        """The rows of this table that stand beside the case so far, to be amended."""
        return [row for of, row in self._beside if of is model]

    def sealed(self, value: Any, place: str) -> bytes:
        """A text or JSON value sealed under the key of this case for this place."""
        self.book.say(value)
        if isinstance(value, str):
            return seal.seal_text(self._key, value, place)
        return seal.seal_json(self._key, value, place)

    def answer(self) -> Answer:
        """What the clock engine says of the case as told so far.

        Raises ImpossibleHistory when it refuses one of the events.
        """
        found = bridge.answer(self.book.cx, self.head, self._clocked)
        if found.refused:
            refusal = found.refused[0]
            raise ImpossibleHistory(f"{self.head.ref} event {refusal.index}: {refusal.reason}")
        return found

    def _write(
        self, change: Change, at: datetime, event: str, source: str, dest: str, *, counts: bool
    ) -> None:
        last = self.last_at
        if at > self.book.cx.now or (last is not None and at < last):
            raise ImpossibleHistory(
                f"{self.head.ref} {event} at {at}: it comes before {last} or after the import."
            )
        actor = change.actor or SYSTEM
        cx = Context(now=at, principal=actor, database=self.book.cx.database)
        row, moved = entries.entry(
            cx, self.head, change, event=event, from_state=source, to_state=dest
        )
        self.head = replace(moved, version=moved.version + counts, **change.sets)
        self.opened_at = self.opened_at or at
        self.events.append(row)
        if event in bridge.CLOCK_EVENTS:
            self._clocked.append(bridge.Row(row))
        told = [str(value) for name, value in row.items() if name not in _SEALED]
        self.book.say((told, dict(change.text)))


@dataclass
class Book:
    """The pages of one chunk: cases that are told, and the rows beside them. `cx.now` is the
    instant as of which the import is made: nothing in it is later."""

    cx: Context
    numbers: copying.Numbers
    wrapping: bytes
    digest: Any = field(default_factory=hashlib.sha256)
    scribes: list[Scribe] = field(default_factory=list)
    beside: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)

    def open(self, new: NewCase, *, at: datetime) -> Scribe:
        """A case that is opened at this instant; its first step must be `receive` or `request`."""
        serial = self.numbers.following(CASE_SERIAL.name)
        scribe = Scribe(self, door._new_head(self.cx.but(now=at), new, serial), new)
        self.scribes.append(scribe)
        return scribe

    def add(self, model: type[Any], **row: Any) -> dict[str, Any]:
        """A row of any table, written with this chunk."""
        self.beside.setdefault(Base.metadata.tables[model.__tablename__], []).append(row)
        return row

    def reference(self, kind: str, sequence: str, at: datetime) -> str:
        """A fresh reference number (`AUTH-…`, `ESC-…`, `CALL-…`) of this instant."""
        return refs.reference(kind, self.numbers.following(sequence), at)

    def row_of(self, model: type[Any]) -> int:
        """The id that the next row of this table is to have, where others point to it."""
        return self.numbers.row_of(Base.metadata.tables[model.__tablename__])

    def say(self, value: Any) -> None:
        """Add what can be read to the checksum."""
        self.digest.update(value if isinstance(value, bytes) else repr(value).encode())
