"""The escalation ladder of a clock: which step fires when. Only the plan's own duties have one. It
reads no current time; `sla.sweep` says what is due."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sla.events import KINDS
from sla.values import Clock

STEPS = ("50", "75", "t24", "90", "100")  # on the same instant the higher one stays
_HOUR_BEFORE = timedelta(hours=24)
_SECOND = timedelta(seconds=1)
_WHOLE = 100


class LadderError(ValueError):
    """A ladder that cannot be used; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of a clock's ladder and the UTC instant at which it fires."""

    step: str
    fire_at: datetime


@cache
def steps_for(kind: str, path: Path = Path(__file__).parent / "ladder.toml") -> tuple[str, ...]:
    """The default steps of a kind of case, from `ladder.toml`. Raises LadderError."""
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("steps", {})
    steps = table.get(kind)
    if kind not in KINDS or not isinstance(steps, list):
        raise LadderError(f"{path.name}: no steps for {kind}; add a line {kind} = […].")
    return checked(steps)


def checked(steps: Sequence[str]) -> tuple[str, ...]:
    """The steps in their order. Raises LadderError for one outside the vocabulary."""
    for step in steps:
        if step not in STEPS:
            raise LadderError(f"the step {step!r} is unknown; use {', '.join(STEPS)}.")
    return tuple(step for step in STEPS if step in steps)


def ladder(clock: Clock, steps: Sequence[str]) -> tuple[Mark, ...]:
    """The marks of a clock, in the order in which they fire, whatever its state: parts of the time
    from start to due, `t24` on day clocks only, `100` one second after the due (on time means at or
    before it). Empty for clocks of a member or reviewer and for `earliest_action`. A step that
    would fire before the start, or not before `100`, is left out; of two on one instant the higher
    stays."""
    if clock.owner != "plan" or clock.name == "earliest_action":
        return ()
    last = clock.due_utc + _SECOND
    at: dict[datetime, str] = {}
    for step in checked(steps):
        fires = last if step == "100" else _fires(clock, step)
        if fires is not None and (step == "100" or clock.anchor <= fires < last):
            at[fires] = step
    return tuple(Mark(at[fires], fires) for fires in sorted(at))


def _fires(clock: Clock, step: str) -> datetime | None:
    if step == "t24":
        return clock.due_utc - _HOUR_BEFORE if clock.by_day else None
    part = (clock.due_utc - clock.anchor) * int(step) // _WHOLE
    return clock.anchor + timedelta(seconds=part // _SECOND)
