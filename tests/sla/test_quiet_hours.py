"""Quiet hours: what falls into them fires when they end, or before them where that is too late."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendars import zone, zone_names
from sla.plan import STEPS, Quiet, ladder
from sla.values import Clock
from tests.sla import cases as sc

NIGHT = Quiet(time(20), time(7))
SECOND = timedelta(seconds=1)


def _quarter(number: int) -> time:
    return time(number // 4, number % 4 * 15)


QUIETS = st.builds(
    lambda first, length: Quiet(_quarter(first), _quarter((first + length) % 96)),
    st.integers(0, 95),
    st.integers(1, 64),
)


def marks(clock: Clock, quiet: Quiet | None = NIGHT) -> dict[str, str]:
    where = zone(clock.time_zone)
    found = ladder(clock, STEPS, quiet)
    return {m.step: m.fire_at.astimezone(where).isoformat()[:19] for m in found}


def is_quiet(quiet: Quiet, instant: datetime, where: ZoneInfo) -> bool:
    wall = instant.astimezone(where).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= wall < quiet.ends
    return wall >= quiet.begins or wall < quiet.ends


def test_what_falls_into_the_night_waits_for_the_morning() -> None:
    clock = sc.clock(sc.solved("medicaid", sc.received("2026-06-01T12:00")))
    assert marks(clock, None)["50"] == "2026-06-05T05:59:59"
    assert marks(clock) == {
        "50": "2026-06-05T07:00:00",
        "75": "2026-06-07T07:00:00",
        "90": "2026-06-08T07:00:00",  # t24 waits for the same morning, and the higher one stays
        "100": "2026-06-09T00:00:00",
    }


def test_what_would_wait_until_the_due_or_longer_fires_the_evening_before() -> None:
    late = sc.received("2026-06-01T23:00")
    answer = sc.solved("medicaid", late, kind="grievance", layers=("state:oh",), about="access")
    clock = sc.clock(answer)  # two business days, due 3 June 23:59:59
    long_night = Quiet(time(16), time(7))
    assert marks(clock, None)["90"] == "2026-06-03T19:05:59"
    assert marks(clock, long_night) == {
        "t24": "2026-06-03T07:00:00",  # and 50, which the higher one covers
        "75": "2026-06-03T11:44:59",
        "90": "2026-06-03T15:59:59",
        "100": "2026-06-04T00:00:00",
    }


def test_a_time_that_lies_wholly_in_the_night_has_only_its_end() -> None:
    told = sc.decided("denied", "2026-06-01T21:00")
    answer = sc.solved("medicaid", sc.received("2026-06-01T12:00"), told, timing="post_service")
    clock = sc.clock(answer, "denial_notice")  # from 9 pm to midnight
    assert clock.by_day
    assert list(marks(clock, None)) == ["50", "75", "90", "100"]
    assert marks(clock) == {"100": "2026-06-02T00:00:00"}


def test_hours_and_the_end_are_never_quiet() -> None:
    fast = sc.clock(sc.solved("medicaid", sc.received("2026-06-01T22:00"), priority="expedited"))
    assert not fast.by_day
    assert marks(fast) == marks(fast, None)
    for clock in (fast, sc.clock(sc.solved("medicaid", sc.received("2026-06-01T12:00")))):
        assert marks(clock)["100"] == marks(clock, None)["100"]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    day=st.integers(0, 730),
    minute=st.integers(0, 24 * 60 - 1),
    quiet=QUIETS,
    place=st.sampled_from(
        ("America/New_York", "America/Chicago", "Australia/Lord_Howe", "Africa/Cairo", "UTC")
    ),
    kind=st.sampled_from(("prior_auth", "appeal", "grievance")),
)
def test_no_step_before_the_end_fires_in_quiet_hours_too_early_or_too_late(
    day: int, minute: int, quiet: Quiet, place: str, kind: str
) -> None:
    received = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=minute)
    event = sc.received(received.isoformat())
    clock = sc.clock(sc.solved("medicaid", event, kind=kind, zone=place))
    plain = {m.step: m.fire_at for m in ladder(clock, STEPS)}
    found = ladder(clock, STEPS, quiet)
    where = zone(place)
    for mark in found:
        assert clock.anchor <= mark.fire_at <= clock.due_utc + SECOND
        if mark.step == "100":
            assert mark.fire_at == clock.due_utc + SECOND
            continue
        assert mark.fire_at <= clock.due_utc
        assert not is_quiet(quiet, mark.fire_at, where)
        if not is_quiet(quiet, plain[mark.step], where):
            assert mark.fire_at == plain[mark.step]
    assert found[-1].step == "100"
    assert [m.fire_at for m in found] == sorted({m.fire_at for m in found})


def _edges() -> list[tuple[str, datetime]]:
    """Every zone's changes of the clock from 2020 to 2035, found by halving."""
    found = []
    for name in sorted(zone_names()):
        where = zone(name)
        at, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
        while at < end:
            after = at + timedelta(days=20)
            if at.astimezone(where).utcoffset() != after.astimezone(where).utcoffset():
                low, high = at, after
                while high - low > timedelta(minutes=1):
                    middle = low + (high - low) / 2
                    same = middle.astimezone(where).utcoffset() == low.astimezone(where).utcoffset()
                    low, high = (middle, high) if same else (low, middle)
                found.append((name, high.replace(second=0, microsecond=0)))
            at = after
    return found


@pytest.mark.parametrize(
    "quiet",
    [NIGHT, Quiet(time(1, 30), time(2, 30)), Quiet(time(22), time(2, 15)), Quiet(time(0), time(3))],
    ids=str,
)
def test_at_every_change_of_the_clock_quiet_hours_end_awake(quiet: Quiet) -> None:
    seen = set()
    for name, edge in EDGES:
        where = zone(name)
        offsets = tuple((edge + timedelta(hours=h)).astimezone(where).utcoffset() for h in (-3, 3))
        local = edge.astimezone(where)
        if (offsets, local.timetuple()[:5]) in seen:
            continue  # the same change in another town
        seen.add((offsets, local.timetuple()[:5]))
        for quarter in range(-12, 13):
            instant = edge + timedelta(minutes=15 * quarter)
            hours = quiet.around(instant, where)
            assert (hours is not None) == is_quiet(quiet, instant, where), (name, instant)
            if hours is None:
                continue
            begins, ends = hours
            assert begins <= instant < ends, (name, instant)
            assert not is_quiet(quiet, ends, where), (name, instant)
            assert not is_quiet(quiet, begins - SECOND, where), (name, instant)
            assert ends - begins <= timedelta(hours=12 + 25)
    assert len(seen) > 500


EDGES = _edges()
