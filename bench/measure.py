"""How a figure is taken: ours and its floor in turns, the medians, and the aim beside them.

It knows no case, no database and no letter.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

# One run of one side: does the work and returns the seconds that count.
Timed = Callable[[], float]


class Stopped(Exception):
    """The run cannot go on; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What was set as a goal, for our figure or for its ratio to the floor."""

    of: Literal["ours", "ratio"] = "ours"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def words(self) -> str:
        """The goal as the table prints it, in the unit of the row."""
        bound = f"≥ {self.at_least:,g}" if self.at_least is not None else f"≤ {self.at_most:,g}"
        return bound if self.of == "ours" else f"{bound} ×"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row: `n` measured operations, medians of both sides in `unit`; a unit in `/s` is a rate.

    `statements` is what the floor did, as lines for a person; `counted` says what both sides left.
    """

    name: str
    unit: str
    n: int
    ours: float
    floor: float
    statements: tuple[str, ...] = ()
    counted: str = ""
    aim: Aim | None = None

    @property
    def ratio(self) -> float:
        """How many times the floor's cost ours is: 1 is the floor itself, whatever the unit."""
        if self.unit.endswith("/s"):
            return self.floor / self.ours
        return self.ours / self.floor

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; None without one."""
        if self.aim is None:
            return None
        value = self.ours if self.aim.of == "ours" else self.ratio
        if self.aim.at_least is not None:
            return value >= self.aim.at_least
        return value <= (self.aim.at_most or 0)

    def as_row(self) -> dict[str, Any]:
        """The row of results.json."""
        return {
            "name": self.name,
            "unit": self.unit,
            "n": self.n,
            "ours": round(self.ours, 3),
            "floor": round(self.floor, 3),
            "ratio": round(self.ratio, 2),
        }


@dataclass(frozen=True)
class Pair:
    """The medians of both sides (seconds of a run, or a rate), and how many were counted."""

    ours: float
    floor: float
    n: int


def timed(call: Callable[[], Any]) -> Timed:
    """The wall seconds of a call."""

    def run() -> float:
        begun = time.perf_counter()
        call()
        return time.perf_counter() - begun

    return run


def each(act: Callable[[Any], Any], following: Callable[[], Any]) -> Timed:
    """A run that first prepares its item, and counts only what is then done with it."""

    def run() -> float:
        item = following()
        return timed(lambda: act(item))()

    return run


def in_turns(ours: Timed, floor: Timed, *, rounds: int, warm: int = 2) -> Pair:
    """Run both sides in turns, so that a busy moment of the machine strikes both."""
    for _ in range(warm):
        ours()
        floor()
    gc.collect()
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        # Whoever goes second finds the caches warm: take turns at that too.
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for side in order:
            taken[side].append((ours, floor)[side]())
    return Pair(statistics.median(taken[0]), statistics.median(taken[1]), rounds)
