"""Who has a case open right now. Written in a transaction of its own, outside the history.

Presence is measured by the wall clock, as sessions are; it is no proof of anything and no lock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework import observations
from casework.context import Context
from casework.errors import NotReady
from casework.models import Presence, User

AWAY_AFTER: Final = timedelta(seconds=40)


@dataclass(frozen=True)
class Here:
    """Somebody else who has the case open, and since when (wall clock)."""

    name: str
    since: datetime


def open_case(cx: Context, row: Any, what: str, *, wall: datetime) -> tuple[Here, ...]:
    """Write that this person looks at this case (its id and member) and has it open at `wall`; who
    else has. Raises NotReady when the look cannot be written: then nothing is shown."""
    try:
        with cx.database.observe(cx) as session:
            observations.look_within(
                session, cx, case_id=row.id, member_id=row.member_id, what=what
            )
            return _arrive(session, cx, row.id, wall, looked=cx.now)
    except SQLAlchemyError as error:
        raise NotReady(observations.UNSEEN) from error


def stay(cx: Context, case_id: int, *, wall: datetime) -> tuple[Here, ...]:
    """Say that this person still has the case open at `wall`; who else has, the longest first.

    Whoever was away for longer than AWAY_AFTER comes anew.
    """
    with cx.database.observe(cx) as session:
        return _arrive(session, cx, case_id, wall)


def _arrive(
    session: Session, cx: Context, case_id: int, wall: datetime, *, looked: datetime | None = None
) -> tuple[Here, ...]:
    """`looked` (case time): the page itself was opened, so papers that came before are seen."""
    new = insert(Presence).values(
        case_id=case_id, user_id=cx.principal.id, since_at=wall, seen_at=wall, looked_at=looked
    )
    away = Presence.seen_at < wall - AWAY_AFTER
    since = case((away, new.excluded.since_at), else_=Presence.since_at)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["case_id", "user_id"],
            set_={
                "since_at": since,
                "seen_at": new.excluded.seen_at,
                "looked_at": func.coalesce(new.excluded.looked_at, Presence.looked_at),
            },
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
