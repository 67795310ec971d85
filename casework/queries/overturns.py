"""Which denials do not survive: of those of a period, how many were appealed and overturned, by
reason, criterion, reviewers, service and line, with the cases behind each number.

Everything is counted in the database from the events, in a bounded number of statements, within the
reader's reach. A denial is the last adverse decision of a request in the period, a person's or the
law's; its fate is the last word on it so far, the plan's own or that of a body outside.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, literal, select, tuple_

from casework.context import Context
from casework.queries import overturn_groups as groups
from casework.queries.overturn_fates import (
    ADVERSE,
    OVERTURNED,
    PARTLY,
    REVERSED,
    UPHELD,
    Asked,
    fates_of,
)
from casework.queries.wilson import Share, share

# Which of the denials of a group a number counts.
WHICH: Final = ("denials", "appealed", "overturned", "partly", "upheld", "open")
MOST_GROUPS: Final = 60
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Tally:
    """The fate of the denials of one group. `appealed` also those that only a body outside was
    asked about; `open` have no decision yet. Days are from the denial until it was carried out."""

    denials: int
    appealed: int
    overturned: int
    partly: int
    upheld: int
    days_mean: float | None
    days_median: float | None

    @property
    def open(self) -> int:
        """Appealed, and not decided yet."""
        return self.appealed - self.overturned - self.partly - self.upheld

    @property
    def decided(self) -> int:
        """Appealed and decided."""
        return self.overturned + self.partly + self.upheld

    @property
    def fell(self) -> int:
        """Overturned, whole or in part."""
        return self.overturned + self.partly

    @property
    def of_denials(self) -> Share:
        """Which share of the denials was appealed."""
        return share(self.appealed, self.denials)

    @property
    def of_decided(self) -> Share:
        """Which share of the decided appeals fell."""
        return share(self.fell, self.decided)


@dataclass(frozen=True)
class Group:
    """One group with its fate. `token` stands for it in an address."""

    key: str
    token: str
    tally: Tally


@dataclass(frozen=True)
class Fate:
    """One denial and what became of it."""

    ref: str
    title: str
    denied_at: datetime
    by_law: bool
    appealed: bool
    verdict: str
    days: float | None


@dataclass(frozen=True)
class Fates:
    """A page of them, and where the next one begins (None: nowhere)."""

    rows: tuple[Fate, ...]
    next_after: Cursor | None


def whole(cx: Context, asked: Asked) -> Tally:
    """The fate of all denials of the period."""
    fate = fates_of(asked)
    return _tally(cx.db.execute(select(*_figures(fate)).select_from(fate)).one())


def grouped(cx: Context, asked: Asked, by: str) -> tuple[Group, ...]:
    """The same by group; what survives least comes first: by the lower end of the interval of the
    share that fell, so that two of two do not stand before forty of fifty. A denial with two
    reasons stands under both."""
    fate, key = _under(asked, by)
    rows = cx.db.execute(
        select(key.c.key, *_figures(fate))
        .select_from(fate)
        .join(key, key.c.denial == fate.c.id)
        .group_by(key.c.key)
        .order_by(func.count().desc(), key.c.key)
        .limit(MOST_GROUPS)
    ).all()
    found = [Group(row.key, token_of(row.key), _tally(row)) for row in rows]
    return tuple(sorted(found, key=_rank))


def fates(
    cx: Context,
    asked: Asked,
    *,
    by: str = "",
    key: str = "",
    which: str = "denials",
    after: Cursor | None = None,
    limit: int = 50,
) -> Fates:
    """The denials behind a number, the newest first."""
    fate, under = _under(asked, by) if by else (fates_of(asked), None)
    statement: Any = select(fate)
    if under is not None:
        statement = statement.join(under, under.c.denial == fate.c.id).where(under.c.key == key)
    if which != "denials":
        statement = statement.where(_counted(fate)[which])
    if after is not None:
        statement = statement.where(tuple_(fate.c.at, fate.c.id) < tuple_(*map(literal, after)))
    found = cx.db.execute(
        statement.order_by(fate.c.at.desc(), fate.c.id.desc()).limit(limit + 1)
    ).all()
    rows = found[:limit]
    following = (rows[-1].at, rows[-1].id) if len(found) > limit else None
    return Fates(tuple(_fate(row) for row in rows), following)


def token_of(key: str) -> str:
    """What stands for a group in an address: a criterion can be a whole sentence."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _rank(group: Group) -> tuple[float, int, str]:
    decided = group.tally.of_decided
    return (-(decided.low if decided.low is not None else -1.0), -group.tally.denials, group.key)


def _counted(fate: Any) -> dict[str, Any]:
    return {
        "appealed": fate.c.appealed,
        "overturned": fate.c.verdict.in_((OVERTURNED, REVERSED)),
        "partly": fate.c.verdict == PARTLY,
        "upheld": fate.c.verdict == UPHELD,
        "open": and_(fate.c.appealed, fate.c.verdict == ""),
    }


def _figures(fate: Any) -> list[Any]:
    counted = _counted(fate)
    fell = fate.c.verdict.in_((OVERTURNED, REVERSED, PARTLY))
    return [
        func.count().label("denials"),
        *(
            func.count().filter(counted[name]).label(name)
            for name in ("appealed", "overturned", "partly", "upheld")
        ),
        func.avg(fate.c.days).filter(fell).label("days_mean"),
        func.percentile_cont(0.5).within_group(fate.c.days).filter(fell).label("days_median"),
    ]


def _under(asked: Asked, by: str) -> tuple[Any, Any]:
    """The fates, and beside them each denial with its groups of this sort."""
    fate = fates_of(asked)
    return fate, groups.KEYS[by](fate).distinct().subquery("under")


def _tally(row: Any) -> Tally:
    return Tally(
        denials=row.denials,
        appealed=row.appealed,
        overturned=row.overturned,
        partly=row.partly,
        upheld=row.upheld,
        days_mean=float(row.days_mean) if row.days_mean is not None else None,
        days_median=float(row.days_median) if row.days_median is not None else None,
    )


def _fate(row: Any) -> Fate:
    return Fate(
        ref=row.ref,
        title=row.title,
        denied_at=row.at,
        by_law=row.event not in ADVERSE,
        appealed=row.appealed,
        verdict=row.verdict,
        days=float(row.days) if row.days is not None and row.verdict != UPHELD else None,
    )
