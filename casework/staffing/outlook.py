"""What will be late: the open work of the next days played through many times, from a seed.

Each person takes the nearest due of what lies with him and of what lies with nobody in his pools.
Nothing new comes in; hours count from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random
from typing import Final

from casework.staffing.office import Effort

NEVER: Final = float("inf")
_FEWEST_RUNS, _MOST_RUNS, _STEPS = 20, 200, 400_000


@dataclass(frozen=True, slots=True)
class Task:
    """One open case: the hour it is due (below 0: late already), from when it can be worked on, who
    has it (an id, 0 for nobody), in which pool it lies else, and the work that it still takes."""

    id: int
    due: float
    ready: float
    owner: int
    pool: str
    effort: Effort


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works: from which pools he takes, and from when to when he is there."""

    id: int
    pools: tuple[str, ...]
    windows: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class _Pile:
    """What lies in one place: what can be worked on, by due; and what cannot yet, by when."""

    now: list[tuple[float, int, float]] = field(default_factory=list)
    later: list[tuple[float, float, int, float]] = field(default_factory=list)

    def wake(self, at: float) -> None:
        """What can be worked on by then."""
        while self.later and self.later[0][0] <= at:
            heappush(self.now, heappop(self.later)[1:])


def runs_for(tasks: int) -> int:
    """How often to play so many tasks through in a second or two."""
    return max(_FEWEST_RUNS, min(_MOST_RUNS, _STEPS // max(1, tasks)))


def likely_late(
    tasks: Sequence[Task], people: Sequence[Person], *, runs: int, seed: str
) -> dict[int, float]:
    """For each task how often it was done after its due, or not at all: 0 to 1. What is late
    already is 1; it takes its time of the people all the same."""
    late = {task.id: 0 for task in tasks}
    due = {task.id: task.due for task in tasks}
    for number in range(runs):
        chance = Random(f"{seed} {number}")  # noqa: S311 - a repeatable experiment, no secret
        done = _play(tasks, people, chance)
        for task_id, by in due.items():
            late[task_id] += done.get(task_id, NEVER) > by
    return {task_id: 1.0 if due[task_id] < 0 else count / runs for task_id, count in late.items()}


def _play(tasks: Sequence[Task], people: Sequence[Person], chance: Random) -> dict[int, float]:
    """When each task is done; what is not done within the windows is missing."""
    piles = _piles(tasks, people, chance)
    windows = {person.id: person.windows for person in people}
    places = {
        person.id: [piles[p] for p in (f"@{person.id}", *person.pools) if p in piles]
        for person in people
    }
    free = [(w[0][0], person.id) for person in people if (w := person.windows)]
    heapify(free)
    done: dict[int, float] = {}
    while free:
        at, who = heappop(free)
        mine = places[who]
        for pile in mine:
            pile.wake(at)
        filled = [pile for pile in mine if pile.now]
        if not filled:
            wakes = min((pile.later[0][0] for pile in mine if pile.later), default=NEVER)
            then = _there(windows[who], wakes)
            if then < NEVER:
                heappush(free, (then, who))
            continue
        first = min(filled, key=_nearest)
        _, task_id, effort = heappop(first.now)
        ends = _after(windows[who], at, effort)
        if ends < NEVER:
            done[task_id] = ends
            heappush(free, (ends, who))
    return done


def _nearest(pile: _Pile) -> tuple[float, int, float]:
    return pile.now[0]


def _piles(tasks: Sequence[Task], people: Sequence[Person], chance: Random) -> dict[str, _Pile]:
    """What lies with somebody who is known; all else lies in its pool."""
    known = {person.id for person in people}
    piles: dict[str, _Pile] = {}
    for task in tasks:
        place = f"@{task.owner}" if task.owner in known else task.pool
        pile = piles.setdefault(place, _Pile())
        effort = task.effort.drawn(chance)
        if task.ready > 0:
            heappush(pile.later, (task.ready, task.due, task.id, effort))
        else:
            heappush(pile.now, (task.due, task.id, effort))
    return piles


def _there(windows: Sequence[tuple[float, float]], at: float) -> float:
    """The first hour from `at` on at which somebody is there, NEVER for none."""
    for start, end in windows:
        if at < end:
            return max(at, start)
    return NEVER


def _after(windows: Sequence[tuple[float, float]], at: float, effort: float) -> float:
    """When work that begins at `at` is done, put down at the end of each window."""
    left = effort
    for start, end in windows:
        if at >= end:
            continue
        begin = max(at, start)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    return NEVER
