"""Work that stands still, brought up by itself: passed over by everybody, or with people who are
gone or away until it is due; and what the page of a case says about whose it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.models import Assignment, Case, User, WorkRefusal
from casework.records import holding, refusing
from casework.records.whereabouts import Whereabouts, whereabouts

MOST: Final = 20
COUNTED: Final = 1000


@dataclass(frozen=True)
class Standing:
    """One case that stands still: with whom (empty: nobody), why each who refused it did so."""

    ref: str
    title: str
    due_at: datetime | None
    zone: str
    whose: str
    refusals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Surfaced:
    """The first of them, and how many there are (counted up to COUNTED)."""

    count: int
    first: tuple[Standing, ...]


@dataclass(frozen=True)
class Whose:
    """Whose a case is and since when, by whom and why; and the hold that stands on it."""

    since: datetime | None
    by: str
    reason: str
    held_until: datetime | None
    held_why: str
    held_by: str


def still(cx: Context, away: Whereabouts | None = None) -> Surfaced:
    """Open cases of people who are gone, or away until they are due; what is due first first."""
    away = away or whereabouts(cx)
    return _surfaced(cx, [Case.open, away.stands_still()])


def passed_over(cx: Context) -> Surfaced:
    """Cases on the supervisors' list: refused too often or too long ago, and nobody has them."""
    told = (
        select(WorkRefusal.id)
        .where(
            WorkRefusal.case_id == Case.id,
            WorkRefusal.surfaced_at.is_not(None),
            refusing.waiting(),
        )
        .exists()
    )
    return _surfaced(cx, [told], refused=True)


def whose(cx: Context, case: Any) -> Whose:
    """What the page of this case says about whose it is, in two questions."""
    row = cx.db.execute(
        select(Assignment.user_id, Assignment.from_at, Assignment.by_name, Assignment.reason)
        .where(Assignment.case_id == case.id, Assignment.until_at.is_(None))
        .order_by(Assignment.id.desc())
        .limit(1)
    ).one_or_none()
    had = row if row is not None and row.user_id == case.assignee_id else None
    hold = holding.standing(cx, case.id)
    held = hold if hold is not None and not holding.why_over(case, hold, cx.now) else None
    return Whose(
        since=had.from_at if had else None,
        by=had.by_name if had else "",
        reason=had.reason if had else "",
        held_until=held.until_at if held else None,
        held_why=holding.REASONS.get(held.reason, "") if held else "",
        held_by=held.by_name if held else "",
    )


def _surfaced(cx: Context, conditions: list[Any], *, refused: bool = False) -> Surfaced:
    rows = cx.db.execute(
        select(
            Case.id,
            Case.ref,
            Case.title,
            Case.next_due_at,
            Case.contract_version_id,
            User.name.label("whose"),
        )
        .outerjoin(User, User.id == Case.assignee_id)
        .where(*conditions)
        .order_by(Case.next_due_at.asc().nulls_last(), Case.id)
        .limit(MOST)
    ).all()
    few = len(rows) < MOST
    count = len(rows) if few else _counted(cx, conditions)
    told = _refusals(cx, [row.id for row in rows]) if refused and rows else {}
    return Surfaced(count, tuple(_standing(cx, row, told.get(row.id, ())) for row in rows))


def _counted(cx: Context, conditions: list[Any]) -> int:
    some = select(Case.id).where(*conditions).limit(COUNTED).subquery()
    return int(cx.db.execute(select(func.count()).select_from(some)).scalar_one())


def _refusals(cx: Context, case_ids: list[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    rows = cx.db.execute(
        select(WorkRefusal.case_id, WorkRefusal.by_name, WorkRefusal.reason)
        .where(WorkRefusal.case_id.in_(case_ids), WorkRefusal.answered_at.is_(None))
        .order_by(WorkRefusal.id)
    )
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for row in rows:
        words = refusing.REASONS.get(row.reason, row.reason)
        found[row.case_id] = (*found.get(row.case_id, ()), (row.by_name, words))
    return found


def _standing(cx: Context, row: Any, refusals: tuple[tuple[str, str], ...]) -> Standing:
    return Standing(
        ref=row.ref,
        title=row.title,
        due_at=row.next_due_at,
        zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
        whose=row.whose or "",
        refusals=refusals,
    )
