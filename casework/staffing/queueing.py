"""The M/M/c queue in closed form (Erlang, 1917): what the simulator is held against.

Arrivals and services are exponential, people are alike and always there, first come first served.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Steady:
    """A queue in its steady state: `utilisation` of one person, the share of arrivals that must
    wait, the mean number that waits (Lq) and the mean wait (Wq), in the unit of the rates."""

    utilisation: float
    must_wait: float
    queue: float
    wait: float


def steady(arrivals: float, services: float, people: int) -> Steady:
    """The steady state for these rates (per unit of time; `services` of one person).

    Raises ValueError where the rates are not above 0, or where the queue grows without end.
    """
    if arrivals <= 0 or services <= 0 or people < 1:
        raise ValueError("Rates must be above 0, and there must be somebody.")
    offered = arrivals / services
    if offered >= people:
        raise ValueError("More comes in than these people can do: the queue has no steady state.")
    waiting = erlang_c(offered, people)
    queue = waiting * offered / (people - offered)
    return Steady(offered / people, waiting, queue, queue / arrivals)


def erlang_c(offered: float, people: int) -> float:
    """The chance that an arrival finds everybody busy, for a load of so many Erlangs.

    By way of Erlang B, whose recursion needs no factorial.
    """
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = offered * blocked / (number + offered * blocked)
    busy = offered / people
    return blocked / (1 - busy * (1 - blocked))
