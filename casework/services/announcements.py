"""Announcements: said, ended, put away by those who saw them. What was said is never changed."""

from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import Announcement, AnnouncementSeen
from casework.records.announcing import MOST_OF_A_REASON, Notice, audience_of, row_of

ACTION: Final = "announce"


@command
def announce(cx: Context, form: Notice) -> int:
    """Say it; its number. Raises NotAllowed, Invalid."""
    policy.require(cx.principal, "", ACTION)
    row = row_of(form, cx.now)
    number: int = cx.db.execute(
        insert(Announcement)
        .values(
            **row,
            written_at=cx.now,
            written_by_id=cx.principal.id,
            written_by=cx.principal.name[:120],
        )
        .returning(Announcement.id)
    ).scalar_one()
    observations.append(cx, "announced", what=f"announcement:{number}")
    return number


@command
def end_announcement(cx: Context, number: int, *, why: str) -> None:
    """End it before its time. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", ACTION)
    if not why.strip() or len(why) > MOST_OF_A_REASON:
        said = f"Say why, in {MOST_OF_A_REASON} characters."
        raise Invalid(said, fields={f"why-{number}": said})
    ended = cx.db.execute(
        update(Announcement)
        .where(
            Announcement.id == number,
            Announcement.ended_at.is_(None),
            Announcement.until_at > cx.now,
        )
        .values(ended_at=cx.now, ended_by=cx.principal.name[:120], ended_why=why.strip())
        .returning(Announcement.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound("There is no such announcement, or it is over.")
    observations.append(cx, "announcement_ended", what=f"announcement:{number}")


@command
def put_away(cx: Context, number: int) -> None:
    """Whoever it was said to has seen it, and where it asks for that, says that he read it; said
    twice it counts once. Raises NotFound (also for somebody it was not said to)."""
    asks = cx.db.execute(
        select(Announcement.ask).where(
            Announcement.id == number,
            Announcement.audience == audience_of(cx.principal),
            Announcement.from_at <= cx.now,
        )
    ).scalar_one_or_none()
    if asks is None:
        raise NotFound("There is no such announcement.")
    cx.db.execute(
        pg_insert(AnnouncementSeen)
        .values(announcement_id=number, user_id=cx.principal.id, read=asks, at=cx.now)
        .on_conflict_do_nothing()
    )
