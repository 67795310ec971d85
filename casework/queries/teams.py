"""Who belongs to somebody's team today: himself, who reports to him, and who reports with him.

It reads the organization chart and knows nothing of cases or views.
"""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, union

from casework.context import Context
from casework.models import ReportingLine, User

_HOUSE: Final = ZoneInfo("America/New_York")
MOST: Final = 60


def team_ids(cx: Context) -> Any:
    """A selectable of the ids of this person's team, as of today; the person himself is in it."""
    me = cx.principal.id
    above = select(ReportingLine.manager_id).where(ReportingLine.user_id == me, *_in_force(cx.now))
    beside = select(ReportingLine.user_id).where(
        or_(ReportingLine.manager_id == me, ReportingLine.manager_id.in_(above)),
        *_in_force(cx.now),
    )
    own = select(User.id).where(User.id == me)
    return union(beside, own)


def of_team(cx: Context) -> Any:
    """Id and name of everybody of the team who is here, by name, MOST at the most."""
    return (
        select(User.id, User.name)
        .where(User.id.in_(team_ids(cx)), User.active, User.left_on.is_(None))
        .order_by(User.name, User.id)
        .limit(MOST)
    )


def _in_force(now: datetime) -> tuple[Any, ...]:
    today = now.astimezone(_HOUSE).date()
    return (
        ReportingLine.starts_on <= today,
        or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= today),
    )
