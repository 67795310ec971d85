"""Queues and their rules as a page shows them, and what a change of rules would move.

What would be moved is counted over the whole house, up to MOST cases of the step; that names
nobody. Cases themselves are shown only within the reader's reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case as when
from sqlalchemy import func, select, true

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.ledger.queue_rules import Book, Named, Rule, Work, stored
from casework.ledger.queue_rules import read as conditions_of
from casework.ledger.queue_rules import standing as standing_of
from casework.models import Case, Practitioner, Queue, QueueChange, QueueMove, QueueRule
from casework.records.queue_rules import Written

COUNT_LIMIT: Final = 1000
# A plan looks at so many open cases of a step at most, and says so where there are more.
MOST: Final = 20_000
MOVES: Final = 8
MOST_CHANGES: Final = 60
MOST_SPECIALTIES: Final = 60
_TOLD: Final = ("code", "version", "name", "place", "queue", "effective_at")


@dataclass(frozen=True)
class QueueRow:
    """One queue: `step` is the step's queue of whose work it takes a part (empty: a step's own)."""

    code: str
    name: str
    step: str
    roles: tuple[str, ...]
    place: int
    open: int
    nobody: int
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Version:
    """One version of a rule as it was written: the rule, why, by whom, when."""

    rule: Rule
    reason: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True)
class RuleRow:
    """A rule: the version that stands now (None: none), one that is planned, and all of them, the
    newest first."""

    code: str
    now: Version | None
    planned: Version | None
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version that was written last."""
        return self.versions[0]


@dataclass(frozen=True)
class Moving:
    """So many open cases would go from one queue to another, because of a rule or of its end."""

    from_queue: str
    to_queue: str
    rule: Rule | None
    count: int


@dataclass(frozen=True)
class Plan:
    """What rules would do to the open cases of one step: `looked` of them were looked at, `whole`:
    those are all."""

    step: str
    looked: int
    whole: bool
    moves: tuple[Moving, ...]

    @property
    def count(self) -> int:
        """How many cases would move."""
        return sum(each.count for each in self.moves)


def names(cx: Context) -> dict[str, str]:
    """The name of each queue by its code, in their order."""
    rows = cx.db.execute(select(Queue.code, Queue.name).order_by(Queue.position, Queue.code))
    return {row.code: row.name for row in rows}


def listed(cx: Context, *, counted: bool = True) -> tuple[QueueRow, ...]:
    """All queues in their order, in one question."""
    some = (
        select(Case.assignee_id)
        .where(Case.open, Case.queue == Queue.code)
        .limit(COUNT_LIMIT if counted else 0)
        .add_columns(Case.id)
        .lateral("some")
    )
    nobody = func.count(some.c.id).filter(some.c.assignee_id.is_(None))
    rows = cx.db.execute(
        select(
            *(Queue.code, Queue.name, Queue.step, Queue.roles, Queue.closed_at),
            func.count(some.c.id).label("open"),
            nobody.label("nobody"),
        )
        .select_from(Queue)
        .outerjoin(some, true())
        .group_by(Queue.code)
        .order_by(Queue.position, Queue.code)
    )
    return tuple(
        QueueRow(
            code=row.code,
            name=row.name,
            step=row.step,
            roles=tuple(row.roles),
            place=place,
            open=row.open,
            nobody=row.nobody,
            closed_at=row.closed_at,
        )
        for place, row in enumerate(rows, 1)
    )


def told(cx: Context) -> list[dict[str, Any]]:
    """The queues with the rules that stand now, as the API tells them."""
    standing = [row.now.rule for row in rules(cx) if row.now is not None]
    return [
        {
            "code": row.code,
            "name": row.name,
            "step": row.step,
            "roles": list(row.roles),
            "closed_at": row.closed_at,
            "rules": [
                {
                    **{name: getattr(rule, name) for name in _TOLD},
                    "conditions": stored(rule.conditions),
                }
                for rule in standing
                if rule.queue == row.code
            ],
        }
        for row in listed(cx, counted=False)
    ]


def changes(cx: Context, code: str) -> Sequence[Any]:
    """What was changed on this queue, the newest first."""
    return (
        cx.db.execute(
            select(QueueChange)
            .where(QueueChange.code == code)
            .order_by(QueueChange.id.desc())
            .limit(MOST_CHANGES)
        )
        .scalars()
        .all()
    )


def rules(cx: Context) -> tuple[RuleRow, ...]:
    """Every rule with its versions: those that stand or are planned first, by their place, which
    is the order in which they are asked; then those that ended."""
    told = _versions(cx)
    found = []
    for code, versions in told.items():
        standing = standing_of([each.rule for each in versions], cx.now)
        now = next((each for each in versions if each.rule in standing), None)
        newest = versions[0]
        planned = newest if newest.rule.effective_at > cx.now else None
        found.append(RuleRow(code, now, planned, tuple(versions)))
    return tuple(sorted(found, key=_order))


def rule(cx: Context, code: str) -> RuleRow:
    """One rule. Raises NotFound."""
    found = next((each for each in rules(cx) if each.code == code), None)
    if found is None:
        raise NotFound("There is no such rule of queues.")
    return found


def book_of(there: Written, at: datetime, *, with_: Rule | None = None) -> Book:
    """The rules as they stand at this instant, with one more version where one is given."""
    versions = there.versions if with_ is None else (*there.versions, with_)
    return Book(standing_of(versions, at), there.steps)


def plan(house: Context, step: str, book: Book) -> Plan:
    """What these rules would move of the open cases of this step, counted over the whole house."""
    family = [code for code in book.steps if book.step_of(code) == step]
    pace = when((Case.fast_track, "expedited"), else_="standard").label("urgency")
    some = (
        select(
            *(Case.queue, Case.kind, Case.contract_version_id, Case.service, Case.specialty, pace)
        )
        .where(Case.open, Case.queue.in_(family))
        .limit(MOST + 1)
        .subquery()
    )
    rows = house.db.execute(select(*some.c, func.count().label("n")).group_by(*some.c)).all()
    counted: dict[tuple[str, str, Rule | None], int] = {}
    for row in rows:
        named = _named(house, row, book)
        if named.queue != row.queue:
            key = (row.queue, named.queue, named.rule)
            counted[key] = counted.get(key, 0) + row.n
    looked = sum(row.n for row in rows)
    moves = [Moving(*key, count) for key, count in counted.items()]
    return Plan(
        step=step,
        looked=min(looked, MOST),
        whole=looked <= MOST,
        moves=tuple(sorted(moves, key=lambda m: (-m.count, m.from_queue, m.to_queue))),
    )


def misplaced(house: Context, there: Written) -> dict[str, Plan]:
    """Of each step with rules: what lies elsewhere than the rules of now say."""
    book = book_of(there, house.now)
    steps = {each.step for each in there.versions}
    plans = {step: plan(house, step, book) for step in sorted(steps)}
    return {step: found for step, found in plans.items() if found.count}


def moves(cx: Context) -> Sequence[Any]:
    """The moves of open cases that wait or were made, the newest first."""
    return (
        cx.db.execute(select(QueueMove).order_by(QueueMove.id.desc()).limit(MOVES)).scalars().all()
    )


def specialties(cx: Context) -> tuple[str, ...]:
    """Specialties that the directory knows, by name."""
    rows = cx.db.execute(
        select(Practitioner.specialty)
        .where(Practitioner.specialty != "")
        .distinct()
        .order_by(Practitioner.specialty)
        .limit(MOST_SPECIALTIES)
    )
    return tuple(rows.scalars())


def _named(house: Context, row: Any, book: Book) -> Named:
    contract = bridge.contract_of(house, row.contract_version_id)
    work = Work(
        kind=row.kind,
        line=contract.line,
        state=contract.state or "",
        service=row.service,
        specialty=row.specialty,
        urgency=row.urgency,
    )
    return book.named(row.queue, work)


def _versions(cx: Context) -> Mapping[str, list[Version]]:
    rows = cx.db.execute(
        select(QueueRule, Queue.step)
        .join(Queue, Queue.code == QueueRule.queue)
        .order_by(QueueRule.code, QueueRule.version.desc())
    )
    found: dict[str, list[Version]] = {}
    for row, step in rows:
        told = Rule(
            code=row.code,
            version=row.version,
            name=row.name,
            place=row.place,
            conditions=conditions_of(row.conditions),
            queue=row.queue,
            step=step or row.queue,
            ended=row.ended,
            effective_at=row.effective_at,
        )
        found.setdefault(row.code, []).append(Version(told, row.reason, row.made_at, row.made_by))
    return found


def _order(row: RuleRow) -> tuple[bool, int, str]:
    shown = row.now or row.newest
    return row.now is None and row.planned is None, shown.rule.place, row.code
