"""Day, hour, business and month arithmetic (counting rules C1-C14) on dates and UTC instants. It
knows no rule of law, no case and no current date. At the end of the year 9999 it stops."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from sla.holidays import SATURDAY, is_federal_holiday, is_observed_holiday

_FIRST_DAY = date(1, 1, 2)  # its midnight is an instant in every zone
LAST_DAY = date(9999, 12, 29)
_LAST_INSTANT = datetime(9999, 12, 30, tzinfo=UTC)
_END = time(23, 59, 59)
_START = time(0, 0)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_MOST_BUSINESS_DAYS = 2_700_000  # more than lie between the years 1 and 9999


@cache
def zone_names() -> frozenset[str]:
    """The IANA names that a contract may carry, from the pinned `tzdata` package (not from the
    machine: zones must be of the same vintage everywhere)."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(listed) - {"Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises KeyError with the name when there is none."""
    if name not in zone_names():
        raise KeyError(name)
    place = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with place.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def _within(day: date) -> date:
    return max(_FIRST_DAY, min(day, LAST_DAY))


def wall_to_utc(day: date, at: time, where: ZoneInfo) -> datetime:
    """The UTC instant of a wall time: in the autumn overlap the earlier one, in the spring gap slid
    forward by the gap (C8, C9). `fold=0` of the standard library is exactly this."""
    return datetime.combine(_within(day), at, where).astimezone(UTC)


def typed_to_utc(wall: datetime, where: ZoneInfo) -> datetime | None:
    """The UTC instant of a wall time that a person typed; None where it does not exist (C9)."""
    instant = wall.replace(tzinfo=where, fold=0).astimezone(UTC)
    if instant.astimezone(where).replace(tzinfo=None) != wall.replace(fold=0):
        return None
    return instant


def local_day(instant: datetime, where: ZoneInfo) -> date:
    """The local date of an instant (C1)."""
    return instant.astimezone(where).date()


@lru_cache(maxsize=32_768)
def end_of_day(day: date, where: ZoneInfo) -> datetime:
    """23:59:59 local, as a UTC instant (C2). Where the clocks go forward over it (Greenland), the
    last second before they do: the plan is never late."""
    day = _within(day)
    end = wall_to_utc(day, _END, where)
    if local_day(end, where) == day:
        return end
    return start_of_day(plus_days(day, 1), where) - _SECOND


def start_of_day(day: date, where: ZoneInfo) -> datetime:
    """00:00 local, as a UTC instant."""
    return wall_to_utc(day, _START, where)


def plus_days(day: date, days: int) -> date:
    """`day` and so many calendar days; day N counts (C2)."""
    try:
        return min(day + timedelta(days=days), LAST_DAY)
    except OverflowError:
        return LAST_DAY


def plus_months(day: date, months: int) -> date:
    """The same day number so many months later; the first of the next month if there is none
    (C12)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year >= LAST_DAY.year:
        return LAST_DAY
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # 30 February and the like; never in December, which has 31 days
        return date(year, month + 2, 1)


def plus_hours(instant: datetime, hours: int) -> datetime:
    """Exact elapsed hours on the UTC line (C3)."""
    try:
        return min(instant + timedelta(hours=hours), _LAST_INSTANT)
    except OverflowError:
        return _LAST_INSTANT


def plus_days_same_wall(instant: datetime, days: int, where: ZoneInfo) -> datetime:
    """The same wall time so many calendar days later (C8)."""
    local = instant.astimezone(where)
    # fold=0 whatever the start had: in the overlap the earlier instant.
    return wall_to_utc(plus_days(local.date(), days), local.time().replace(fold=0), where)


def is_business_day(day: date, closed: frozenset[date] = frozenset()) -> bool:
    """Monday to Friday and no Federal holiday; in-lieu days count as business days (C6). `closed`:
    further days that a State lists (C7)."""
    return day.weekday() < SATURDAY and not is_federal_holiday(day) and day not in closed


def plus_business_days(day: date, days: int, closed: frozenset[date] = frozenset()) -> date:
    """The business day that is so many after `day`, which itself is day 0 (C6)."""
    if days > _MOST_BUSINESS_DAYS:
        return LAST_DAY
    while days and day < LAST_DAY:
        day += timedelta(days=1)
        if is_business_day(day, closed):
            days -= 1
    return day


def plus_business_hours(
    instant: datetime, hours: int, where: ZoneInfo, closed: frozenset[date] = frozenset()
) -> datetime:
    """So many hours that run from 00:00 to 24:00 local on business days only (C7). One that ends
    with the day is due at 00:00 of the next date."""
    left = hours * _HOUR
    day = local_day(instant, where)
    while day < LAST_DAY:
        midnight = start_of_day(plus_days(day, 1), where)
        if is_business_day(day, closed):
            running = midnight - instant
            if left <= running:
                return instant + left
            left -= running
        instant, day = midnight, plus_days(day, 1)
    return _LAST_INSTANT


def roll_by_law(day: date) -> date:
    """`day`, or the next that is no Saturday, Sunday or Federal holiday; observed days are ordinary
    ones (C5; 45 CFR 147.136(d)(2)(i))."""
    while not is_business_day(day) and day < LAST_DAY:
        day += timedelta(days=1)
    return day


def roll_by_policy(day: date) -> date:
    """`day`, or the next that is no Saturday, Sunday, Federal holiday or observed holiday (C5)."""
    while not is_business_day(day) or is_observed_holiday(day):
        if day >= LAST_DAY:
            break
        day += timedelta(days=1)
    return day


def latest_anniversary(start: date, day: date) -> date:
    """The latest anniversary of `start` that is not after `day` (rating periods last 12 months:
    42 CFR 438.2). 29 February has its anniversary on 1 March of an ordinary year (C12)."""
    in_leap_year = date(4, start.month, start.day)
    this_year = plus_months(in_leap_year, 12 * (day.year - 4))
    if this_year <= day:
        return this_year
    return plus_months(in_leap_year, 12 * (day.year - 5)) if day.year > 1 else date.min
