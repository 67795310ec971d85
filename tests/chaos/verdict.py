"""What a simulated year came to: every deadline that the events make, against what fired.

The deadlines are reckoned from the events alone; marks, clocks and escalations are what is judged.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.models import Case, CaseEvent, ClockMark, Escalation
from sla.values import Answer, Clock

LAST: Final = "100"
_SECOND: Final = timedelta(seconds=1)
Outages = Sequence[tuple[datetime, datetime]]
Deadline = tuple[int, str]  # case and clock


@dataclass(frozen=True)
class Verdict:
    """Deadlines that fell due and were not kept, by what became of them. `late` are the seconds of
    each step of a ladder after the sweeper could run, `waited` those after the step itself."""

    deadlines: int
    of_hours: int
    kept: int
    early: tuple[Deadline, ...]
    missed: tuple[Deadline, ...]
    unasked: tuple[Deadline, ...]
    doubled: tuple[Any, ...]
    late: tuple[float, ...]
    waited: tuple[float, ...]
    steps: int


def judge(database: Database, outages: Outages, *, until: datetime) -> Verdict:
    """The verdict on every deadline of this database that lies before `until` (case time)."""
    with database.reading(database.context(SYSTEM)) as cx:
        found, kept = _deadlines(cx, until)
        due = {key: at for key, (at, _by_day) in found.items()}
        rows = cx.db.execute(
            select(
                Escalation.case_id,
                Escalation.clock,
                Escalation.step,
                Escalation.ref,
                Escalation.opened_at,
                ClockMark.fire_at,
            ).join(ClockMark, ClockMark.id == Escalation.mark_id)
        ).all()
        said = cx.db.execute(
            select(CaseEvent.case_id, CaseEvent.facts).where(
                CaseEvent.event.in_(("mark_reached", "deadline_missed"))
            )
        ).all()
    last = [row for row in rows if row.step == LAST]
    fired = {(row.case_id, row.clock): row.opened_at for row in last}
    return Verdict(
        deadlines=len(due),
        of_hours=sum(not by_day for _at, by_day in found.values()),
        kept=kept,
        early=(
            *(key for key, at in fired.items() if key in due and at <= due[key]),
            *((row.case_id, row.clock) for row in rows if row.opened_at < row.fire_at),
        ),
        missed=tuple(sorted(due.keys() - fired.keys())),
        unasked=tuple(sorted(fired.keys() - due.keys())),
        doubled=(
            *_twice((row.case_id, row.clock, row.step, row.fire_at) for row in rows),
            *_twice((row.case_id, row.clock) for row in last),
            *_twice(row.ref for row in rows if row.ref),
            *_uneven(said, rows),
            *(f"no number: {row.case_id} {row.clock}" for row in last if not row.ref),
        ),
        late=tuple(_after_able(row.fire_at, row.opened_at, outages) for row in rows),
        waited=tuple((row.opened_at - row.fire_at).total_seconds() for row in rows),
        steps=len(rows),
    )


def _twice(found: Iterable[Any]) -> list[Any]:
    return [key for key, times in Counter(found).items() if times > 1]


def _uneven(said: Sequence[Any], rows: Sequence[Any]) -> list[Any]:
    """Steps of which the history does not say as often as they fired that they fired."""
    told = Counter(
        (event.case_id, facts["clock"], facts["step"])
        for event in said
        for facts in [json.loads(event.facts)]
    )
    fired = Counter((row.case_id, row.clock, row.step) for row in rows)
    return [key for key in told.keys() | fired.keys() if told[key] != fired[key]]


def _after_able(fire_at: datetime, opened_at: datetime, outages: Outages) -> float:
    """Seconds from the step, or from the end of the last outage that hindered it, to its firing."""
    able = max((up for down, up in outages if down <= opened_at and up > fire_at), default=fire_at)
    return max(0.0, (opened_at - max(fire_at, able)).total_seconds())


def _deadlines(cx: Context, until: datetime) -> tuple[dict[Deadline, tuple[datetime, bool]], int]:
    """Each duty of the plan that ran out, with its due and whether it counts days; and how many
    were kept in time."""
    cases = {case.id: case for case in cx.db.execute(select(Case)).scalars()}
    events = cx.db.execute(
        select(CaseEvent)
        .where(CaseEvent.event.in_(bridge.CLOCK_EVENTS))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    ).scalars()
    due: dict[Deadline, tuple[datetime, bool]] = {}
    kept = 0
    for case_id, rows in groupby(events, key=lambda row: row.case_id):
        for clock in _duties(bridge.answer(cx, cases[case_id], list(rows))):
            if _kept(clock):
                kept += 1
            elif clock.state != "closed" and clock.due_utc + _SECOND <= until:
                due[case_id, clock.name] = (clock.due_utc, clock.by_day)
    return due, kept


def _kept(clock: Clock) -> bool:
    """Done in time, or done before there was a clock for it: a letter that leaves a second too late
    is also the notice that the law then asks for."""
    if clock.satisfied_at is None or clock.satisfied_by is None:
        return False
    return clock.satisfied_at <= clock.due_utc or clock.satisfied_by < clock.winner.since


def _duties(answer: Answer) -> Iterable[Clock]:
    return (c for c in answer.clocks if c.owner == "plan" and c.name != "earliest_action")
