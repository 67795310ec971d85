"""The demo's people at work, at any instant: through the real services, with letters that leave.

Time is that of each step, so the letters bear the days on which they would have left.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select

from casework import scope
from casework.carriers import vendor
from casework.config import Settings
from casework.context import Context, Principal
from casework.db import Database
from casework.models import Letter
from casework.seed.town import Town


class PostRoom(Protocol):
    """What produces and sends the letters: the worker, handed in by the door that has one."""

    def relay(self) -> int:
        """Produce and send what is owed."""
        ...

    def close(self) -> None:
        """Stop."""
        ...


class Standing(Database):
    """A database that stands at one instant of case time, moved by hand."""

    at: datetime

    def case_now(self) -> datetime:
        """The instant at which it stands."""
        return self.at


@dataclass
class Living:
    """The demo's people, at work at a given instant."""

    database: Standing
    post_room: PostRoom
    settings: Settings
    town: Town

    def at(self, instant: datetime) -> None:
        """Go to this instant."""
        self.database.at = instant

    def cx(self, principal: Principal) -> Context:
        """A context of this person, now."""
        return self.database.context(principal)

    def of(self, key: str) -> Context:
        """A context of this person of the plan, now."""
        return self.cx(self.town.staff[key].principal)

    def letters_leave(self) -> None:
        """Let the worker produce and hand over what is owed, and the print vendor of the past mail
        it at once: its proof is read as any other."""
        self.post_room.relay()
        if vendor.answer_all(self.settings.print_dir, at=self.database.at):
            self.post_room.relay()


Play = Callable[[Living, datetime], None]


def live(
    settings: Settings,
    town: Town,
    plays: Iterable[Play],
    *,
    as_of: datetime,
    post_room: Callable[[Database], PostRoom],
) -> int:
    """Live through these plays up to this instant; returns the letters that left."""
    database = Standing(settings, criteria=scope.criteria)
    database.at = as_of
    room = post_room(database)
    living = Living(database, room, settings, town)
    try:
        for play in plays:
            play(living, as_of)
        return _left(database)
    finally:
        room.close()
        database.engine.dispose()


def _left(database: Database) -> int:
    with database.reading(database.context()) as cx:
        counting = select(func.count()).select_from(Letter).where(Letter.state == "sent")
        return int(cx.db.execute(counting).scalar_one())
