"""The clocks of a case as the projection of its history: recomputed whole, compared, rewritten.

It runs inside the transaction of the event that moved them. What a rule says is `sla`'s business;
which event means what is `bridge`'s. Any number of cases costs the same handful of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from casework import bridge
from casework.context import Context
from casework.ledger import ladder, tables
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import CaseEvent, Clock
from sla.values import Answer, Event, RefusedEvent
from sla.values import Clock as SlaClock

HISTORY = (
    CaseEvent.case_id,
    CaseEvent.seq,
    CaseEvent.event,
    CaseEvent.occurred_at,
    CaseEvent.said_by,
    CaseEvent.outcome,
    CaseEvent.notice_kind,
    CaseEvent.days,
    CaseEvent.ground,
    CaseEvent.printed_on,
    CaseEvent.facts,
)
_STORED = (
    Clock.id,
    Clock.case_id,
    Clock.name,
    Clock.rule,
    Clock.rule_version,
    Clock.layer,
    Clock.anchor_at,
    Clock.due_at,
    Clock.state,
    Clock.ended,
    Clock.satisfied_at,
    Clock.consequence,
    Clock.candidates,
    Clock.generation,
)


_BEFORE = (
    select(*HISTORY)
    .where(
        CaseEvent.case_id.in_(bindparam("cases", expanding=True)),
        CaseEvent.event.in_(sorted(bridge.CLOCK_EVENTS)),
    )
    .order_by(CaseEvent.case_id, CaseEvent.seq)
)
# What the obligations of a clock say that ended with the case or was reckoned away.
OWED_NO_MORE: Final = "owed no more"
_CLOCKS = select(*_STORED).where(Clock.case_id.in_(bindparam("cases", expanding=True)))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the clocks make of a case's own columns."""

    next_due_at: datetime | None
    next_clock: str
    running: bool


@dataclass(slots=True)
class _Work:
    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    satisfied: list[tuple[int, str]] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)
    moved: list[tuple[int, str]] = field(default_factory=list)
    ladders: list[ladder.Renewal] = field(default_factory=list)


def answers(
    cx: Context, moved: Mapping[int, Head], fresh: Sequence[Mapping[str, Any]]
) -> dict[int, Answer]:
    """What the clock engine says of these cases, the events just written included."""
    histories: dict[int, list[Any]] = {case_id: [] for case_id in moved}
    first: dict[int, int] = {}
    ours = [row for row in fresh if row["case_id"] in moved]
    for row in ours:
        first.setdefault(row["case_id"], row["seq"])
    known = [case_id for case_id, seq in first.items() if seq > 1]
    if known:
        for told in cx.db.execute(_BEFORE, {"cases": known}):
            if told.seq < first[told.case_id]:
                histories[told.case_id].append(told)
    for row in ours:
        histories[row["case_id"]].append(bridge.Row(row))
    return {case_id: bridge.answer(cx, moved[case_id], histories[case_id]) for case_id in moved}


def project(
    cx: Context, moved: Mapping[int, Head], found: Mapping[int, Answer], *, fresh: set[int]
) -> None:
    """Rewrite the clock rows and the ladders of these cases (`fresh` ones have none yet)."""
    stored = _stored(cx, [case_id for case_id in moved if case_id not in fresh])
    work = _Work()
    for case_id, answer in found.items():
        _compare(moved[case_id], answer, stored.get(case_id, {}), work)
    _number_what_came_back(cx, work, {row["case_id"] for row in work.added} - fresh)
    _write(cx, work)
    ladder.renew(cx, work.ladders)
    tables.settle_obligations(cx, work.satisfied)
    tables.settle_obligations(cx, work.ended, done_by=OWED_NO_MORE)
    ladder.end_escalations(cx, {*work.satisfied, *work.ended, *work.moved})


def standing_of(answer: Answer) -> Standing:
    """The nearest due of what the plan still owes (late or not), and whether anything is owed."""
    running = [c for c in answer.clocks if c.owner != "member" and owed(c, answer)]
    ours = [c for c in running if c.owner == "plan" and c.name != "earliest_action"]
    nearest = min(ours, key=lambda clock: clock.due_utc, default=None)
    return Standing(
        nearest.due_utc if nearest else None, nearest.name if nearest else "", bool(running)
    )


def owed(clock: SlaClock, answer: Answer) -> bool:
    """Whether a clock wants to be satisfied: it runs, or it ran out, nothing came since, and the
    case did not end without."""
    if clock.state == "missed" and clock.satisfied_at is None:
        return not ended(clock, answer)
    return clock.state == "open"


def ended(clock: SlaClock, answer: Answer) -> bool:
    """Whether the case was withdrawn, dismissed or passed on undecided while this clock had run out
    unsatisfied. The engine leaves such a clock `missed`, as it was; nobody owes it any more."""
    if clock.state != "missed" or clock.satisfied_at is not None:
        return False
    closed = any(_closes(event) and event.index > clock.winner.since for event in answer.events)
    return closed or (clock.name == "decision" and _passed_on(answer))


def _passed_on(answer: Answer) -> bool:
    """Whether the review entity has what the plan did not decide in its time: the law takes it as
    upheld, so the plan owes no decision of its own any more (42 CFR 422.590(d), (g))."""
    types = {event.type for event in answer.events if isinstance(event, Event)}
    return "forwarded" in types and "decided" not in types


def _over(clock: SlaClock, answer: Answer) -> bool:
    return clock.state == "closed" or ended(clock, answer)


def _closes(event: Event | RefusedEvent) -> bool:
    if not isinstance(event, Event):
        return False
    return event.type == "withdrawn" or (event.type, event.kind) == ("notice_sent", "dismissal")


def clock_row(case_id: int, clock: SlaClock, generation: int, answer: Answer) -> dict[str, Any]:
    """The row of one computed clock of this answer."""
    return {
        "case_id": case_id,
        "name": clock.name,
        "owner": clock.owner,
        "rule": clock.rule,
        "rule_version": stamp(clock),
        "layer": clock.layer,
        "citation": clock.citation,
        "tag": clock.tag,
        "limit_text": clock.limit,
        "anchor_at": clock.anchor,
        "due_at": clock.due_utc,
        "zone": clock.time_zone,
        "by_day": clock.by_day,
        "state": clock.state,
        "ended": _over(clock, answer),
        "satisfied_at": clock.satisfied_at,
        "consequence": clock.consequence or "",
        "candidates": [bridge.candidate_facts(c) for c in clock.candidates],
        "generation": generation,
    }


def stamp(clock: SlaClock) -> str:
    """The version of the rule that was chosen, with its variant: `2` or `2/ire`."""
    return f"{clock.rule_version}/{clock.rule_variant}".rstrip("/")


def _stored(cx: Context, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    by_case: dict[int, dict[str, Any]] = {}
    if ids:
        for row in cx.db.execute(_CLOCKS, {"cases": ids}):
            by_case.setdefault(row.case_id, {})[row.name] = row
    return by_case


def _compare(head: Head, answer: Answer, stored: Mapping[str, Any], work: _Work) -> None:
    for clock in answer.clocks:
        old = stored.get(clock.name)
        if old is None:
            work.added.append(clock_row(head.id, clock, 1, answer))
            work.ladders.append(_renewal(head, clock, 1, fresh=True))
        else:
            _compare_one(head, clock, old, answer, work)
    names = {clock.name for clock in answer.clocks}
    for name, old in stored.items():
        if name not in names:
            work.removed.append(old.id)
            work.ended.append((head.id, name))
            work.ladders.append(_renewal(head, None, old.generation, fresh=False, name=name))


def _compare_one(head: Head, clock: SlaClock, old: Any, answer: Answer, work: _Work) -> None:
    moved = (
        old.due_at != clock.due_utc
        or old.anchor_at != clock.anchor
        or (old.state != "open" and clock.state == "open")
    )
    over = _over(clock, answer)
    if not moved and _same(old, clock) and old.ended == over:
        return
    generation = old.generation + 1 if moved else old.generation
    row = clock_row(head.id, clock, generation, answer)
    work.changed.append({f"new_{k}": v for k, v in row.items()} | {"row_id": old.id})
    if clock.satisfied_at is not None and old.satisfied_at is None:
        work.satisfied.append((head.id, clock.name))
    if over and not old.ended:
        work.ended.append((head.id, clock.name))
    if moved:
        work.moved.append((head.id, clock.name))
    if moved or clock.state != old.state:
        late = moved and clock.state == "missed" and old.state != "missed"
        work.ladders.append(_renewal(head, clock, generation, fresh=moved, late=late))


def _number_what_came_back(cx: Context, work: _Work, ids: set[int]) -> None:
    """A clock that was no more and is again (its notice was never mailed, and left a second time)
    goes on from the last generation of its ladder."""
    last = ladder.last_generations(cx, ids) if ids else {}
    if not last:
        return
    for row in work.added:
        row["generation"] += last.get((row["case_id"], row["name"]), 0)
    added = {(row["case_id"], row["name"]): row["generation"] for row in work.added}
    work.ladders = [ladder.numbered(renewal, added) for renewal in work.ladders]


def _renewal(
    head: Head,
    clock: SlaClock | None,
    generation: int,
    *,
    fresh: bool,
    name: str = "",
    late: bool = False,
) -> ladder.Renewal:
    version = head.contract_version_id
    return ladder.Renewal(head.id, head.kind, version, clock, generation, fresh, name, late)


def _same(old: Any, clock: SlaClock) -> bool:
    return (
        old.state == clock.state
        and old.rule == clock.rule
        and old.layer == clock.layer
        and old.rule_version == stamp(clock)
        and old.satisfied_at == clock.satisfied_at
        and old.consequence == (clock.consequence or "")
        # The losers stand on the row too, and may move while the winner does not.
        and old.candidates == [bridge.candidate_facts(c) for c in clock.candidates]
    )


def _write(cx: Context, work: _Work) -> None:
    if work.added:
        cx.db.connection().execute(insert(table_of(Clock)), work.added)
    if work.changed:
        columns = [k.removeprefix("new_") for k in work.changed[0] if k.startswith("new_")]
        cx.db.connection().execute(
            update(table_of(Clock))
            .where(table_of(Clock).c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in columns}),
            work.changed,
        )
    if work.removed:
        cx.db.execute(delete(table_of(Clock)).where(table_of(Clock).c.id.in_(work.removed)))
