"""The escalation ladder as contract data: which steps fire, who is called and how long he has.

It is stored as `workflow["ladder"]` of a contract version; `read` tells its exact shape. Values and
arithmetic only: it knows no person, no table and no current time.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from sla.calendars import zone
from sla.events import KINDS
from sla.plan import LAST, STEPS, LadderError, Mark, Quiet, checked, ladder
from sla.values import Clock

RUNGS: Final = ("worker", "lead", "director", "compliance")
MEASURES: Final = ("hours", "days")
MOST_MINUTES: Final = 7 * 24 * 60
LONGEST_QUIET: Final = timedelta(hours=16)
FILE: Final = Path(__file__).parent / "ladder.toml"
_FIRST_STEP: Final = "50"  # what only whoever works the case is told at first
_WALL: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Ladder:
    """The ladder of one contract version. `steps` by kind of case; `hand_on` by measure ("hours",
    "days") and rung, in minutes; `returns` by measure: the minutes after which "I have it" comes
    back (plan policy); `quiet` None where there are no quiet hours."""

    steps: Mapping[str, tuple[str, ...]]
    rungs: tuple[str, ...]
    hand_on: Mapping[str, Mapping[str, int]]
    returns: Mapping[str, int]
    quiet: Quiet | None

    def marks(self, clock: Clock, kind: str) -> tuple[Mark, ...]:
        """The marks of this clock on a case of this kind, in the order in which they fire."""
        return ladder(clock, self.steps[kind], self.quiet)

    def first_rung(self, step: str) -> str:
        """Who is called when this step fires: whoever works the case at half of the time, the
        lead from then on; the next one up where the contract has no such rung."""
        wanted = RUNGS.index("worker" if step == _FIRST_STEP else "lead")
        return next(rung for rung in self.rungs if RUNGS.index(rung) >= wanted)

    def above(self, rung: str) -> tuple[str, ...]:
        """The rungs above this one, the nearest first; empty above compliance."""
        return tuple(each for each in self.rungs if RUNGS.index(each) > RUNGS.index(rung))

    def hand_on_at(
        self, rung: str, *, since: datetime, by_day: bool, time_zone: str
    ) -> datetime | None:
        """When what this rung was given at `since` (UTC) goes on to the next unless somebody says
        that he has it; never in quiet hours for a day clock. None on the last rung."""
        if not self.above(rung):
            return None
        minutes = self.hand_on["days" if by_day else "hours"][rung]
        return self._called_at(since, minutes, by_day=by_day, time_zone=time_zone)

    def returns_at(self, *, since: datetime, by_day: bool, time_zone: str) -> datetime:
        """When what somebody said at `since` (UTC) that he has comes back, unless its clock is kept
        by then; never in quiet hours for a day clock."""
        minutes = self.returns["days" if by_day else "hours"]
        return self._called_at(since, minutes, by_day=by_day, time_zone=time_zone)

    def _called_at(
        self, since: datetime, minutes: int, *, by_day: bool, time_zone: str
    ) -> datetime:
        at = since + timedelta(minutes=minutes)
        if self.quiet is None or not by_day:
            return at
        return self.quiet.after(at, zone(time_zone))

    def as_stored(self) -> dict[str, Any]:
        """The same as JSON values, whole: what `read` takes and a form shows."""
        quiet = self.quiet
        return {
            "steps": {kind: list(steps) for kind, steps in self.steps.items()},
            "rungs": list(self.rungs),
            "hand_on": {measure: dict(given) for measure, given in self.hand_on.items()},
            "returns": dict(self.returns),
            "quiet": quiet is not None
            and {"from": f"{quiet.begins:%H:%M}", "until": f"{quiet.ends:%H:%M}"},
        }


def read(stored: Any) -> Ladder:
    """The ladder that a contract version stores, over the default; None for the default itself.

    Everything is optional; what is left out (or null) is as `ladder.toml` says:

        {"steps":   {"prior_auth": ["50", "75", "t24", "90", "100"], "appeal": […],
                     "grievance": […], "external_review": […]},     "100" always among them
         "rungs":   ["worker", "lead", "director", "compliance"],   in this order, and some left
                                                                    out but never "compliance"
         "hand_on": {"hours": {"worker": 15, "lead": 30, "director": 60},       minutes from 1 to
                     "days":  {"worker": 240, "lead": 480, "director": 1440}},  10080, by the clock
         "returns": {"hours": 240, "days": 1440},                               the same
         "quiet":   {"from": "20:00", "until": "07:00"}}            local; false: no quiet hours

    Raises LadderError with a sentence that says what to mend and the field that it stands in.
    """
    return default() if stored is None else _read(stored, default())


@cache
def default(path: Path = FILE) -> Ladder:
    """The ladder of whoever says nothing, from `ladder.toml`. Raises LadderError."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for part in ("steps", "rungs", "hand_on", "returns", "quiet"):
        if part not in data:
            raise LadderError(f"{path.name}: it says nothing of {part}; add it.", part)
    bare = Ladder({}, RUNGS, {measure: {} for measure in MEASURES}, {}, None)
    found = _read(data, bare)
    for kind in KINDS:
        if kind not in found.steps:
            raise LadderError(f"{path.name}: no steps for {kind}; add a line {kind} = […].")
    wanted = {f"returns.{measure}": (found.returns, measure) for measure in MEASURES}
    wanted |= {
        f"hand_on.{measure}.{rung}": (found.hand_on[measure], rung)
        for measure in MEASURES
        for rung in RUNGS[:-1]
    }
    for place, (minutes, name) in wanted.items():
        if name not in minutes:
            raise LadderError(f"{path.name}: {place} is missing; add its minutes.", place)
    return found


def _read(stored: Any, beneath: Ladder) -> Ladder:
    table = _table(stored, "", ("steps", "rungs", "hand_on", "returns", "quiet"))
    steps = _table(table.get("steps"), "steps", KINDS)
    hand_on = _table(table.get("hand_on"), "hand_on", MEASURES)
    return Ladder(
        steps={**beneath.steps, **{kind: _steps(kind, steps[kind]) for kind in steps}},
        rungs=_rungs(table["rungs"]) if "rungs" in table else beneath.rungs,
        hand_on={
            measure: {
                **beneath.hand_on[measure],
                **_minutes(f"hand_on.{measure}", hand_on.get(measure), RUNGS[:-1]),
            }
            for measure in MEASURES
        },
        returns={**beneath.returns, **_minutes("returns", table.get("returns"), MEASURES)},
        quiet=_quiet(table["quiet"]) if "quiet" in table else beneath.quiet,
    )


def _table(given: Any, field: str, names: Iterable[str]) -> dict[str, Any]:
    """A table with these names only; null is the same as absent."""
    known = tuple(names)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise LadderError(f"{field or 'The ladder'} is no table; give {_any_of(known)}.", field)
    for name in given:
        if name not in known:
            place = f"{field}.{name}" if field else str(name)
            raise LadderError(f"{place} is unknown in a ladder; use {_any_of(known)}.", place)
    return {name: value for name, value in given.items() if value is not None}


def _steps(kind: str, given: Any) -> tuple[str, ...]:
    field = f"steps.{kind}"
    if not isinstance(given, list) or not all(isinstance(step, str) for step in given):
        raise LadderError(f"{field} is no list of steps; use {', '.join(STEPS)}.", field)
    try:
        found = checked(given)
    except LadderError as wrong:
        raise LadderError(f"{field}: {wrong}", field) from None
    if LAST not in found:
        raise LadderError(
            f"{field}: the step {LAST} cannot be left out; without it a missed clock would be"
            " silent. Add it.",
            field,
        )
    return found


def _rungs(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(rung in RUNGS for rung in given):
        raise LadderError(f"rungs is no list of rungs; use {', '.join(RUNGS)}.", "rungs")
    if RUNGS[-1] not in given:
        raise LadderError(
            "rungs: compliance cannot be left out; somebody must be the last who is told. Add it.",
            "rungs",
        )
    return tuple(rung for rung in RUNGS if rung in given)


def _minutes(field: str, given: Any, names: Iterable[str]) -> dict[str, int]:
    table = _table(given, field, names)
    for name, minutes in table.items():
        whole = isinstance(minutes, int) and not isinstance(minutes, bool)
        if not whole or not 1 <= minutes <= MOST_MINUTES:
            raise LadderError(
                f"{field}.{name} must be whole minutes from 1 to {MOST_MINUTES} (a week).",
                f"{field}.{name}",
            )
    return table


def _quiet(given: Any) -> Quiet | None:
    if given is False:
        return None
    if not isinstance(given, Mapping):
        raise LadderError('quiet is neither false nor a table of "from" and "until".', "quiet")
    table = _table(given, "quiet", ("from", "until"))
    begins, ends = (_wall(name, table.get(name)) for name in ("from", "until"))
    if not timedelta(0) < (_since_midnight(ends) - _since_midnight(begins)) % _DAY <= LONGEST_QUIET:
        raise LadderError(
            "quiet hours must be longer than nothing and no longer than 16 hours;"
            " give false where there are none.",
            "quiet",
        )
    return Quiet(begins, ends)


def _wall(name: str, given: Any) -> time:
    if not isinstance(given, str) or not _WALL.fullmatch(given):
        raise LadderError(
            f'quiet.{name} is no time of day; write it like "20:00".', f"quiet.{name}"
        )
    return time.fromisoformat(given)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute)


def _any_of(names: Iterable[str]) -> str:
    return ", ".join(names)
