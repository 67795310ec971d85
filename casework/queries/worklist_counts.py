"""How many cases each tab, group and filter of a view holds.

Each count stops at COUNT_LIMIT, so nothing is ever counted over an unbounded set; a count that
reached the limit is shown as "1,000+". A view of up to SCAN cases is counted in one scan; of a
larger one what is rare is counted by its index. A filter's own choice never narrows its own counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, collate, func, literal, null, select
from sqlalchemy import case as when

from casework.context import Context
from casework.models import Case, Contract, Queue
from casework.queries.due import windows
from casework.queries.teams import of_team
from casework.queries.worklist_values import (
    COUNT_LIMIT,
    DUES,
    KINDS,
    MOST_CHOICES,
    NAMES,
    OF_PLAN,
    SCAN,
    URGENCIES,
    capped,
    one_by_one,
)
from casework.queries.worklist_wanted import (
    DESK_ZONE,
    OWN_TABS,
    Wanted,
    conditions,
)


@dataclass(frozen=True)
class Choice:
    """One value of a filter: its words where the data have them, and how many cases it shows."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Counts:
    """Counts by tab, and the choices of each filter by its name."""

    tabs: dict[str, int]
    filters: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    beside: tuple[Any, ...] = ()

    def of(self, name: str) -> dict[str, int]:
        """The counts of one filter by value."""
        return {each.value: each.count for each in self.filters.get(name, ())}


def counted(cx: Context, wanted: Sequence[Wanted]) -> list[int]:
    """How many cases each of these would list, each counted up to COUNT_LIMIT, in one query."""
    if not wanted:
        return []
    columns = [capped(cx, each).label(f"count_{index}") for index, each in enumerate(wanted)]
    return [int(count) for count in cx.db.execute(select(*columns)).one()]


def counts(cx: Context, tabs: Sequence[Wanted], wanted: Wanted, *, beside: Any = None) -> Counts:
    """The counts of these tabs (each as it would be listed), and of all that narrows `wanted`: in
    one query, and a second one where the view is large, a filter is set or the list is somebody's.
    `beside` is a small select of which the rows are wanted as well: one question less."""
    columns = [capped(cx, each).label(f"tab_{each.tab}") for each in tabs]
    columns += [
        _sample(cx, wanted).label("sample"),
        _plans(cx).label("plans"),
        _queues().label("queues"),
        _team(cx).label("team"),
        (null() if beside is None else _told(beside)).label("beside"),
    ]
    row = cx.db.execute(select(*columns)).one()._mapping
    plans, queues, team = (row[name] or [] for name in ("plans", "queues", "team"))
    numbers = _by_value(row["sample"] or [])
    sure = _sure(wanted, numbers)
    numbers |= one_by_one(cx, wanted, sure, plans=plans, queues=queues, team=team)
    filters = {
        "kind": _choices(numbers["kind"], ((kind, "") for kind in KINDS)),
        "urgency": _choices(numbers["urgency"], ((one, "") for one in URGENCIES)),
        "due": _choices(numbers["due"], ((due, "") for due in DUES)),
        "queue": _choices(numbers["queue"], queues),
        "specialty": _choices(
            numbers["specialty"], ((each, each) for each in sorted(numbers["specialty"]) if each)
        ),
        "who": _people(numbers["who"], team),
        **_of_plans(numbers["contract"], plans, wanted),
    }
    by_tab = {each.tab: int(row[f"tab_{each.tab}"]) for each in tabs}
    return Counts(by_tab, filters, tuple(row["beside"] or ()))


def _sample(cx: Context, wanted: Wanted) -> Any:
    """The view itself, up to SCAN cases of it, counted by all that its filters ask for together."""
    some = (
        select(
            Case.kind.label("kind"),
            when((Case.fast_track, "expedited"), else_="standard").label("urgency"),
            Case.queue.label("queue"),
            Case.specialty.label("specialty"),
            Case.contract_id.label("contract"),
            func.coalesce(literal("u") + cast(Case.assignee_id, String), "").label("who"),
            _bucket(cx).label("due"),
        )
        .where(*conditions(cx, wanted))
        .limit(SCAN)
        .subquery()
    )
    # Sorted by bytes: the order of a language costs more than the rows, and nobody sees it.
    keys = [collate(each, "C") if isinstance(each.type, String) else each for each in some.c]
    grouped = select(*keys, func.count().label("n")).group_by(*keys).subquery()
    return select(func.json_agg(func.json_build_array(*grouped.c))).scalar_subquery()


def _bucket(cx: Context) -> Any:
    """The group of a case's due, as the list shows it; none without a due."""
    found = windows(cx.now, DESK_ZONE)
    cases = [(Case.next_due_at < end, due) for due, (_, end) in found.items() if end is not None]
    return when((Case.next_due_at.is_(None), "none"), *cases, else_="later")


def _by_value(sample: Iterable[Sequence[Any]]) -> dict[str, dict[Any, int]]:
    found: dict[str, dict[Any, int]] = {name: {} for name in NAMES}
    for *values, count in sample:
        for name, value in zip(NAMES, values, strict=True):
            found[name][value] = found[name].get(value, 0) + count
    return found


def _sure(wanted: Wanted, numbers: Mapping[str, Mapping[Any, int]]) -> dict[str, set[Any]]:
    """The filters that must be counted again, each with the values that need it not.

    Those that are set, and whose list it is where it is somebody's own: the view holds one choice
    of each. And of a view larger than SCAN what is rare in it: what is not has reached the limit.
    """
    found = {name for name in NAMES if name != "contract" and getattr(wanted, name)}
    found |= {"contract"} if any(getattr(wanted, name) for name in OF_PLAN) else set()
    found |= {"who"} if wanted.tab in OWN_TABS else set()
    again: dict[str, set[Any]] = {name: set() for name in sorted(found)}
    if sum(numbers["kind"].values()) >= SCAN:
        for name in NAMES:
            many = {value for value, n in numbers[name].items() if n >= COUNT_LIMIT}
            again.setdefault(name, many)
    return again


def _plans(cx: Context) -> Any:
    seen = select(Contract.id, Contract.code, Contract.name, Contract.line, Contract.state)
    if cx.principal.reach == "contracts":
        seen = seen.where(Contract.id.in_(cx.principal.ids))
    return _told(seen.order_by(Contract.name).limit(MOST_CHOICES))


def _queues() -> Any:
    return _told(
        select(Queue.code, Queue.name)
        .where(Queue.closed_at.is_(None))
        .order_by(Queue.position, Queue.code)
        .limit(MOST_CHOICES)
    )


def _team(cx: Context) -> Any:
    return _told(of_team(cx))


def _told(source: Any) -> Any:
    one = source.subquery()
    return select(func.json_agg(func.json_build_array(*one.c))).scalar_subquery()


def _choices(numbers: Mapping[Any, int], values: Iterable[Sequence[Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, numbers.get(value, 0)) for value, label in values)


def _people(numbers: Mapping[str, int], team: Sequence[Sequence[Any]]) -> tuple[Choice, ...]:
    each = tuple(Choice(f"u{one}", name, numbers.get(f"u{one}", 0)) for one, name in team)
    together = min(sum(choice.count for choice in each), COUNT_LIMIT)
    return (Choice("nobody", "", numbers.get("", 0)), Choice("team", "", together), *each)


def _of_plans(
    numbers: Mapping[int, int], plans: Iterable[Sequence[Any]], wanted: Wanted
) -> dict[str, tuple[Choice, ...]]:
    """Plan, line and State from the counts by contract: each is narrowed by the other two."""
    rows = [
        {"contract": code, "label": name, "line": line, "region": state or "", "count": count}
        for number, code, name, line, state in plans
        for count in (numbers.get(number, 0),)
    ]

    def summed(name: str) -> tuple[Choice, ...]:
        sums: dict[str, int] = {}
        for row in rows:
            others = OF_PLAN - {name}
            fits = all(getattr(wanted, o) in ("", row[o]) for o in others)
            sums[row[name]] = sums.get(row[name], 0) + row["count"] * fits
        words = {row[name]: row["label"] if name == "contract" else "" for row in rows}
        return tuple(
            Choice(value, words[value], min(sums[value], COUNT_LIMIT))
            for value in (sums if name == "contract" else sorted(sums))
            if value
        )

    return {name: summed(name) for name in sorted(OF_PLAN)}
