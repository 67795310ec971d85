"""An office as the simulator sees it: what comes in, how long it takes, who is there and when.

Times are hours. Hour 0 is midnight before a Monday; a day has 24, a week 168, and no summer time.
"""

from dataclasses import dataclass, field
from math import log, sqrt
from random import Random
from typing import Final

DAY: Final = 24.0
WEEK: Final = 7
EXPONENTIAL, LOGNORMAL, FIXED = "exponential", "lognormal", "fixed"
SHAPES: Final = (EXPONENTIAL, LOGNORMAL, FIXED)


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the hands are at one case, in hours: mean, standard deviation (lognormal only), and
    the shape of the distribution. Raises ValueError for what no work can be."""

    mean: float
    spread: float = 0.0
    shape: str = LOGNORMAL

    def __post_init__(self) -> None:
        if self.mean <= 0 or self.spread < 0 or self.shape not in SHAPES:
            raise ValueError("Effort has a mean above 0, a spread of 0 or more, and a known shape.")

    def drawn(self, chance: Random) -> float:
        """One of them by chance."""
        if self.shape == EXPONENTIAL:
            return chance.expovariate(1 / self.mean)
        if self.shape == FIXED or self.spread == 0:
            return self.mean
        variance = log(1 + (self.spread / self.mean) ** 2)
        return chance.lognormvariate(log(self.mean) - variance / 2, sqrt(variance))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work: how many come on each day of the week (Monday first), between which hours
    of the day, the effort, and how many hours after arrival each must be done."""

    name: str
    per_day: tuple[float, ...]
    effort: Effort
    limit: float
    first_hour: float = 0.0
    last_hour: float = DAY

    def __post_init__(self) -> None:
        if len(self.per_day) != WEEK or min(self.per_day) < 0:
            raise ValueError("Say for each of seven days how many come: 0 or more.")
        if self.limit <= 0 or not 0 <= self.first_hour < self.last_hour <= DAY:
            raise ValueError("A limit is above 0, and the hours of arrival lie in the day.")


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work: on which days of the week (0 is Monday), from which hour to which; and how
    likely somebody is away on one day (0 to below 1)."""

    days: frozenset[int] = frozenset(range(5))
    start: float = 8.0
    end: float = 16.5
    away: float = 0.0

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(WEEK)):
            raise ValueError("People work on at least one day of the week.")
        if not 0 <= self.start < self.end <= DAY or not 0 <= self.away < 1:
            raise ValueError("A working day ends after it begins, and somebody is there at times.")

    @property
    def per_week(self) -> float:
        """The hours that one person is there in a week, absence taken off."""
        return len(self.days) * (self.end - self.start) * (1 - self.away)


@dataclass(frozen=True, slots=True)
class Office:
    """The kinds of work and the hours; `by_due`: what is due first is done first (else what came
    first)."""

    kinds: tuple[Kind, ...]
    hours: Hours = field(default_factory=Hours)
    by_due: bool = True

    @property
    def work_per_week(self) -> float:
        """The hours of work that come in a week."""
        return sum(sum(kind.per_day) * kind.effort.mean for kind in self.kinds)

    @property
    def least_people(self) -> int:
        """The smallest number that can keep up at all, however late."""
        return int(self.work_per_week // self.hours.per_week) + 1
