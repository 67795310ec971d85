"""The rotation of review organizations for whoever watches it: the order, the next, the log.

The figures of a panel count every turn; the log shows those of the cases within reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.models import Case, ReviewOrganization, ReviewTurn
from casework.records import rotation
from casework.records.rotation import Place

MOST: Final = 200
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Turned:
    """One line of the log."""

    number: int
    ref: str
    organization_id: int
    name: str
    panel: str
    size: int
    at: datetime
    by: str
    by_state: bool
    passed: tuple[dict[str, Any], ...]
    why: str
    ended_why: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel as it stands: who is next, the figures, and whether they are even."""

    key: str
    places: tuple[Place, ...]
    uneven: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether at least three take turns (45 CFR 147.136(d)(2)(iii)(A))."""
        return len(self.places) >= _LEAST


_LEAST: Final = 3


def panels(cx: Context, *, on: date) -> list[Panel]:
    """Every State with review organizations, with the order of each."""
    states = cx.db.execute(
        select(ReviewOrganization.state)
        .where(ReviewOrganization.body == "iro", ReviewOrganization.state.is_not(None))
        .distinct()
        .order_by(ReviewOrganization.state)
    ).scalars()
    found = []
    for state in states:
        key = rotation.key_of("marketplace", state)
        places = tuple(rotation.order(cx, key, on=on))
        found.append(Panel(key, places, uneven(turns_of(cx, key), places)))
    return found


def log(cx: Context, *, key: str = "", limit: int = MOST, before: int = 0) -> list[Turned]:
    """The newest turns first, with who was passed over and why."""
    wanted = (
        select(ReviewTurn, Case.ref, ReviewOrganization.name)
        .join(Case, Case.id == ReviewTurn.case_id)
        .join(ReviewOrganization, ReviewOrganization.id == ReviewTurn.organization_id)
        .order_by(ReviewTurn.id.desc())
        .limit(limit)
    )
    if key:
        wanted = wanted.where(ReviewTurn.panel == key)
    if before:
        wanted = wanted.where(ReviewTurn.id < before)
    return [_turned(row) for row in cx.db.execute(wanted)]


def turns_of(cx: Context, key: str) -> list[tuple[int, tuple[int, ...]]]:
    """Every turn of this panel within reach, oldest first: who had it, and who was passed over for
    a conflict."""
    rows = cx.db.execute(
        select(ReviewTurn.organization_id, ReviewTurn.passed)
        .where(ReviewTurn.panel == key, ReviewTurn.by_state.is_(False))
        .order_by(ReviewTurn.id)
    )
    return [(row.organization_id, tuple(each["id"] for each in row.passed)) for row in rows]


def uneven(
    turns: Sequence[tuple[int, tuple[int, ...]]], places: Sequence[Place]
) -> tuple[str, ...]:
    """The pairs whose turns differ by more than one and a recorded reason for each turn more.

    Strict rotation means: between two turns of one organization every other one had a turn, or was
    passed over at the second with its reason. So `turns(A) - turns(B) <= 1 + passes of B at turns
    of A`, counted since both take turns. Empty: it is even.
    """
    names = {place.id: place.name for place in places}
    found = []
    for one in names:
        for other in names:
            if one != other and _ahead(turns, one, other) > 1:
                found.append(f"{names[one]} had more turns than {names[other]} without a reason")
    return tuple(found)


def _ahead(turns: Sequence[tuple[int, tuple[int, ...]]], one: int, other: int) -> int:
    """The most turns that `one` had in a row without `other` having one or a reason against it."""
    most = run = 0
    started = False
    for who, passed in turns:
        if who == other or other in passed:
            started, run = True, 0
        elif who == one and started:
            run += 1
            most = max(most, run)
    return most


def of_case(cx: Context, case_id: int) -> list[Turned]:
    """The turns of one review, oldest first."""
    wanted = (
        select(ReviewTurn, Case.ref, ReviewOrganization.name)
        .join(Case, Case.id == ReviewTurn.case_id)
        .join(ReviewOrganization, ReviewOrganization.id == ReviewTurn.organization_id)
        .where(ReviewTurn.case_id == case_id)
        .order_by(ReviewTurn.id)
    )
    return [_turned(row) for row in cx.db.execute(wanted)]


def _turned(row: Any) -> Turned:
    turn = row.ReviewTurn
    return Turned(
        number=turn.id,
        ref=row.ref,
        organization_id=turn.organization_id,
        name=row.name,
        panel=turn.panel,
        size=turn.size,
        at=turn.at,
        by=turn.by_name,
        by_state=turn.by_state,
        passed=tuple(turn.passed),
        why=turn.why,
        ended_why=turn.ended_why,
        ended_at=turn.ended_at,
    )
