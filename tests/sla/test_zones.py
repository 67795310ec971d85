"""Every zone of the pinned tzdata at every change of its offset, 2020 to 2035: days end at 23:59:59
local, hours run on the UTC line, months keep their day, walls that are missing or double are read
as C8 and C9 say. What is right is worked out from the two offsets of each edge alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sla import calendars
from sla.wire import solve
from tests.sla import cases as sc

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
STRIDE = timedelta(days=5)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# Two edges that are nearer to each other than this are no simple edges (Morocco's are 30 days).
APART = timedelta(days=3)


class Edge(NamedTuple):
    """A zone changes its offset from `before` to `after` at `at`."""

    name: str
    where: ZoneInfo
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def gap(self) -> bool:
        """Whether walls are missing; else they are double."""
        return self.after > self.before

    @property
    def walls(self) -> tuple[datetime, datetime]:
        """The first wall that is missing or double, and the first ordinary one after it."""
        at = self.at.replace(tzinfo=None)
        one, other = at + self.before, at + self.after
        return min(one, other), max(one, other)

    def instant(self, wall: datetime) -> datetime:
        """The UTC instant of a wall near the edge: the earlier one where it is double, slid forward
        by the gap where it is missing; both are the old offset."""
        offset = self.before if wall < self.walls[1] else self.after
        return (wall - offset).replace(tzinfo=UTC)

    def end_of(self, day: date) -> datetime:
        """The instant at which a day near the edge ends: at its 23:59:59, or at the last second
        before the clocks go forward over it; a plan is never late by the gap."""
        last = last_second(day)
        missing = self.gap and self.walls[0] <= last < self.walls[1]
        return self.at - SECOND if missing else self.instant(last)


def edges_of(name: str) -> Iterator[Edge]:
    """The edges of one zone, found by halving."""
    where = calendars.zone(name)

    def offset(at: datetime) -> timedelta:
        found = at.astimezone(where).utcoffset()
        assert found is not None
        return found

    at, known = FIRST, offset(FIRST)
    while at < LAST:
        following = at + STRIDE
        now = offset(following)
        if now != known:
            low, high = at, following
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == known else (low, middle)
            yield Edge(name, where, high, known, now)
            known = now
        at = following


@cache
def every_edge() -> tuple[Edge, ...]:
    """The edges of all zones."""
    return tuple(edge for name in sorted(calendars.zone_names()) for edge in edges_of(name))


def last_second(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59))


def test_the_table_has_all_zones_and_both_kinds_of_edge() -> None:
    found = every_edge()
    moving = {edge.name for edge in found}
    assert len(calendars.zone_names()) > 590
    assert len(moving) > 200
    assert len(found) > 5_000
    assert {edge.gap for edge in found} == {True, False}
    new_york = [edge for edge in found if edge.name == "America/New_York"]
    assert len(new_york) == 32, "two a year"
    sizes = {abs(edge.after - edge.before) for edge in found}
    assert timedelta(minutes=30) in sizes, "Lord Howe moves by half an hour"
    over_midnight = {e.name for e in found if e.end_of(e.walls[0].date()) == e.at - SECOND}
    assert "America/Nuuk" in over_midnight, "some days have no 23:59:59"
    for name in moving:
        mine = [edge.at for edge in found if edge.name == name]
        assert all(b - a > APART for a, b in pairwise(mine)), name


def test_a_day_ends_at_its_last_second_on_and_around_every_edge() -> None:
    for edge in every_edge():
        here = edge.walls[0].date()
        for day in (here - DAY, here, here + DAY):
            due = calendars.end_of_day(day, edge.where)
            assert due == edge.end_of(day), (edge.name, day)


def test_walls_that_are_missing_slide_forward_and_double_ones_are_the_earlier() -> None:
    for edge in every_edge():
        first, ordinary = edge.walls
        middle = first + (ordinary - first) / 2
        for wall in (first - SECOND, first, middle, ordinary - SECOND, ordinary):
            wall = wall.replace(microsecond=0)
            found = calendars.wall_to_utc(wall.date(), wall.time(), edge.where)
            assert found == edge.instant(wall), (edge.name, wall)
            missing = edge.gap and first <= wall < ordinary
            typed = calendars.typed_to_utc(wall, edge.where)
            assert typed == (None if missing else found), (edge.name, wall)


def test_days_added_over_an_edge_keep_the_wall() -> None:
    for edge in every_edge():
        first, ordinary = edge.walls
        for wall in (first - SECOND, first, ordinary - SECOND, ordinary, last_second(first.date())):
            for days in (1, 2):
                start = edge.instant(wall - days * DAY)
                if start >= edge.at - APART:
                    due = calendars.plus_days_same_wall(start, days, edge.where)
                    assert due == edge.instant(wall), (edge.name, wall)


def solved(edge: Edge, line: str, *events: Any, **more: Any) -> dict[str, Any]:
    answer = solve(sc.case(line, *events, zone=edge.name, rating="2020-01-01", **more))
    assert not answer.refused, answer.refused
    return {clock.name: clock for clock in answer.clocks}


def test_a_case_in_days_is_due_at_the_end_of_the_day_of_every_edge() -> None:
    for edge in every_edge():
        here = edge.walls[0].date()
        received = datetime.combine(here - 30 * DAY, time(12, 0)).isoformat()
        clock = solved(edge, "medicare", sc.received(received), kind="grievance")["decision"]
        assert clock.limit.startswith("30 ")
        assert clock.due_utc == edge.end_of(here), (edge.name, here)
        offset = edge.before if clock.due_utc < edge.at else edge.after
        assert clock.due.utcoffset() == offset, (edge.name, here)


def test_a_case_in_hours_runs_on_the_utc_line_over_every_edge() -> None:
    for edge in every_edge():
        received = edge.at - timedelta(hours=36)
        clock = solved(
            edge, "medicare", sc.received(received.isoformat()), kind="appeal", priority="expedited"
        )["decision"]
        assert clock.due_utc == received + timedelta(hours=72), edge.name
        assert clock.due.utcoffset() == edge.after, edge.name


def test_a_window_in_months_ends_with_the_day_of_every_edge() -> None:
    for edge in every_edge():
        here = edge.walls[0].date()
        year, month = divmod(here.year * 12 + here.month - 1 - 4, 12)
        if here.day > 28:
            continue  # four months before may have no such day: `plus_months` has its own test
        told = date(year, month + 1, here.day)
        events = (
            sc.notice("adverse", f"{told - DAY}T12:00"),
            {"type": "notice_received", "at": told.isoformat()},
        )
        clock = solved(edge, "marketplace", *events, kind="appeal")["filing_window"]
        months = [c for c in clock.candidates if c.terms.unit == "months"]
        assert [c.plain_due for c in months] == [edge.end_of(here)], edge.name


def test_an_event_at_a_missing_wall_is_refused_and_one_at_a_double_wall_is_the_earlier() -> None:
    for edge in every_edge():
        wall = edge.walls[0]
        answer = solve(
            sc.case(
                "medicare",
                sc.received(wall.isoformat()),
                zone=edge.name,
                kind="appeal",
                priority="expedited",
            )
        )
        if edge.gap:
            assert [each.index for each in answer.refused] == [0], edge.name
        else:
            due = edge.instant(wall) + timedelta(hours=72)
            assert sc.clock(answer).due_utc == due, edge.name
