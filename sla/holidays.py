"""Federal holidays by rule, 5 USC 6103(a), and their in-lieu days. It knows no zone and no State:
a State's own days come with the contract."""

from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6

_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
# month, weekday, which one in the month (0 is the last)
_MOVABLE = ((1, MONDAY, 3), (2, MONDAY, 3), (5, MONDAY, 0), (9, MONDAY, 1), (10, MONDAY, 2))
_THANKSGIVING = (11, THURSDAY, 4)


def _weekday_of_month(year: int, month: int, weekday: int, which: int) -> date:
    if which == 0:
        last = date(year, month, 31)  # only May asks for its last one
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The eleven legal holidays that fall in `year`, on their own days (observed days not moved).
    Juneteenth is among them in every year: the rules that count holidays are all younger."""
    fixed = {date(year, month, day) for month, day in _FIXED}
    movable = {_weekday_of_month(year, *each) for each in (*_MOVABLE, _THANKSGIVING)}
    return frozenset(fixed | movable)


def is_federal_holiday(day: date) -> bool:
    """Whether `day` itself is a legal holiday."""
    return day in federal_holidays(day.year)


def is_observed_holiday(day: date) -> bool:
    """Whether `day` is the in-lieu day of a holiday: the Friday before a Saturday, the Monday
    after a Sunday (the Friday may lie in the year before: 1 January on a Saturday)."""
    if day.weekday() == MONDAY:
        return is_federal_holiday(day - timedelta(days=1))
    if day.weekday() == SATURDAY - 1:
        return is_federal_holiday(day + timedelta(days=1))
    return False
