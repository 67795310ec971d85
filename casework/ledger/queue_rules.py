"""Which queue a piece of work lies in: the step names its own queue, and the rules of that instant
may put the work into a part of it. Pure functions on data, and the one place that reads the rules.

It knows no person. A rule sorts the work of one step alone: a nurse's work never lands with a
physician because of a rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.ledger.change import Change, Head, NewCase
from casework.models import Queue, QueueRule

# The first event of a case.
_OPENS: Final = ("receive", "request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """All that must hold; what is empty asks nothing. `states` are those of the contract, as two
    letters; `specialties` are compared without regard to capitals."""

    kinds: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a rule may ask about a case. `urgency`: expedited or standard."""

    kind: str
    line: str
    state: str
    service: str
    specialty: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule. `step` is the step whose work its queue takes a part of."""

    code: str
    version: int
    name: str
    place: int
    conditions: Conditions
    queue: str
    step: str
    ended: bool
    effective_at: datetime

    @property
    def label(self) -> str:
        """The version as the history names it."""
        return f"{self.code} version {self.version}"


@dataclass(frozen=True, slots=True)
class Named:
    """The queue, and the rule that named it (None: the step's own queue)."""

    queue: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of an instant in their order, and of each queue the step whose work it takes."""

    rules: tuple[Rule, ...] = ()
    steps: Mapping[str, str] = field(default_factory=dict)

    def step_of(self, queue: str) -> str:
        """The step that this queue belongs to; a step's own queue belongs to itself."""
        return self.steps.get(queue) or queue

    def named(self, queue: str, work: Work) -> Named:
        """Where work goes that lies in, or was sent to, this queue: the first rule of the step that
        is met names it, else the step itself."""
        step = self.step_of(queue)
        for rule in self.rules:
            if rule.step == step and met(rule.conditions, work):
                return Named(rule.queue, rule)
        return Named(step)


def met(conditions: Conditions, work: Work) -> bool:
    """Whether all that is asked holds."""
    specialties = {each.casefold() for each in conditions.specialties}
    return (
        _among(work.kind, conditions.kinds)
        and _among(work.line, conditions.lines)
        and _among(work.state, conditions.states)
        and _among(work.service, conditions.services)
        and _among(work.urgency, conditions.urgencies)
        and (not specialties or work.specialty.casefold() in specialties)
    )


def standing(versions: Iterable[Rule], at: datetime) -> tuple[Rule, ...]:
    """Of each rule the version written last, of those that have begun; without those that are
    ended; by place, then by code."""
    last: dict[str, Rule] = {}
    for each in versions:
        known = last.get(each.code)
        if each.effective_at <= at and (known is None or known.version < each.version):
            last[each.code] = each
    return tuple(
        sorted((r for r in last.values() if not r.ended), key=lambda rule: (rule.place, rule.code))
    )


def all_versions(cx: Context) -> tuple[tuple[Rule, ...], dict[str, str]]:
    """Every version that was ever written, and of each queue its step (empty: its own)."""
    rows = cx.db.execute(
        select(
            QueueRule.code,
            QueueRule.version,
            QueueRule.name,
            QueueRule.place,
            QueueRule.conditions,
            QueueRule.ended,
            QueueRule.effective_at,
            Queue.code.label("queue"),
            Queue.step,
        )
        .select_from(Queue)
        .outerjoin(QueueRule, QueueRule.queue == Queue.code)
        .order_by(QueueRule.code, QueueRule.version)
    ).all()
    rules = tuple(
        Rule(
            code=row.code,
            version=row.version,
            name=row.name,
            place=row.place,
            conditions=read(row.conditions),
            queue=row.queue,
            step=row.step or row.queue,
            ended=row.ended,
            effective_at=row.effective_at,
        )
        for row in rows
        if row.code is not None
    )
    return rules, {row.queue: row.step for row in rows}


def book(cx: Context, at: datetime, instead: Sequence[Rule] | None = None) -> Book:
    """The rules of this instant: those that were written, or these versions instead."""
    written, steps = all_versions(cx)
    return Book(standing(written if instead is None else instead, at), steps)


def work_of(cx: Context, case: Any) -> Work:
    """What the rules may ask about this case, a Head or a row with the same columns."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    return Work(
        kind=case.kind,
        line=contract.line,
        state=contract.state or "",
        service=case.service,
        specialty=case.specialty,
        urgency="expedited" if case.fast_track else "standard",
    )


def read(stored: Mapping[str, Any]) -> Conditions:
    """Conditions as they are stored."""
    known = Conditions.__dataclass_fields__
    return Conditions(**{name: tuple(stored[name]) for name in known if name in stored})


def stored(conditions: Conditions) -> dict[str, list[str]]:
    """The same as JSON, without what asks nothing."""
    return {name: list(value) for name, value in asdict(conditions).items() if value}


def _among(value: str, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted


@dataclass
class Namer:
    """Names the queues of the changes that one transaction records; reads the rules once, and only
    where a step names a queue or changes the pace."""

    cx: Context
    read: Book | None = None
    opened: dict[int, Named] = field(default_factory=dict)

    def new(self, case: Head) -> Head:
        """A case that is about to be opened, in its queue."""
        if not case.queue:
            return case
        self.opened[case.id] = self._named(case, case.queue)
        return replace(case, queue=self.opened[case.id].queue)

    def settled(self, case: Head, change: Change) -> Change:
        """The change with the queue that the rules name, and the rule in its event. A step that
        names no queue leaves the case where it lies, unless it changes the pace."""
        named = self._of(case, change)
        if named is None:
            return change
        sets = dict(change.sets)
        if "queue" in sets or named.queue != case.queue:
            sets["queue"] = named.queue
        if named.rule is None:
            return replace(change, sets=sets)
        more = {**change.said.more, "queue_rule": named.rule.label}
        return replace(change, sets=sets, said=replace(change.said, more=more))

    def _of(self, case: Head, change: Change) -> Named | None:
        if "queue" in change.sets:
            wanted = str(change.sets["queue"])
        elif isinstance(change.case, NewCase) and change.trigger in _OPENS:
            return self.opened.get(case.id)
        elif "fast_track" in change.sets and case.queue:
            wanted = case.queue
        else:
            return None
        pace = bool(change.sets.get("fast_track", case.fast_track))
        return self._named(replace(case, fast_track=pace), wanted)

    def _named(self, case: Head, wanted: str) -> Named:
        if self.read is None:
            self.read = book(self.cx, self.cx.now)
        if not self.read.rules:
            return Named(self.read.step_of(wanted))
        return self.read.named(wanted, work_of(self.cx, case))
