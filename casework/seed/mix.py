"""How many of what: the plots of a town, in an order that has everything at least once.

Which plots a town of so many cases has depends on the number and the seed alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from random import Random
from typing import Final

from casework.seed import plots_appeals as appeal
from casework.seed import plots_complaints as grievance
from casework.seed import plots_decided as decided
from casework.seed import plots_requests as request
from casework.seed import plots_reviews as review
from casework.seed.scene import COLOURS, LATER, SOON, Scene

MARKETPLACE: Final = ("OH-QHP",)
MEDICAID: Final = ("OH-MCD", "OH-MCD-2026")
MEDICARE: Final = ("OH-MA", "MA-2026")
NEWER: Final = ("OH-MCD-2026", "MA-2026")
ALL: Final = ("OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026")
_SHARES: Final = {"OH-MCD": 30, "OH-QHP": 25, "OH-MA": 15, "OH-MCD-2026": 16, "MA-2026": 14}


@dataclass(frozen=True, slots=True)
class Plot:
    """One course of one or more cases: which contracts it fits, and how common it is."""

    tell: Callable[[Scene], None]
    cases: int = 1
    weight: int = 1
    contracts: tuple[str, ...] = ALL


def _open(
    tell: Callable[[Scene, str], None],
    *,
    cases: int = 1,
    weight: int = 1,
    contracts: tuple[str, ...] = ALL,
) -> list[Plot]:
    return [Plot(_in(tell, colour), cases, weight, contracts) for colour in COLOURS]


def _in(tell: Callable[[Scene, str], None], colour: str) -> Callable[[Scene], None]:
    return lambda scene: tell(scene, colour)


PLOTS: Final = (
    *_open(request.waiting_for_a_nurse, weight=5),
    *_open(request.with_a_nurse, weight=5),
    *_open(request.with_a_physician, weight=3),
    *_open(request.with_new_papers, weight=2),
    *_open(request.waiting_for_information, weight=3),
    *_open(request.asked_to_be_fast),
    *_open(request.extended, contracts=NEWER),
    Plot(request.reopened),
    Plot(decided.approved_by_rule, weight=14),
    Plot(decided.approved_by_a_nurse, weight=26),
    Plot(decided.approved_after_waiting, weight=12),
    Plot(decided.approved_late, weight=4),
    Plot(decided.approved_in_part, weight=4),
    Plot(decided.denied, weight=8),
    Plot(decided.denied_administratively, weight=5),
    Plot(decided.withdrawn, weight=3),
    Plot(decided.dismissed, weight=3),
    *_open(appeal.waiting_for_a_reviewer, cases=2),
    *_open(appeal.in_review, cases=2, weight=2),
    *_open(appeal.waiting_for_information, cases=2),
    *_open(appeal.waiting_for_consent, cases=2, contracts=("OH-MCD", "OH-QHP")),
    Plot(partial(appeal.with_consent, colour=LATER), cases=2, contracts=("OH-MCD", "OH-QHP")),
    Plot(partial(appeal.came_late, colour=LATER), cases=2, contracts=MEDICAID),
    Plot(appeal.upheld, cases=2, weight=3, contracts=(*MEDICAID, *MARKETPLACE)),
    Plot(appeal.overturned, cases=2, weight=2),
    Plot(appeal.overturned_in_part, cases=2, contracts=(*MEDICAID, *MARKETPLACE)),
    Plot(appeal.carried_out, cases=2, weight=4),
    Plot(appeal.withdrawn, cases=2),
    Plot(appeal.dismissed, cases=2),
    Plot(appeal.refused_as_late, cases=2, contracts=MEDICAID),
    *_open(grievance.received, weight=2),
    *_open(grievance.looked_into, weight=2),
    *_open(grievance.waiting_for_the_office),
    Plot(partial(grievance.about_the_quality_of_care, colour=SOON)),
    Plot(partial(grievance.about_the_quality_of_care, colour=LATER)),
    Plot(grievance.resolved, weight=8),
    Plot(grievance.not_substantiated, weight=3),
    Plot(grievance.quality_resolved, weight=2),
    Plot(grievance.withdrawn),
    Plot(grievance.dismissed),
    Plot(grievance.into_an_appeal, cases=3),
    Plot(grievance.into_a_grievance, cases=3),
    Plot(grievance.one_appeal_after_all, cases=3),
    *(
        Plot(tell, cases=3, contracts=MARKETPLACE)
        for tell in (
            review.asked_for,
            review.being_checked,
            review.incomplete,
            review.completed,
            review.not_eligible,
            review.with_an_iro,
            review.file_is_there,
        )
    ),
    Plot(review.forwarded, cases=3, contracts=MEDICARE),
    Plot(review.asked_for, cases=3, contracts=MEDICAID),
    Plot(review.before_a_hearing, cases=3, contracts=MEDICAID),
    Plot(review.file_with_the_body, cases=3, contracts=(*MEDICAID, *MEDICARE)),
    Plot(review.upheld_outside, cases=3),
    Plot(review.overturned_outside, cases=3),
    Plot(review.overturned_in_part_outside, cases=3),
    Plot(review.carried_out_outside, cases=3),
    Plot(review.withdrawn, cases=3, contracts=(*MARKETPLACE, *MEDICAID)),
    Plot(review.reversed_by_the_plan, cases=3),
)


def plots(seed: int, cases: int) -> Iterator[tuple[Plot, str, int]]:
    """(plot, contract, its own dice number) for exactly so many cases: everything once first."""
    rng = Random(f"mix {seed}")  # noqa: S311 - a repeatable town, no secret
    left, number = cases, 0
    for plot in chain(PLOTS, _common(rng)):
        if left <= 0:
            return
        if plot.cases > left:
            continue
        codes = plot.contracts
        shares = [_SHARES[code] for code in codes]
        yield plot, rng.choices(codes, shares)[0], number
        left -= plot.cases
        number += 1


def _common(rng: Random) -> Iterator[Plot]:
    weights = [plot.weight for plot in PLOTS]
    while True:
        yield from rng.choices(PLOTS, weights, k=1000)
