"""The arithmetic by itself: holidays against an independent table, business time against a count by
the minute, months, both clock changes, the ends of the calendar."""

from datetime import UTC, date, datetime, time, timedelta

import holidays as published
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import calendars
from sla.holidays import federal_holidays, is_observed_holiday

NEW_YORK = calendars.zone("America/New_York")
INDIANA = calendars.zone("America/Indiana/Indianapolis")
ZONES = [
    calendars.zone(name)
    for name in ("America/New_York", "America/Chicago", "Pacific/Honolulu", "Australia/Lord_Howe")
]
DAYS = st.dates(date(2022, 1, 1), date(2060, 12, 31))
INSTANTS = st.integers(1_640_995_200, 2_871_763_199).map(
    lambda second: datetime.fromtimestamp(second, UTC)  # 2022 to 2060
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local(text: str) -> datetime:
    return wall(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize("year", range(2022, 2061))
def test_our_federal_holidays_are_those_of_an_independent_table(year: int) -> None:
    ours = federal_holidays(year)
    assert ours == set(published.US(years=year, observed=False))
    assert len(ours) == 11


@pytest.mark.parametrize("year", range(2022, 2060))
def test_our_observed_days_are_those_of_an_independent_table(year: int) -> None:
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    ours = {day for day in every if is_observed_holiday(day) and day.year == year}
    both = published.US(years=[year, year + 1], observed=True)
    theirs = {day for day in both if day.year == year} - federal_holidays(year)
    # that table moves a Saturday holiday to Friday and a Sunday holiday to Monday, as we do
    assert ours - federal_holidays(year) == theirs


@given(DAYS, st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_business_days_are_counted_one_by_one(day: date, days: int) -> None:
    due = calendars.plus_business_days(day, days)
    between = (day + timedelta(days=n) for n in range(1, (due - day).days + 1))
    assert sum(calendars.is_business_day(each) for each in between) == days
    assert days == 0 or calendars.is_business_day(due)


@given(INSTANTS, st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_business_hours_are_the_minutes_on_business_days(start: datetime, hours: int) -> None:
    start = start.replace(second=0, microsecond=0)
    closed = frozenset({start.astimezone(INDIANA).date() + timedelta(days=2)})
    due = calendars.plus_business_hours(start, hours, INDIANA, closed)
    step = timedelta(minutes=15)
    running, at = timedelta(0), start
    while at < due:
        upto = min(at + step, due)
        middle = at + (upto - at) / 2
        if calendars.is_business_day(middle.astimezone(INDIANA).date(), closed):
            running += upto - at
        # quarter hours never straddle a local midnight when the start is on one
        at = upto
    assert abs(running - timedelta(hours=hours)) <= step


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-06-05T10:00", 24, "2026-06-08T10:00"),  # Friday to Monday
        ("2026-06-05T00:00", 24, "2026-06-06T00:00"),  # ends with the day: 00:00 of the next date
        ("2026-06-05T00:00", 48, "2026-06-09T00:00"),  # Friday and Monday
        ("2026-06-06T15:00", 24, "2026-06-09T00:00"),  # Saturday: starts on Monday
        ("2026-07-02T12:00", 24, "2026-07-03T12:00"),  # 3 July is only observed
        ("2026-07-03T12:00", 48, "2026-07-07T12:00"),
        ("2026-11-25T12:00", 24, "2026-11-27T12:00"),  # over Thanksgiving
        ("2026-03-06T12:00", 24, "2026-03-09T12:00"),  # over the clock change on Sunday
        ("2026-10-30T23:00", 2, "2026-11-02T01:00"),
    ],
)
def test_business_hours_over_weekends_holidays_and_clock_changes(
    start: str, hours: int, due: str
) -> None:
    assert calendars.plus_business_hours(local(start), hours, NEW_YORK) == local(due)


@given(DAYS, st.integers(0, 60))
def test_months_keep_the_day_or_go_to_the_first(day: date, months: int) -> None:
    due = calendars.plus_months(day, months)
    index = day.year * 12 + day.month - 1 + months
    if due.day == day.day:
        assert due.year * 12 + due.month - 1 == index
    else:
        assert due.day == 1
        assert due.year * 12 + due.month - 1 == index + 1


@given(INSTANTS, st.integers(0, 500), st.sampled_from(ZONES))
@settings(deadline=None)
def test_days_added_keep_the_wall_time_except_in_a_gap(start: datetime, days: int, where) -> None:
    due = calendars.plus_days_same_wall(start, days, where).astimezone(where)
    begun = start.astimezone(where)
    assert (due.date() - begun.date()).days == days
    slid = datetime.combine(due.date(), due.time()) - datetime.combine(due.date(), begun.time())
    assert timedelta(0) <= slid <= timedelta(hours=1)
    if slid:
        assert calendars.typed_to_utc(due.replace(tzinfo=None) - slid, where) is None


def test_a_typed_time_in_the_gap_is_none_and_in_the_overlap_the_earlier() -> None:
    assert calendars.typed_to_utc(wall("2026-03-08T02:59:59"), NEW_YORK) is None
    assert calendars.typed_to_utc(wall("2026-03-08T03:00"), NEW_YORK) == datetime(
        2026, 3, 8, 7, 0, tzinfo=UTC
    )
    assert calendars.typed_to_utc(wall("2026-11-01T01:30"), NEW_YORK) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_a_day_ends_one_second_before_the_next_also_when_it_has_23_or_25_hours() -> None:
    for day in (date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1)):
        end = calendars.end_of_day(day, NEW_YORK)
        assert end + timedelta(seconds=1) == calendars.start_of_day(
            day + timedelta(days=1), NEW_YORK
        )


def test_a_leap_day_is_an_ordinary_date() -> None:
    assert calendars.plus_days(date(2028, 2, 22), 7) == date(2028, 2, 29)
    assert calendars.plus_days(date(2028, 2, 22), 8) == date(2028, 3, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), DAYS)
def test_a_rating_period_starts_at_most_a_year_before_the_day(start: date, day: date) -> None:
    begun = calendars.latest_anniversary(start, day)
    assert timedelta(0) <= day - begun <= timedelta(days=365)
    if (start.month, start.day) != (2, 29):
        assert (begun.month, begun.day) == (start.month, start.day)


def test_zones_come_from_the_pinned_package_and_unknown_names_are_refused() -> None:
    assert "America/Indiana/Indianapolis" in calendars.zone_names()
    for name in ("Mars/Olympus", "", "../etc/passwd", "America", "Factory", "localtime"):
        with pytest.raises(KeyError):
            calendars.zone(name)


def test_past_the_last_day_the_calendar_stands_still() -> None:
    assert calendars.plus_days(date(9999, 1, 1), 10**12) == calendars.LAST_DAY
    assert calendars.plus_months(date(9999, 11, 30), 4) == calendars.LAST_DAY
    assert calendars.plus_business_days(date(9999, 12, 1), 500) == calendars.LAST_DAY
    assert calendars.plus_business_days(date(2026, 1, 1), 10**9) == calendars.LAST_DAY
    far = calendars.plus_hours(datetime(2026, 1, 1, tzinfo=UTC), 10**40)
    assert far.year == 9999
    assert calendars.wall_to_utc(date(9999, 12, 31), time(23, 59), NEW_YORK).year == 9999
