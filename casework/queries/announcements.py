"""Announcements: what somebody has still to see, and the board with who has seen what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import Announcement, AnnouncementSeen
from casework.records.announcing import audience_of

# So many stand on a first page at once; the next comes when one is put away.
MOST_AT_ONCE: Final = 3
ON_THE_BOARD: Final = 60


@dataclass(frozen=True)
class ToSee:
    """One announcement as its reader gets it. `ask`: he is asked to say that he read it."""

    id: int
    text_en: str
    text_es: str
    path: str
    ask: bool

    def text(self, language: str) -> str:
        """What it says in this language, or in English."""
        return self.text_es if language == "es" and self.text_es else self.text_en


def to_see(cx: Context) -> tuple[ToSee, ...]:
    """What the principal's audience is told now and he has not put away, the oldest first."""
    seen = select(AnnouncementSeen.user_id).where(
        AnnouncementSeen.announcement_id == Announcement.id,
        AnnouncementSeen.user_id == cx.principal.id,
    )
    rows = cx.db.execute(
        select(
            Announcement.id,
            Announcement.text_en,
            Announcement.text_es,
            Announcement.path,
            Announcement.ask,
        )
        .where(
            Announcement.audience == audience_of(cx.principal),
            Announcement.ended_at.is_(None),
            Announcement.from_at <= cx.now,
            Announcement.until_at > cx.now,
            ~seen.exists(),
        )
        .order_by(Announcement.from_at, Announcement.id)
        .limit(MOST_AT_ONCE)
    )
    return tuple(ToSee(*row) for row in rows)


def board(house: Context) -> Sequence[Any]:
    """All announcements, the newest first, each with how many have put it away or read it: counted
    over the whole house, which names nobody."""
    newest = select(Announcement).order_by(Announcement.id.desc()).limit(ON_THE_BOARD).subquery()
    return house.db.execute(
        select(*newest.c, func.count(AnnouncementSeen.user_id).label("seen"))
        .outerjoin(AnnouncementSeen, AnnouncementSeen.announcement_id == newest.c.id)
        .group_by(*newest.c)
        .order_by(newest.c.id.desc())
    ).all()
