"""Studies of a change of rules, to read: those that were asked, and what a tally says in rows.

Counts are of all cases of a study; cases are named only within the reader's reach.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, RuleStudy
from sla.events import CLOCKS
from sla.tally import SHIFTS

MOST_LISTED: Final = 20
MOST_NAMED: Final = 300
MOVES: Final = {
    "overdue": "overdue at once",
    "earlier": "earlier",
    "later": "later",
    "gained": "new clock",
    "lost": "no clock any more",
    "same_due": "same due, other rule",
}
_COUNTS: Final = (
    "met_before",
    "missed_before",
    "met_after",
    "missed_after",
    "newly_missed",
    "newly_met",
    "other_consequence",
)


@dataclass(frozen=True)
class Study:
    """One study: what was asked by whom, how far it came, and its tally so far."""

    id: int
    kind: str
    asked: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    state: str
    seen: int
    total: int
    tally: Mapping[str, Any]
    error: str
    ended_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether the worker still counts, or has not begun."""
        return self.state in ("waiting", "running")

    @property
    def figures(self) -> dict[str, int]:
        """The plain counts; those that nothing added to are missing."""
        return {name: int(count) for name, count in self.tally.get("figures", {}).items()}


@dataclass(frozen=True)
class MovedClock:
    """How many clocks of one kind of case move in which direction."""

    kind: str
    clock: str
    owner: str
    words: str
    counts: Mapping[str, int]


@dataclass
class Past:
    """How one clock (or one month) stood under both readings. `margin`: mean hours between what
    satisfied it and its due, before and after, None where nothing did."""

    month: str = ""
    kind: str = ""
    clock: str = ""
    owner: str = ""
    counts: dict[str, float] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The clock in words."""
        return clock_words(self.clock)

    @property
    def differs(self) -> bool:
        """Whether anything is otherwise by the second reading."""
        pairs = [
            (self.count(f"{name}_before"), self.count(f"{name}_after"))
            for name in ("met", "missed", "open", "closed")
        ]
        same = all(before == after for before, after in pairs)
        return (
            not same
            or self.margin("before") != self.margin("after")
            or self.count("other_consequence") > 0
        )

    def count(self, name: str) -> int:
        """One of the counts, 0 where there is none."""
        return int(self.counts.get(name, 0))

    def margin(self, side: str) -> float | None:
        """Mean hours left `before` or `after`."""
        answered = self.counts.get(f"answered_{side}", 0)
        return self.counts[f"margin_{side}"] / answered if answered else None

    def add(self, counts: Mapping[str, float]) -> None:
        """Add the counts of one cell."""
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count


def study(cx: Context, number: int) -> Study:
    """One study. Raises NotFound."""
    row = cx.db.execute(select(RuleStudy).where(RuleStudy.id == number)).scalar()
    if row is None:
        raise NotFound(f"There is no study {number}.")
    return _study(row)


def studies(cx: Context) -> tuple[Study, ...]:
    """The newest studies."""
    rows = cx.db.execute(select(RuleStudy).order_by(RuleStudy.id.desc()).limit(MOST_LISTED))
    return tuple(_study(row) for row in rows.scalars())


def named(
    cx: Context, rows: Sequence[Mapping[str, Any]], *, most: int | None = MOST_NAMED
) -> tuple[dict[str, Any], ...]:
    """The rows of a tally whose cases are within reach, with their numbers as `ref`."""
    wanted = rows if most is None else rows[:most]
    refs: dict[int, str] = {}
    ids = sorted({row["case"] for row in wanted})
    for start in range(0, len(ids), 1000):
        found = cx.db.execute(
            select(Case.id, Case.ref).where(Case.id.in_(ids[start : start + 1000]))
        )
        refs |= {row.id: row.ref for row in found}
    return tuple({"ref": refs[row["case"]], **row} for row in wanted if row["case"] in refs)


def moves_by_clock(tally: Mapping[str, Any]) -> tuple[MovedClock, ...]:
    """The cells of a `diff`, by kind and clock in the order of the clocks."""
    found = []
    for key, counts in tally.get("cells", {}).items():
        kind, _, rest = key.partition("|")
        clock, _, owner = rest.partition("|")
        if clock:
            plain = {name: int(count) for name, count in counts.items()}
            found.append(MovedClock(kind, clock, owner, clock_words(clock), plain))
    return tuple(sorted(found, key=lambda row: (_KINDS.get(row.kind, 9), _order(row.clock))))


def shifts(tally: Mapping[str, Any]) -> dict[str, int]:
    """How many clocks move how far, from much earlier to much later."""
    counts = tally.get("cells", {}).get("shift", {})
    return {name: int(counts.get(name, 0)) for name in SHIFTS}


def history_by_clock(tally: Mapping[str, Any]) -> tuple[Past, ...]:
    """The cells of a `replay`, by kind and clock in the order of the clocks."""
    found: dict[tuple[str, str], Past] = {}
    for one in _cells(tally):
        past = found.setdefault((one.kind, one.clock), Past("", one.kind, one.clock, one.owner))
        past.add(one.counts)
    return tuple(
        sorted(found.values(), key=lambda one: (_KINDS.get(one.kind, 9), _order(one.clock)))
    )


def history_by_month(tally: Mapping[str, Any]) -> tuple[Past, ...]:
    """The same by month of receipt: the plan's own duties only."""
    found: dict[str, Past] = {}
    for one in _cells(tally):
        if one.owner == "plan":
            found.setdefault(one.month, Past(one.month)).add(one.counts)
    return tuple(found[month] for month in sorted(found))


def history_csv(tally: Mapping[str, Any]) -> Iterator[list[Any]]:
    """A heading, then a line for each month, kind and clock."""
    margins = ("mean_hours_left_before", "mean_hours_left_after")
    yield ["month", "kind", "clock", "owner", *_COUNTS, *margins]
    for one in sorted(_cells(tally), key=lambda one: (one.month, one.kind, _order(one.clock))):
        margin = [one.margin("before"), one.margin("after")]
        yield [
            *(one.month, one.kind, one.clock, one.owner),
            *(one.count(name) for name in _COUNTS),
            *("" if hours is None else f"{hours:.1f}" for hours in margin),
        ]


def clock_words(name: str) -> str:
    """What a clock is about, in words."""
    return CLOCKS[name].words if name in CLOCKS else name.replace("_", " ")


_KINDS: Final = {"prior_auth": 0, "appeal": 1, "grievance": 2, "external_review": 3}


def _order(clock: str) -> int:
    return list(CLOCKS).index(clock) if clock in CLOCKS else len(CLOCKS)


def _cells(tally: Mapping[str, Any]) -> Iterator[Past]:
    for key, counts in tally.get("cells", {}).items():
        month, kind, clock, owner = key.split("|")
        yield Past(month, kind, clock, owner, dict(counts))


def _study(row: RuleStudy) -> Study:
    return Study(
        id=row.id,
        kind=row.kind,
        asked=row.asked,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        seen=row.seen,
        total=row.total,
        tally=row.result.get("tally", {}),
        error=row.error,
        ended_at=row.ended_at,
    )
