"""The plan of a simulated year: which cases come when, and how often somebody is killed.

Drawn from a seed, so that a year can be lived again. Cases come in groups that arrive within a few
seconds, so that one hop of time passes the marks of a whole group.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.builders import MONDAY

# Contract, kind, priority: day clocks and hour clocks, every contract, every kind.
CONTRACTS: Final = ("OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026")
KINDS: Final = (
    ("prior_auth", "standard"),
    ("prior_auth", "expedited"),
    ("appeal", "standard"),
    ("appeal", "expedited"),
    ("grievance", "standard"),
)
SORTS: Final = (
    *((contract, kind, priority) for contract in CONTRACTS for kind, priority in KINDS),
    ("OH-QHP", "external_review", "standard"),
)
# The law owes these members a letter when the time runs out, and a letter costs more than a mark.
LETTERED: Final = ("OH-MCD-2026", "prior_auth")
FEW: Final = 10
# The cases of a group arrive within so much time.
SPREAD: Final = timedelta(seconds=10)


@dataclass(frozen=True)
class Size:
    """How much is lived: days in which cases come, groups, cases of a group, deadlines that must
    run out, kills, losses of the broker; a kill comes with every so many hops, of each of the
    `victims` in turn: the worker with its child, its parent or its child alone, the beat.
    `letters`: whether cases come whose members are owed letters."""

    days: int
    groups: int
    cases: int
    deadlines: int
    kills: int
    losses: int
    every: int
    victims: tuple[str, ...]
    letters: bool


# What `make chaos` lives, and what every run of the suite does.
YEAR: Final = Size(
    days=365,
    groups=120,
    cases=92,
    deadlines=10_000,
    kills=50,
    losses=5,
    every=7,
    victims=("worker", "parent", "child", "beat"),
    letters=True,
)
DAYS: Final = Size(
    days=8,
    groups=4,
    cases=40,
    deadlines=100,
    kills=5,
    losses=1,
    every=4,
    victims=("parent", "beat", "worker", "child", "parent", "beat", "worker"),
    letters=False,
)


@dataclass(frozen=True)
class Group:
    """Cases of one sort that arrive one second after the other."""

    contract: str
    kind: str
    priority: str
    at: datetime
    cases: int

    def received(self, number: int) -> datetime:
        """When the case of this number was received."""
        return self.at + timedelta(seconds=number % SPREAD.seconds)


def groups(size: Size, dice: random.Random) -> list[Group]:
    """The groups of a year, by their arrival; every sort comes before any comes again."""
    sorts: list[tuple[str, str, str]] = []
    possible = [sort for sort in SORTS if size.letters or sort[:2] != LETTERED]
    while len(sorts) < size.groups:
        sorts += dice.sample(possible, len(possible))
    apart = timedelta(days=size.days) / size.groups
    found = []
    for number, (contract, kind, priority) in enumerate(sorts[: size.groups]):
        at = MONDAY + (number + dice.random()) * apart
        few = (contract, kind) == LETTERED
        cases = min(FEW, size.cases) if few else size.cases
        found.append(Group(contract, kind, priority, at.replace(microsecond=0), cases))
    return found
