"""Does the watch itself run: the loops by their heartbeats, the nightly rounds by their rows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import CheckRound, Heartbeat

# After so long without a round a loop counts as stopped.
STOPPED_AFTER: Final = {"sweep": timedelta(seconds=90), "relay": timedelta(minutes=15)}
NIGHTLY: Final = ("integrity", "clocks", "audit")
LATE_AFTER: Final = timedelta(hours=36)


def loops(cx: Context, wall: datetime) -> Iterator[Finding]:
    """Loops whose last round is too long ago.

    The sweep is measured by the clock on the wall. Any other loop by the last quick round, which
    the sweep makes: after a night in which nothing ran it has not had its turn yet.
    """
    rows = cx.db.execute(select(Heartbeat.name, Heartbeat.at))
    beats = {row.name: row.at for row in rows}
    born = _born(cx)
    seen = last_ended(cx).get("marks")
    for name, most in STOPPED_AFTER.items():
        by = wall if name == "sweep" else seen
        at = beats.get(name)
        if by is None or born is None or by - (at or born) <= most:
            continue
        since = "never" if at is None else f"at {at:%Y-%m-%d %H:%M:%S} UTC"
        yield Finding("loop_stopped", f"The loop {name} last ended a round {since}.", key=name)


def rounds(cx: Context, wall: datetime) -> Iterator[Finding]:
    """Nightly rounds that did not end within the last 36 hours."""
    for name, at in late_rounds(cx, wall):
        since = "never" if at is None else f"at {at:%Y-%m-%d %H:%M} UTC"
        yield Finding("round_late", f"The check {name} was last finished {since}.", key=name)


def late_rounds(cx: Context, wall: datetime) -> list[tuple[str, datetime | None]]:
    """The nightly rounds that are late, each with its last end. In a house whose first round of any
    kind is not 36 hours old none can be late."""
    born = _born(cx)
    if born is None:
        return []
    ended = last_ended(cx)
    return [
        (name, ended.get(name))
        for name in NIGHTLY
        if wall - max(born, ended.get(name) or born) > LATE_AFTER
    ]


def last_ended(cx: Context) -> dict[str, Any]:
    """When each round was last finished without an error."""
    rows = cx.db.execute(
        select(CheckRound.name, func.max(CheckRound.ended_at).label("at"))
        .where(CheckRound.ended_at.is_not(None), CheckRound.error == "")
        .group_by(CheckRound.name)
    )
    return {row.name: row.at for row in rows}


def _born(cx: Context) -> datetime | None:
    """When the first round of any kind began: since then the house is watched."""
    return cx.db.execute(select(func.min(CheckRound.started_at))).scalar()
