"""A simulated year under fire: a real worker and beat, real kills, the broker lost; time hops from
mark to mark. No deadline is early, missed or doubled, and none waits once the sweeper can run.

`CHAOS=year` (as `make chaos` sets it) lives the whole year, every run of the suite a few days of
it; `SEED` draws another one.
"""

import os
import random
from collections.abc import Iterator

import pytest

from bench.ground import more_members
from casework.services.operations import move_time
from tests.builders import MONDAY, a_town
from tests.chaos import plan, verdict
from tests.chaos.supervisor import Supervisor
from tests.chaos.year import Year
from tests.worker import proofs
from tests.worker.processes import eventually

SIZE = plan.YEAR if os.environ.get("CHAOS") == "year" else plan.DAYS
SEED = int(os.environ.get("SEED", "2026"))
# The whole year lives with the patience of the product; the days of each run cannot wait so long.
WORKER = ("worker",) if SIZE is plan.YEAR else ("worker", "--deaf-after", "4")
LATEST = 60.0
# A second look would hide what this looks for.
only_once = pytest.mark.flaky(reruns=0)


@pytest.fixture(scope="module")
def year(database, settings) -> Iterator[Year]:
    town = a_town(database, settings)
    members = more_members(settings, town, 500)
    move_time(database.context(), MONDAY)
    dice = random.Random(SEED)
    with Supervisor(settings, database.case_now, WORKER) as house:
        lived = Year(SIZE, town, members, house, dice, plan.groups(SIZE, dice))
        lived.live()
        eventually(lambda: proofs.owed(database) == 0, seconds=240, what="every letter has left")
        yield lived


@pytest.mark.slow
@only_once
def test_no_deadline_of_a_year_is_early_missed_or_doubled(year, database) -> None:
    found = verdict.judge(database, year.house.outages, until=database.case_now())
    told = _told(year, found)
    print(told)
    assert (found.early, found.missed, found.unasked, found.doubled) == ((), (), (), ()), told
    assert max(found.late) <= LATEST, told
    assert found.deadlines >= SIZE.deadlines, told
    assert 0 < found.of_hours < found.deadlines, told
    assert year.house.kills.total() >= SIZE.kills, told
    assert year.house.losses >= SIZE.losses, told
    assert year.in_the_middle, f"no kill hit anything: the year proves nothing. {told}"


@pytest.mark.slow
@only_once
def test_after_the_year_every_chain_is_whole_and_every_clock_agrees(year, database) -> None:
    assert year.hops
    proofs.nothing_twice(database)
    proofs.chains_and_clocks_hold(database)


def _told(year: Year, found: verdict.Verdict) -> str:
    house = year.house
    kills = ", ".join(f"{victim} {times}" for victim, times in sorted(house.kills.items()))
    return (
        f"\nseed {SEED}, {SIZE.days} days: {found.deadlines:,} deadlines ran out"
        f" ({found.of_hours:,} in hours), {found.kept:,} were kept; {found.steps:,} steps fired in"
        f" {year.hops} hops\n{house.kills.total()} kills ({kills}), {year.in_the_middle} of them"
        f" while marks were due; the broker was lost {house.losses} times\n"
        f"{len(found.early)} early, {len(found.missed)} missed, {len(found.doubled)} doubled;"
        f" the latest {max(found.late):.1f} s after the sweeper could run"
        f" ({max(found.waited):.1f} s after its mark)\n"
        f"{year.told} decisions told meanwhile, {year.extended} times extended"
    )
