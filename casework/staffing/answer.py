"""How many people are enough: which numbers to try, and what their runs say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casework.staffing.office import Office
from casework.staffing.simulator import Run

REPEATS: Final = 6
WARM_UP: Final = 4
# A run of a busy office is shorter: about so many cases, between so many weeks.
CASES_OF_A_RUN: Final = 20_000
FEWEST_WEEKS, MOST_WEEKS = 4, 26
_BELOW, _ABOVE = 1, 7
MOST_TRIED: Final = 14


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of people over all its runs: the share that was late (its mean, and the least and
    most of a run), by kind of work, the mean hours until taken and until done, the share of the
    time that people work, the mean number waiting, and what lay undone at the end."""

    people: int
    runs: int
    late: float
    late_least: float
    late_most: float
    by_kind: Mapping[str, float]
    wait: float
    turnaround: float
    utilisation: float
    queue: float
    left: float


def numbers_to_try(office: Office, people: int) -> tuple[int, ...]:
    """From a little below the least that can keep up to well above it; and the number there is."""
    least = office.least_people
    around = {max(1, least + step) for step in range(-_BELOW, _ABOVE + 1)}
    return tuple(sorted(around | {people, people + 1}))[:MOST_TRIED]


def weeks_of(office: Office) -> int:
    """How many weeks a run counts."""
    weekly = sum(sum(kind.per_day) for kind in office.kinds)
    return max(FEWEST_WEEKS, min(MOST_WEEKS, int(CASES_OF_A_RUN / max(1.0, weekly))))


def plan(office: Office, people: int) -> tuple[tuple[int, int], ...]:
    """Each run: (number of people, number of the repeat). All numbers meet the same arrivals in the
    same repeat, so that what differs is the number of people."""
    numbers = numbers_to_try(office, people)
    return tuple((number, repeat) for repeat in range(REPEATS) for number in numbers)


def told(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "kinds": {k.name: [k.came, k.late, k.turnaround] for k in run.kinds},
        "wait": run.wait,
        "utilisation": run.utilisation,
        "queue": run.queue,
        "left": run.left,
    }


def tried(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Tried, ...]:
    """The runs by number of people, the fewest first."""
    return tuple(_tried(int(number), runs[number]) for number in sorted(runs, key=int))


def enough(rows: Sequence[Tried], target: float) -> Tried | None:
    """The fewest people with whom, and with any greater number tried, no more than the target (a
    share) is late on average; None where no number tried is enough."""
    found = None
    for row in sorted(rows, key=_people, reverse=True):
        if row.late > target:
            break
        found = row
    return found


def _people(row: Tried) -> int:
    return row.people


def _tried(people: int, runs: Sequence[Mapping[str, Any]]) -> Tried:
    shares = [_share(run["kinds"].values()) for run in runs]
    names = list(runs[0]["kinds"])
    came = [sum(c for c, _, _ in run["kinds"].values()) for run in runs]
    return Tried(
        people=people,
        runs=len(runs),
        late=sum(shares) / len(shares),
        late_least=min(shares),
        late_most=max(shares),
        by_kind={name: _share(run["kinds"][name] for run in runs) for name in names},
        wait=_mean(runs, "wait"),
        turnaround=sum(c * t for run in runs for c, _, t in run["kinds"].values())
        / max(1, sum(came)),
        utilisation=_mean(runs, "utilisation"),
        queue=_mean(runs, "queue"),
        left=_mean(runs, "left"),
    )


def _share(kinds: Any) -> float:
    rows = list(kinds)
    late, came = sum(int(row[1]) for row in rows), sum(int(row[0]) for row in rows)
    return late / max(1, came)


def _mean(runs: Sequence[Mapping[str, Any]], name: str) -> float:
    return sum(float(run[name]) for run in runs) / len(runs)
