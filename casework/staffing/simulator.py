"""An office played through, day by day and case by case, from a seed.

Everybody takes the first case of the queue when free. What is not done at the end of a day is gone
on with on the next by whoever is there; if nobody is, it goes back to its place in the queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random
from typing import Final

from casework.staffing.office import DAY, WEEK, Kind, Office

_WORKED: Final = 1e-9  # hours: what is left of a case that is done


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one kind of work: how many came in the measured time, how many of those were
    done late or are late and not done, the mean hours until somebody took it and until done."""

    name: str
    came: int
    late: int
    wait: float
    turnaround: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run: by kind, the share of the time present that people worked, the mean number in the
    queue while people are there, and how many lay undone at the end."""

    kinds: tuple[Seen, ...]
    utilisation: float
    queue: float
    left: int

    @property
    def came(self) -> int:
        """All that came in."""
        return sum(kind.came for kind in self.kinds)

    @property
    def late(self) -> int:
        """All that was late."""
        return sum(kind.late for kind in self.kinds)

    @property
    def wait(self) -> float:
        """The mean hours until somebody took a case."""
        return sum(kind.wait * kind.came for kind in self.kinds) / max(1, self.came)


@dataclass(slots=True)
class _Case:
    rank: float
    kind: int
    came: float
    due: float
    effort: float
    measured: bool
    taken: float = -1.0


@dataclass(slots=True)
class _Sums:
    came: int = 0
    late: int = 0
    taken: int = 0
    wait: float = 0.0
    done: int = 0
    turnaround: float = 0.0


@dataclass(slots=True)
class _House:
    """The queue (rank, number), who is at what until when, and the sums."""

    office: Office
    people: int
    sums: list[_Sums]
    queue: list[tuple[float, int, _Case]] = field(default_factory=list)
    busy: list[tuple[float, int, _Case]] = field(default_factory=list)
    number: int = 0
    worked: float = 0.0
    present: float = 0.0
    waited: float = 0.0
    open_hours: float = 0.0


def run(office: Office, people: int, *, weeks: int, warm_up: int, seed: str) -> Run:
    """So many weeks after so many of warming up, which are not counted.

    Raises ValueError where nobody is there or no week is counted.
    """
    if people < 1 or weeks < 1 or warm_up < 0:
        raise ValueError("There must be somebody, and at least one week to count.")
    chance = Random(seed)  # noqa: S311 - a repeatable experiment, no secret
    house = _House(office, people, [_Sums() for _ in office.kinds])
    begin = warm_up * WEEK
    for day in range((warm_up + weeks) * WEEK):
        _play_day(house, chance, day, measured=day >= begin)
    end = (warm_up + weeks) * WEEK * DAY
    for _, _, case in (*house.queue, *house.busy):
        if case.measured and case.due < end:
            house.sums[case.kind].late += 1
    return Run(
        kinds=tuple(_seen(kind, house.sums[i]) for i, kind in enumerate(office.kinds)),
        utilisation=house.worked / house.present if house.present else 0.0,
        queue=house.waited / house.open_hours if house.open_hours else 0.0,
        left=len(house.queue) + len(house.busy),
    )


def _play_day(house: _House, chance: Random, day: int, *, measured: bool) -> None:
    arrivals = _arrivals(house.office, chance, day, measured=measured)
    hours, midnight = house.office.hours, day * DAY
    if day % WEEK not in hours.days:
        for case in arrivals:
            _queue(house, case)
        return
    opening, closing = midnight + hours.start, midnight + hours.end
    there = sum(chance.random() >= hours.away for _ in range(house.people))
    place = 0
    while place < len(arrivals) and arrivals[place].came < opening:
        _queue(house, arrivals[place])
        place += 1
    _take_up_again(house, there, opening)
    place = _work(house, there, arrivals, place, (opening, closing), measured=measured)
    if measured:
        house.present += there * (closing - opening)
        house.open_hours += closing - opening
    for _, _, case in house.busy:
        # Kept as what is left of the effort; `_take_up_again` sets the hour anew.
        case.effort = max(case.effort, _WORKED)
    for case in arrivals[place:]:
        _queue(house, case)


def _take_up_again(house: _House, there: int, opening: float) -> None:
    """Those who are there go on with what lay on the desks; the rest goes back to the queue."""
    lying = sorted(house.busy)
    house.busy = []
    for number, (_, _, case) in enumerate(lying):
        if number < there:
            house.number += 1
            house.busy.append((opening + case.effort, house.number, case))
        else:
            _queue(house, case)
    heapify(house.busy)
    _fill(house, there, opening)


def _work(
    house: _House,
    there: int,
    arrivals: Sequence[_Case],
    place: int,
    window: tuple[float, float],
    *,
    measured: bool,
) -> int:
    """Play the working hours; returns the place of the first arrival after them."""
    now, closing = window
    while True:
        comes = arrivals[place].came if place < len(arrivals) else closing
        ends = house.busy[0][0] if house.busy else closing
        then = min(comes, ends, closing)
        if measured:
            house.worked += len(house.busy) * (then - now)
            house.waited += len(house.queue) * (then - now)
        now = then
        if now >= closing:
            break
        if ends <= comes:
            _done(house, heappop(house.busy)[2], now)
        else:
            _queue(house, arrivals[place])
            place += 1
        _fill(house, there, now)
    for until, _, case in house.busy:
        case.effort = until - closing
    return place


def _fill(house: _House, there: int, now: float) -> None:
    """Who is free takes the first of the queue."""
    while house.queue and len(house.busy) < there:
        case = heappop(house.queue)[2]
        if case.taken < 0:
            case.taken = now
            if case.measured:
                sums = house.sums[case.kind]
                sums.taken += 1
                sums.wait += now - case.came
        house.number += 1
        heappush(house.busy, (now + case.effort, house.number, case))


def _done(house: _House, case: _Case, now: float) -> None:
    if case.measured:
        sums = house.sums[case.kind]
        sums.done += 1
        sums.turnaround += now - case.came
        sums.late += now > case.due


def _queue(house: _House, case: _Case) -> None:
    if case.taken < 0 and case.measured:
        house.sums[case.kind].came += 1
    house.number += 1
    heappush(house.queue, (case.rank, house.number, case))


def _arrivals(office: Office, chance: Random, day: int, *, measured: bool) -> list[_Case]:
    """What comes on one day, the earliest first."""
    found = []
    for number, kind in enumerate(office.kinds):
        rate = kind.per_day[day % WEEK] / (kind.last_hour - kind.first_hour)
        at = kind.first_hour
        while rate > 0:
            at += chance.expovariate(rate)
            if at >= kind.last_hour:
                break
            came = day * DAY + at
            due = came + kind.limit
            rank = due if office.by_due else came
            found.append(_Case(rank, number, came, due, kind.effort.drawn(chance), measured))
    found.sort(key=_by_arrival)
    return found


def _by_arrival(case: _Case) -> float:
    return case.came


def _seen(kind: Kind, sums: _Sums) -> Seen:
    return Seen(
        name=kind.name,
        came=sums.came,
        late=sums.late,
        wait=sums.wait / max(1, sums.taken),
        turnaround=sums.turnaround / max(1, sums.done),
    )
