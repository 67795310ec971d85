"""Who has a case open right now. Written in a transaction of its own, outside the history.

Presence is measured by the wall clock, as sessions are; it is no proof of anything and no lock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert

from casework.context import Context
from casework.models import Presence, User

AWAY_AFTER: Final = timedelta(seconds=40)


@dataclass(frozen=True)
class Here:
    """Somebody else who has the case open, and since when (wall clock)."""

    name: str
    since: datetime


def arrive(cx: Context, case_id: int, *, wall: datetime) -> tuple[Here, ...]:
    """Say that this person has the case open at `wall`; who else has, the longest first.

    Whoever was away for longer than AWAY_AFTER comes anew.
    """
    new = insert(Presence).values(
        case_id=case_id, user_id=cx.principal.id, since_at=wall, seen_at=wall
    )
    away = Presence.seen_at < wall - AWAY_AFTER
    since = case((away, new.excluded.since_at), else_=Presence.since_at)
    with cx.database.observe(cx) as session:
        session.execute(
            new.on_conflict_do_update(
                index_elements=["case_id", "user_id"],
                set_={"since_at": since, "seen_at": new.excluded.seen_at},
            )
        )
        rows = session.execute(
            select(User.name, Presence.since_at)
            .join(User, User.id == Presence.user_id)
            .where(
                Presence.case_id == case_id,
                Presence.user_id != cx.principal.id,
                Presence.seen_at >= wall - AWAY_AFTER,
            )
            .order_by(Presence.since_at)
        ).all()
    return tuple(Here(row.name, row.since_at) for row in rows)
