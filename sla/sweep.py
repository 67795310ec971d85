"""Which marks of one clock are due. Pure: the instant is an argument, and nothing is fired here."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sla.plan import STEPS, Mark


class Due(NamedTuple):
    """What a sweep does with the pending marks of one clock: fire at most one, skip the rest that
    have passed."""

    fire: tuple[Mark, ...]
    skip: tuple[Mark, ...]


def due_marks(marks: Iterable[Mark], now: datetime) -> Due:
    """Of the marks of one clock that have not fired yet, those that a sweep at `now` (aware) fires
    and those that it skips: only the highest step that has passed fires, so a receipt that is
    entered late, or a sweep after an outage, never fires a step that a higher one has overtaken.
    Hand in pending marks only; then each step fires once."""
    passed = sorted(
        (mark for mark in marks if mark.fire_at <= now),
        key=lambda mark: (mark.fire_at, STEPS.index(mark.step)),
    )
    return Due(tuple(passed[-1:]), tuple(passed[:-1]))
