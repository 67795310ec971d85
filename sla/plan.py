"""The escalation ladder of a clock: which step fires when. Only the plan's own duties have one. It
reads no current time; `sla.sweep` says what is due, `sla.ladders` which steps a contract has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.calendars import local_day, plus_days, wall_to_utc, zone
from sla.values import Clock

STEPS = ("50", "75", "t24", "90", "100")  # on the same instant the higher one stays
LAST = "100"
_DAY_BEFORE = timedelta(hours=24)
_SECOND = timedelta(seconds=1)
_WHOLE = 100


class LadderError(ValueError):
    """A ladder that cannot be used; the message says what to mend, `field` where it stands
    ("hand_on.hours.lead"; empty for the ladder as a whole)."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of a clock's ladder and the UTC instant at which it fires."""

    step: str
    fire_at: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """The local hours in which nobody is called for a clock that counts days: from `begins` until
    just before `ends`, over midnight where `ends` is the earlier wall time."""

    begins: time
    ends: time

    def around(self, instant: datetime, where: ZoneInfo) -> tuple[datetime, datetime] | None:
        """The quiet hours that this instant (aware) lies in, as the UTC instants at which they
        begin and end; None outside them. Where a wall time exists twice or not at all, they begin
        at the earlier and end at the later reading, so that no wall time within them is left."""
        wall = instant.astimezone(where).time()
        over_midnight = self.ends <= self.begins
        late, early = wall >= self.begins, wall < self.ends
        if not (late or early if over_midnight else late and early):
            return None
        first = local_day(instant, where)
        if over_midnight and not late:
            first = plus_days(first, -1)
        last = plus_days(first, 1) if over_midnight else first
        starts = min(wall_to_utc(first, self.begins.replace(fold=fold), where) for fold in (0, 1))
        stops = max(wall_to_utc(last, self.ends.replace(fold=fold), where) for fold in (0, 1))
        return starts, stops

    def after(self, instant: datetime, where: ZoneInfo) -> datetime:
        """This UTC instant, or the end of the quiet hours that it lies in."""
        hours = self.around(instant, where)
        return hours[1] if hours is not None else instant


def checked(steps: Sequence[str]) -> tuple[str, ...]:
    """The steps in their order. Raises LadderError for one outside the vocabulary."""
    for step in steps:
        if step not in STEPS:
            raise LadderError(f"the step {step!r} is unknown; use {', '.join(STEPS)}.")
    return tuple(step for step in STEPS if step in steps)


def ladder(clock: Clock, steps: Sequence[str], quiet: Quiet | None = None) -> tuple[Mark, ...]:
    """The marks of a clock, in the order in which they fire, whatever its state: parts of the time
    from start to due, `t24` on day clocks only, `100` one second after the due (on time means at or
    before it). Empty for clocks of a member or reviewer and for `earliest_action`. A step that
    would fire before the start, or not before `100`, is left out; of two on one instant the higher
    stays.

    With `quiet`, a step before `100` of a day clock that falls into quiet hours fires when they
    end; where that is not before the due, one second before they begin. Left out where that is
    before the start: then the whole time lies in quiet hours, and only `100` is left.
    """
    if clock.owner != "plan" or clock.name == "earliest_action":
        return ()
    last = clock.due_utc + _SECOND
    at: dict[datetime, str] = {}
    for step in checked(steps):
        fires = last if step == LAST else _fires(clock, step, quiet)
        if fires is not None:
            at[fires] = step
    return tuple(Mark(at[fires], fires) for fires in sorted(at))


def _fires(clock: Clock, step: str, quiet: Quiet | None) -> datetime | None:
    fires = _part(clock, step)
    if fires is not None and quiet is not None and clock.by_day:
        fires = _aloud(clock, fires, quiet)
    inside = fires is not None and clock.anchor <= fires <= clock.due_utc
    return fires if inside else None


def _part(clock: Clock, step: str) -> datetime | None:
    if step != "t24":
        part = (clock.due_utc - clock.anchor) * int(step) // _WHOLE
        return clock.anchor + timedelta(seconds=part // _SECOND)
    fires = clock.due_utc - _DAY_BEFORE
    return fires if clock.by_day and fires >= clock.anchor else None


def _aloud(clock: Clock, fires: datetime, quiet: Quiet) -> datetime:
    hours = quiet.around(fires, zone(clock.time_zone))
    if hours is None:
        return fires
    begins, ends = hours
    return ends if ends < clock.due_utc else begins - _SECOND
