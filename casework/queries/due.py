"""How near a due is: in groups, and in words that a person reads at a glance."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

GROUPS: Final = ("overdue", "today", "soon", "later", "none")
GROUP_WORDS: Final = {
    "overdue": "Overdue",
    "today": "Today",
    "soon": "Next 2 days",
    "later": "Later",
    "none": "No due date",
}


@dataclass(frozen=True)
class TimeLeft:
    """Time left in words (`today 4:10 pm · 5 h 20 min`), its group, and the local due."""

    group: str
    words: str
    local: str


def windows(now: datetime, zone: str) -> dict[str, tuple[datetime | None, datetime | None]]:
    """For each group the instants between which a due falls (from, until; None is open)."""
    where = ZoneInfo(zone)
    tomorrow = _midnight(now, where, days=1)
    after_two = _midnight(now, where, days=3)
    return {
        "overdue": (None, now),
        "today": (now, tomorrow),
        "soon": (tomorrow, after_two),
        "later": (after_two, None),
    }


def time_left(due_at: datetime | None, now: datetime, zone: str) -> TimeLeft:
    """How near this due is, seen from `now`, on the calendar of this zone."""
    if due_at is None:
        return TimeLeft("none", "no due date", "")
    where = ZoneInfo(zone)
    local = due_at.astimezone(where)
    clock = f"{local:%I:%M %p}".lstrip("0").lower()
    group = _group(due_at, now, zone)
    day = _day(local, now.astimezone(where))
    distance = _distance(abs(due_at - now))
    words = f"{day} {clock} · {distance} late" if due_at < now else f"{day} {clock} · {distance}"
    return TimeLeft(group, words, f"{local:%B} {local.day}, {local.year}, {clock}")


def _group(due_at: datetime, now: datetime, zone: str) -> str:
    if due_at < now:
        return "overdue"
    found = windows(now, zone)
    return next(
        name
        for name in ("today", "soon", "later")
        if (end := found[name][1]) is None or due_at < end
    )


def _day(local: datetime, today: datetime) -> str:
    days = (local.date() - today.date()).days
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in named:
        return named[days]
    if local.year != today.year:
        return f"{local:%b} {local.day}, {local.year},"
    return f"{local:%a} {local:%b} {local.day}"


def _distance(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // (24 * 60)} days"


def _midnight(now: datetime, where: ZoneInfo, *, days: int) -> datetime:
    day = now.astimezone(where).date() + timedelta(days=days)
    return datetime.combine(day, time(), where)
