"""The supervisor's figures: volume, timeliness, turnaround, approval, overturn and fast track of
some months, in all and by any slice, with the cases behind each number.

Counted in the database in a bounded number of statements, within the reader's reach.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, literal, select, tuple_

from casework.context import Context
from casework.queries import work_counted
from casework.queries.work_counted import AGAINST, FOR, IN_PART, SLICES, Months

MOST_GROUPS: Final = 60
# Which cases a number counts.
WHICH: Final = (
    "came",
    "decided",
    "in_time",
    "late",
    "approved",
    "partly",
    "denied",
    "adverse",
    "appealed",
    "fell",
    "fast_asked",
    "fast_granted",
    "fast_refused",
    "fast_misused",
)
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Figures:
    """The numbers of one group. `approved`, `partly`, `denied` are of appeals overturned, in part
    and upheld; `adverse` the requests denied in whole or in part, of which so many were appealed
    and fell; days from receipt to decision."""

    came: int
    decided: int
    in_time: int
    late: int
    approved: int
    partly: int
    denied: int
    adverse: int
    appealed: int
    fell: int
    fast_asked: int
    fast_granted: int
    fast_refused: int
    fast_misused: int
    days_mean: float | None
    days_median: float | None

    def share(self, part: str, *whole: str) -> float | None:
        """One number as a share of the sum of others; None where there is none."""
        total = sum(int(getattr(self, name)) for name in whole)
        return int(getattr(self, part)) / total if total else None


@dataclass(frozen=True)
class Group:
    """One group of a slice."""

    key: str
    figures: Figures


@dataclass(frozen=True)
class Counted:
    """One case behind a number."""

    ref: str
    title: str
    kind: str
    received_at: datetime
    decided_at: datetime | None
    outcome: str
    days: float | None
    in_time: bool
    late: bool


@dataclass(frozen=True)
class Cases:
    """A page of them, and where the next begins (None: nowhere)."""

    rows: tuple[Counted, ...]
    next_after: Cursor | None


def sliced(cx: Context, asked: Months, by: str) -> tuple[Figures, tuple[Group, ...]]:
    """All cases of the months, and the same by group: months in their order, all else the largest
    first. One statement: the walls of its tables cost more than its rows."""
    row = work_counted.counted(asked)
    statement, key = SLICES[by](select(*_sums(row)).select_from(row), row, asked)
    together = func.grouping(key)
    order = [key] if by == "month" else [func.count().desc(), key]
    found = cx.db.execute(
        statement.add_columns(key.label("key"), together.label("together"))
        .group_by(func.grouping_sets(tuple_(key), tuple_()))
        .order_by(together.desc(), *order)
        .limit(MOST_GROUPS + 1)
    ).all()
    groups = tuple(Group(str(one.key), _figures(one)) for one in found if not one.together)
    return _figures(found[0]), groups


def cases(
    cx: Context,
    asked: Months,
    *,
    which: str = "came",
    by: str = "",
    key: str = "",
    after: Cursor | None = None,
    limit: int = 50,
) -> Cases:
    """The cases behind one number, the newest received first."""
    row = work_counted.counted(asked)
    statement: Any = select(row)
    if by:
        statement, group = SLICES[by](statement, row, asked)
        statement = statement.where(group == key)
    if which != "came":
        statement = statement.where(_flags(row)[which])
    if after is not None:
        place = tuple_(row.c.received_at, row.c.id)
        statement = statement.where(place < tuple_(*map(literal, after)))
    found = cx.db.execute(
        statement.order_by(row.c.received_at.desc(), row.c.id.desc()).limit(limit + 1)
    ).all()
    rows = found[:limit]
    following = (rows[-1].received_at, rows[-1].id) if len(found) > limit else None
    return Cases(tuple(_counted(one) for one in rows), following)


def _flags(row: Any) -> dict[str, Any]:
    adverse = work_counted.denied(row)
    return {
        "decided": row.c.outcome != "",
        "in_time": row.c.in_time,
        "late": row.c.late,
        "approved": row.c.outcome.in_(FOR),
        "partly": row.c.outcome.in_(IN_PART),
        "denied": row.c.outcome.in_(AGAINST),
        "adverse": adverse,
        "appealed": and_(adverse, row.c.appealed),
        "fell": and_(adverse, row.c.fell),
        "fast_asked": row.c.fast_asked,
        "fast_granted": row.c.fast_granted,
        "fast_refused": row.c.fast_refused,
        "fast_misused": row.c.fast_misused,
    }


def _sums(row: Any) -> list[Any]:
    return [
        func.count().label("came"),
        *(func.count().filter(flag).label(name) for name, flag in _flags(row).items()),
        func.avg(row.c.days).label("days_mean"),
        func.percentile_cont(0.5).within_group(row.c.days).label("days_median"),
    ]


def _figures(row: Any) -> Figures:
    counts = {name: int(getattr(row, name)) for name in WHICH}
    return Figures(
        **counts,
        days_mean=None if row.days_mean is None else float(row.days_mean),
        days_median=None if row.days_median is None else float(row.days_median),
    )


def _counted(row: Any) -> Counted:
    return Counted(
        ref=row.ref,
        title=row.title,
        kind=row.kind,
        received_at=row.received_at,
        decided_at=row.decided_at,
        outcome=row.outcome,
        days=None if row.days is None else float(row.days),
        in_time=row.in_time,
        late=row.late,
    )
