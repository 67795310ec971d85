"""What many comparisons of two readings come to: counts that add up case by case, as plain data
that can be put down in the middle and taken up again. It knows cases by a number only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sla.difference import Moved, side_of
from sla.values import Answer, Clock

# How far a due moved: name -> the most hours, in either direction.
_FAR = (("hours", 24.0), ("day", 72.0), ("days", 168.0), ("week", float("inf")))
SHIFTS = (
    *(f"earlier_{name}" for name, _ in reversed(_FAR)),
    "same_due",
    *(f"later_{name}" for name, _ in _FAR),
)
_SIDES = ("before", "after")
_KEY = "|"


@dataclass
class Tally:
    """`figures`: plain counts. `cells`: key (joined by `|`) -> name -> count. `found`: one row for
    each clock that somebody should look at, the most urgent first, at most `most` (None: all)."""

    most: int | None = None
    figures: dict[str, float] = field(default_factory=dict)
    cells: dict[str, dict[str, float]] = field(default_factory=dict)
    found: list[dict[str, Any]] = field(default_factory=list)

    def count(self, name: str, by: float = 1) -> None:
        """Add to a figure."""
        self.figures[name] = self.figures.get(name, 0) + by

    def cell(self, key: Iterable[str], name: str, by: float = 1) -> None:
        """Add to one count of a cell."""
        counts = self.cells.setdefault(_KEY.join(key), {})
        counts[name] = counts.get(name, 0) + by

    def note(self, row: dict[str, Any]) -> None:
        """Keep a row that was found; beyond twice the most, the least urgent are let go."""
        self.found.append(row)
        if self.most is not None and len(self.found) > 2 * self.most:
            self._sort()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, the rows in order."""
        self._sort()
        return {"figures": self.figures, "cells": self.cells, "found": self.found}

    def _sort(self) -> None:
        self.found = sorted(self.found, key=_urgency)[: self.most]


def taken_up(given: Mapping[str, Any], most: int | None = None) -> Tally:
    """The tally that `as_dict` put down; an empty one of nothing."""
    return Tally(
        most=most,
        figures=dict(given.get("figures", {})),
        cells={key: dict(counts) for key, counts in given.get("cells", {}).items()},
        found=list(given.get("found", [])),
    )


def add_moves(tally: Tally, case: int, kind: str, moved: Iterable[Moved], *, now: datetime) -> None:
    """Count one open case: its moved clocks by kind, clock and direction, how far, and what would
    be late at once (`overdue`)."""
    tally.count("cases")
    any_moved = any_overdue = False
    for each in moved:
        any_moved = True
        overdue = each.overdue_at_once(now)
        any_overdue = any_overdue or overdue
        tally.count("clocks")
        tally.count(each.direction)
        tally.cell((kind, each.clock, each.owner), each.direction)
        if each.by is not None:
            tally.cell(("shift",), shift_of(each.by))
        if overdue:
            tally.count("clocks_overdue")
            tally.cell((kind, each.clock, each.owner), "overdue")
        tally.note(row_of(case, kind, each, urgent=overdue))
    tally.count("moved", any_moved)
    tally.count("overdue", any_overdue)


def add_history(
    tally: Tally, case: int, kind: str, month: str, answers: tuple[Answer, Answer], *, now: datetime
) -> None:
    """Count one case of the past under both readings, by month (`2027-03`), kind and clock: how
    each duty stood at `now`, what was newly missed or newly met, and how much time was left."""
    before, after = answers
    tally.count("cases")
    touched = False
    for name in {clock.name: None for clock in (*before.clocks, *after.clocks)}:
        sides = (before.clock(name), after.clock(name))
        some = next(clock for clock in sides if clock is not None)
        if some.owner == "member" and all(_unused(clock) for clock in sides):
            continue
        key = (month, kind, name, some.owner)
        verdicts = [standing(clock, now) for clock in sides]
        for side, verdict, clock in zip(_SIDES, verdicts, sides, strict=True):
            if verdict:
                tally.cell(key, f"{verdict}_{side}")
            _add_margin(tally, key, side, clock)
        turned = _turned(*verdicts)
        if turned:
            tally.cell(key, turned)
            tally.count(turned)
        consequences = [clock.consequence if clock else None for clock in sides]
        if consequences[0] != consequences[1]:
            tally.cell(key, "other_consequence")
            tally.count("other_consequence")
        if turned or consequences[0] != consequences[1]:
            touched = True
            moved = Moved(name, some.owner, side_of(sides[0]), side_of(sides[1]))
            tally.note(row_of(case, kind, moved, urgent=turned == "newly_missed"))
    tally.count("touched", touched)


def standing(clock: Clock | None, now: datetime) -> str:
    """How a clock stood at an instant: `met`, `missed` (too late, or owed and its time over),
    `open`, `closed`; empty for no clock."""
    if clock is None:
        return ""
    if clock.state == "open" and clock.due_utc < now:
        return "missed"
    return clock.state


def shift_of(by: timedelta) -> str:
    """Which of SHIFTS a move of a due belongs to."""
    hours = by.total_seconds() / 3600
    if hours == 0:
        return "same_due"
    far = next(name for name, most in _FAR if abs(hours) <= most)
    return f"{'earlier' if hours < 0 else 'later'}_{far}"


def row_of(case: int, kind: str, moved: Moved, *, urgent: bool) -> dict[str, Any]:
    """One moved clock of a case as plain data; instants in ISO 8601, UTC."""
    row: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "clock": moved.clock,
        "owner": moved.owner,
        "direction": moved.direction,
        "urgent": urgent,
    }
    for name, side in zip(_SIDES, (moved.before, moved.after), strict=True):
        row[f"due_{name}"] = side.due.astimezone(UTC).isoformat() if side else None
        row[f"rule_{name}"] = side.rule if side else None
        row[f"state_{name}"] = side.state if side else None
        row[f"consequence_{name}"] = side.consequence if side else None
    return row


def _urgency(row: Mapping[str, Any]) -> tuple[Any, ...]:
    due = row["due_after"] or row["due_before"]
    return (not row["urgent"], row["direction"] == "same_due", due, row["case"], row["clock"])


def _unused(clock: Clock | None) -> bool:
    """A right of the member that nobody used: neither met nor missed."""
    return clock is None or clock.satisfied_at is None


def _turned(before: str, after: str) -> str:
    if after == "missed" and before != "missed":
        return "newly_missed"
    if before == "missed" and after in ("met", "open"):
        return "newly_met"
    return ""


def _add_margin(tally: Tally, key: tuple[str, ...], side: str, clock: Clock | None) -> None:
    if clock is None or clock.satisfied_at is None or clock.name == "earliest_action":
        return
    hours = (clock.due_utc - clock.satisfied_at).total_seconds() / 3600
    tally.cell(key, f"answered_{side}")
    tally.cell(key, f"margin_{side}", round(hours, 4))
