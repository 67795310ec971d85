"""Who will be there in the next days: the desk's people with their pools and their hours, from the
roles, contracts and absences that are recorded. People work Monday to Friday, Eastern Time."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework.context import Context
from casework.models import Absence, Role, User, UserContract, user_role
from casework.records.house_measures import DESK, ZONE
from casework.staffing.outlook import Person

FROM: Final = time(8, 0)
UNTIL: Final = time(16, 30)
WEEKDAYS: Final = 5


def role_for(kind: str, state: str) -> str:
    """Whose work a case in this state is."""
    if kind == "prior_auth":
        return "physician" if state == "in_physician_review" else "nurse"
    return "ag_clinician" if (kind, state) == ("appeal", "in_review") else "ag_specialist"


def pool(role: str, contract_id: int) -> str:
    """The name of the pool of a role for a contract."""
    return f"{role} {contract_id}"


def people_ahead(cx: Context, hours: int) -> tuple[Person, ...]:
    """Everybody of the desk with the hours of presence within so many hours from now."""
    until = cx.now + timedelta(hours=hours)
    pools: dict[int, set[str]] = {}
    for row in cx.db.execute(
        select(User.id, Role.name, UserContract.contract_id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .join(UserContract, UserContract.user_id == User.id)
        .where(Role.name.in_(DESK), User.active, User.left_on.is_(None))
    ):
        pools.setdefault(row.id, set()).add(pool(row.name, row.contract_id))
    away: dict[int, list[tuple[date, date]]] = {}
    zone = ZoneInfo(ZONE)
    first, last = cx.now.astimezone(zone).date(), until.astimezone(zone).date()
    for absence in cx.db.execute(
        select(Absence.user_id, Absence.starts_on, Absence.ends_on).where(
            Absence.ended_at.is_(None), Absence.starts_on <= last, Absence.ends_on >= first
        )
    ):
        away.setdefault(absence.user_id, []).append((absence.starts_on, absence.ends_on))
    return tuple(
        Person(
            user_id,
            tuple(sorted(pools[user_id])),
            tuple(_windows(cx.now, until, zone, away.get(user_id, []))),
        )
        for user_id in sorted(pools)
    )


def _windows(
    now: datetime, until: datetime, zone: ZoneInfo, away: list[tuple[date, date]]
) -> Iterator[tuple[float, float]]:
    """The hours from now on at which somebody is there."""
    day = now.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        gone = any(start <= day <= end for start, end in away)
        if day.weekday() < WEEKDAYS and not gone:
            opens = max(now, datetime.combine(day, FROM, zone))
            closes = min(until, datetime.combine(day, UNTIL, zone))
            if opens < closes:
                yield (_hours(opens - now), _hours(closes - now))
        day += timedelta(days=1)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
