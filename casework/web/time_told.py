"""What is told after somebody moved time: from when to when, what happened since, who answered.

The session keeps the move; the first page after it tells, and looks on by itself for a while. It
moves nothing itself.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import session

from casework import now as clock
from casework.config import Settings
from casework.context import SYSTEM
from casework.queries import time_travel as travelled
from casework.queries.time_travel import Fired, Since
from casework.queries.worklist import DESK_ZONE
from casework.web import edge
from casework.web.staff.blueprint import CASEWORKERS
from sla.events import CLOCKS

# How long the answer to a move waits for the sweep, and how long its page then looks on by itself.
PATIENCE_SECONDS: Final = 3.0
LOOK_EVERY_SECONDS: Final = 0.1
LOOKS_ON_SECONDS: Final = 20
_MOVED: Final = "time_moved"


@dataclass(frozen=True, slots=True)
class Move:
    """One move, from case time to case time; `wall` is when it was made."""

    before: datetime
    after: datetime
    wall: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What is told after a move: from when to when, what happened since, who answered.

    `answer` is `done`, `at_work`, `expected` or `silent`. `seconds` is how long the page still
    looks on by itself.
    """

    before: datetime
    after: datetime
    zone: str
    since: Since
    fired: tuple[tuple[Fired, str], ...]
    answer: str
    seconds: int


def is_here(settings: Settings) -> bool:
    """True in demonstrations alone; production never is one, whatever its settings say."""
    return settings.demo and not settings.production


def remember(move: Move) -> None:
    """Keep this move in the session, to be told on the next page."""
    session[_MOVED] = {
        "before": move.before.isoformat(),
        "after": move.after.isoformat(),
        "wall": move.wall.isoformat(),
        "shown": False,
    }


def tell_once() -> Told | None:
    """What the first page after a move tells; None on every other page."""
    if edge.bare() or not is_here(edge.settings()) or edge.principal().kind != "user":
        return None
    moved = session.get(_MOVED)
    return None if moved is None or moved["shown"] else tell()


def await_sweep(after: datetime, started: datetime) -> None:
    """Wait until a sweep has looked at the time since `started` (wall), three seconds at most: what
    it did is to stand on the next page, and nobody waits for timers that do not run."""
    until = clock.monotonic() + PATIENCE_SECONDS
    while clock.monotonic() < until:
        if _answer(_since(after), started) == "done":
            return
        time.sleep(LOOK_EVERY_SECONDS)


def tell() -> Told | None:
    """What happened since the last move of this session, told now and so not again by itself."""
    moved = session.get(_MOVED)
    if moved is not None and not moved["shown"]:
        session[_MOVED] = {**moved, "shown": True}
    return told()


def told() -> Told | None:
    """What happened since the last move of this session until now; None before any move."""
    moved = session.get(_MOVED)
    if moved is None:
        return None
    before, after, started = (
        datetime.fromisoformat(moved[name]) for name in ("before", "after", "wall")
    )
    since = _since(after)
    answer = _answer(since, started)
    over = answer == "done" and not since.letters_on_their_way
    left = LOOKS_ON_SECONDS - int((clock.wall() - started).total_seconds())
    return Told(
        before=before,
        after=after,
        zone=DESK_ZONE,
        since=since,
        fired=_fired(after),
        answer=answer,
        seconds=0 if over else max(0, left),
    )


def _since(after: datetime) -> Since:
    database = edge.database()
    with database.reading(database.context(SYSTEM)) as house:
        return travelled.happened(house, after)


def _answer(since: Since, started: datetime) -> str:
    """Whether the timers have looked at the time to which somebody moved at `started` (wall)."""
    swept = since.swept_at is not None and since.swept_at >= started
    if swept and not since.waiting:
        return "done"
    if swept or since.steps:
        return "at_work"
    passed = (clock.wall() - started).total_seconds()
    return "expected" if passed < PATIENCE_SECONDS else "silent"


def _fired(after: datetime) -> tuple[tuple[Fired, str], ...]:
    """The steps that fired with the words of their clocks, for those who may open the cases."""
    if not edge.principal().roles & CASEWORKERS:
        return ()
    with edge.reading() as cx:
        found = travelled.fired(cx, after)
    return tuple((each, CLOCKS[each.clock].words if each.clock in CLOCKS else "") for each in found)
