"""Proof that nobody rewrote the history: every chain from its first entry, every head, every path.

Read-only. It names the first bad entry of each broken chain and goes on with the others. The audit
key is needed for the MACs; without it only the keyless hashes are checked, and it says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from casework import chain, observations
from casework.context import Context
from casework.metadata import table_of
from casework.models import Case, CaseEvent, SecurityEvent
from statemachines import engine

CHUNK = 2_000


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold: where (`PA-… event 3`), and what."""

    where: str
    what: str
    case_id: int | None = None


@dataclass(frozen=True)
class Report:
    """What was verified, and what was found."""

    cases: int
    events: int
    security_events: int
    macs_checked: bool
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(cx: Context, *, ref: str = "") -> Report:
    """Verify the history of one case, or of all of them and the security chains.

    A case that moves while it is read may look broken: what seems so is read once more.
    """
    faults: list[Fault] = []
    cases = events = last = 0
    while page := _page(cx, last, ref):
        last = page[-1]
        known = Histories(cx, page)
        cases += known.cases
        events += known.events
        if known.faults:
            faults += Histories(cx, [each.case_id for each in known.faults if each.case_id]).faults
    security = 0
    if not ref:
        security, found = beside_the_cases(cx)
        faults += found
    return Report(cases, events, security, bool(_key(cx)), tuple(faults))


class Histories:
    """The histories of these cases, verified: how many, and what does not hold."""

    def __init__(self, cx: Context, ids: Sequence[int]) -> None:
        key = _key(cx)
        self.cases = self.events = 0
        self.faults: list[Fault] = []
        for case, rows in _histories(cx, ids):
            self.cases += 1
            self.events += len(rows)
            self.faults += [replace(f, case_id=case.id) for f in _faults_of(case, rows, key)]


def beside_the_cases(cx: Context) -> tuple[int, list[Fault]]:
    """How many entries the security chains have; what does not hold there, and lost histories."""
    count, found = _security(cx)
    return count, [*_orphans(cx), *found]


def _key(cx: Context) -> bytes:
    return cx.database.settings.keys.get("audit", b"")


def _page(cx: Context, after: int, ref: str) -> list[int]:
    statement = select(Case.id).where(Case.id > after).order_by(Case.id).limit(CHUNK)
    if ref:
        statement = statement.where(Case.ref == ref)
    return list(cx.db.execute(statement).scalars())


def _histories(cx: Context, ids: Sequence[int]) -> Iterator[tuple[Any, list[Any]]]:
    """Each of these cases with its events."""
    columns = (
        Case.id,
        Case.ref,
        Case.kind,
        Case.state,
        Case.event_seq,
        Case.head_hash,
        Case.head_mac,
    )
    cases = cx.db.execute(select(*columns).where(Case.id.in_(ids)).order_by(Case.id)).all()
    by_case: dict[int, list[Any]] = {case.id: [] for case in cases}
    rows = cx.db.execute(
        select(table_of(CaseEvent))
        .where(CaseEvent.case_id.in_(by_case))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for row in rows:
        by_case[row.case_id].append(row)
    for case in cases:
        yield case, by_case[case.id]


def _faults_of(case: Any, rows: list[Any], key: bytes) -> list[Fault]:
    before = chain.genesis(f"case:{case.id}")
    for expected, row in enumerate(rows, start=1):
        where = f"{case.ref} event {row.seq}"
        if row.seq != expected:
            return [Fault(f"{case.ref} event {expected}", "an event is missing before this one")]
        entry = chain.canonical(getattr(row, column) for column in chain.CASE_COLUMNS)
        after = chain.after(before, entry, key or b"\0")
        if bytes(row.prev_hash) != before.hash:
            return [Fault(where, "it does not follow the event before it")]
        if bytes(row.hash) != after.hash:
            return [Fault(where, "its content was changed after it was written")]
        if key and bytes(row.mac) != after.mac:
            return [Fault(where, "it was rewritten without the audit key")]
        before = chain.Link(after.hash, bytes(row.mac))
    return _head_faults(case, rows, before) + _path_faults(case, rows)


def _head_faults(case: Any, rows: list[Any], head: chain.Link) -> list[Fault]:
    if case.event_seq != len(rows):
        return [
            Fault(case.ref, f"the case counts {case.event_seq} events and has {len(rows)} of them")
        ]
    if bytes(case.head_hash) != head.hash or bytes(case.head_mac) != head.mac:
        return [Fault(case.ref, "the head of its chain is not its last event")]
    return []


def _path_faults(case: Any, rows: list[Any]) -> list[Fault]:
    """The states must be a path of the machine, and end where the case stands."""
    steps = {
        (edge.trigger, source, edge.dest or source)
        for edge in engine.edges(case.kind)
        for source in edge.sources
    }
    state = engine.BEFORE
    for row in rows:
        if not row.trigger:
            continue
        if (row.trigger, state, row.to_state) not in steps:
            return [Fault(f"{case.ref} event {row.seq}", "the machine knows no such step")]
        state = row.to_state
    if state != case.state:
        return [Fault(case.ref, f"it stands at {case.state}, its history ends at {state}")]
    return []


def _orphans(cx: Context) -> Iterator[Fault]:
    """Events whose case is gone."""
    rows = cx.db.execute(
        select(CaseEvent.case_id)
        .outerjoin(Case, Case.id == CaseEvent.case_id)
        .where(Case.id.is_(None))
        .distinct()
        .limit(10)
    ).scalars()
    for case_id in rows:
        yield Fault(f"case {case_id}", "its events are there and the case is not")


def _security(cx: Context) -> tuple[int, list[Fault]]:
    count = cx.db.execute(select(func.count()).select_from(SecurityEvent)).scalar_one()
    bad = observations.verify(cx.database)
    found = [Fault(f"{bad[0]} entry {bad[1]}", "it was changed, or one is gone")] if bad else []
    return int(count), found
