"""Dates, instants and lists as a person reads them, in a given zone. English only; pages in other
languages take the values, not these words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
_SECOND_HALF = ("July", "August", "September", "October", "November", "December")
_MONTHS = (*_FIRST_HALF, *_SECOND_HALF)
_NOON = 12


def day_text(day: date) -> str:
    """`Wed 8 July 2026`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_text(instant: datetime, where: ZoneInfo) -> str:
    """`Wed 8 July 2026, 11:59:59 pm EDT`, in the zone."""
    local = instant.astimezone(where)
    hour = local.hour % _NOON or _NOON
    seconds = f":{local.second:02}" if local.second else ""
    half = "am" if local.hour < _NOON else "pm"
    clock = f"{hour}:{local.minute:02}{seconds} {half}"
    return f"{day_text(local.date())}, {clock} {local.tzname()}"


def moment_text(moment: date | datetime, where: ZoneInfo) -> str:
    """A date or an instant, each as above."""
    if isinstance(moment, datetime):
        return instant_text(moment, where)
    return day_text(moment)


def counted(figure: int, unit: str) -> str:
    """`1 day`, `2 days`; the unit is given in the plural."""
    return f"{figure} {unit.removesuffix('s') if figure == 1 else unit}"
