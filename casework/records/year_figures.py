"""The nine public figures of a year from its counted cases, with every denominator.

They are plain numbers from here on: what is published is this dictionary, frozen under its hash.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Float, Numeric, cast, extract, func, select

from casework.context import Context
from casework.models import PaRule, YearCase
from casework.records import drugs
from casework.records.reporting_units import Unit
from casework.records.year_counting import APPEAL, LEFT_OUT, REQUEST

FORMAT: Final = "casework public figures 1"
PRIORITIES: Final = ("standard", "expedited")
# What the rule leaves open: the choices of a count, the first is ours.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "partial": ("approved", "denied", "own"),
    "appeals": ("decided", "requests"),
    "extended": ("all", "extended"),
}
DEFAULTS: Final = {name: values[0] for name, values in CHOICES.items()}
_HOUR: Final = Decimal(3600)


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with what it is a share of. `part` and `of` name the cases behind each: what,
    priority, outcomes (none: any), and whether they were extended."""

    number: int
    key: str
    part: int
    whole: int
    of_part: "Behind"
    of_whole: "Behind"

    @property
    def value(self) -> float | None:
        """The share in per cent, None where there is nothing to be a share of."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Behind:
    """Which cases a number counts."""

    what: str = REQUEST
    priority: str = ""
    outcomes: tuple[str, ...] = ()
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Took:
    """Time from receipt to decision, in hours, over so many requests; None where there is none."""

    number: int
    key: str
    mean: float | None
    median: float | None
    whole: int
    of_whole: Behind


def summed(
    cx: Context,
    count_id: int,
    unit: Unit,
    *,
    year: int,
    as_of: datetime,
    choices: Mapping[str, str],
) -> dict[str, Any]:
    """All figures of a count whose cases are all there, as plain numbers and words."""
    tally: dict[str, Any] = {
        "format": FORMAT,
        "unit": {
            "code": unit.code,
            "name": unit.name,
            "line": unit.line,
            "state": unit.state,
            "level": unit.level,
            "plan": unit.plan,
            "contracts": [code for _, code in unit.contracts],
            "zone": unit.zone,
            "citation": unit.citation,
        },
        "year": year,
        "as_of": as_of.isoformat(),
        "choices": dict(choices),
        "services": _services(cx, unit, year),
        "left_out": {},
        "extended": dict.fromkeys(("all", "approved", "partial", "denied"), 0),
        "appeals": dict.fromkeys(("decided", "overturned", "partial", "upheld"), 0),
    }
    for priority in PRIORITIES:
        tally[priority] = dict.fromkeys(("decided", "approved", "partial", "denied"), 0)
        tally[priority] |= {"mean_hours": None, "median_hours": None}
    for row in _groups(cx, count_id):
        _add(tally, row)
    for row in _times(cx, count_id):
        tally[row.priority]["mean_hours"] = _hours(row.mean)
        tally[row.priority]["median_hours"] = _hours(row.median)
    return tally


def shares(figures: Mapping[str, Any]) -> tuple[Share, ...]:
    """Percentages 2 to 7 of the rule, in its order."""
    standard, expedited = figures["standard"], figures["expedited"]
    return (
        _approved(figures, 2, "standard", standard),
        _denied(figures, 3, "standard", standard),
        _after_appeal(figures),
        _extended(figures),
        _approved(figures, 6, "expedited", expedited),
        _denied(figures, 7, "expedited", expedited),
    )


def times(figures: Mapping[str, Any]) -> tuple[Took, ...]:
    """Figures 8 and 9: how long it took, mean and median, in hours."""
    return tuple(
        Took(
            number=number,
            key=f"{priority}_time",
            mean=figures[priority]["mean_hours"],
            median=figures[priority]["median_hours"],
            whole=figures[priority]["decided"],
            of_whole=Behind(priority=priority),
        )
        for number, priority in ((8, "standard"), (9, "expedited"))
    )


def canonical(figures: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed and handed out as JSON: keys in order, UTF-8, one line feed."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def sha256(figures: Mapping[str, Any]) -> str:
    """The hash of these figures."""
    return hashlib.sha256(canonical(figures)).hexdigest()


def condition(behind: Behind) -> list[Any]:
    """The same as conditions on `year_case`, beside the number of the count."""
    found: list[Any] = [YearCase.what == behind.what]
    if behind.priority:
        found.append(YearCase.priority == behind.priority)
    if behind.outcomes:
        found.append(YearCase.outcome.in_(behind.outcomes))
    if behind.extended:
        found.append(YearCase.extended)
    return found


def _approved(
    figures: Mapping[str, Any], number: int, priority: str, of: Mapping[str, Any]
) -> Share:
    outcomes = ("approved", "partial") if _partly(figures) == "approved" else ("approved",)
    return _share(number, f"{priority}_approved", priority, of, outcomes)


def _denied(figures: Mapping[str, Any], number: int, priority: str, of: Mapping[str, Any]) -> Share:
    outcomes = ("denied", "partial") if _partly(figures) == "denied" else ("denied",)
    return _share(number, f"{priority}_denied", priority, of, outcomes)


def _share(
    number: int, key: str, priority: str, of: Mapping[str, Any], outcomes: tuple[str, ...]
) -> Share:
    part = sum(of[name] for name in outcomes)
    behind = Behind(priority=priority, outcomes=outcomes)
    return Share(number, key, part, of["decided"], behind, Behind(priority=priority))


def _after_appeal(figures: Mapping[str, Any]) -> Share:
    appeals = figures["appeals"]
    part = appeals["overturned"] + appeals["partial"]
    behind = Behind(what=APPEAL, priority="standard", outcomes=("overturned", "partial"))
    whole, of = appeals["decided"], Behind(what=APPEAL, priority="standard")
    if figures["choices"]["appeals"] == "requests":
        whole, of = figures["standard"]["decided"], Behind(priority="standard")
    return Share(4, "after_appeal", part, whole, behind, of)


def _extended(figures: Mapping[str, Any]) -> Share:
    extended = figures["extended"]
    outcomes = ("approved", "partial") if _partly(figures) == "approved" else ("approved",)
    part = sum(extended[name] for name in outcomes)
    whole, of = figures["standard"]["decided"] + figures["expedited"]["decided"], Behind()
    if figures["choices"]["extended"] == "extended":
        whole, of = extended["all"], Behind(extended=True)
    return Share(5, "extended_approved", part, whole, Behind("request", "", outcomes, True), of)


def _partly(figures: Mapping[str, Any]) -> str:
    return str(figures["choices"]["partial"])


def _groups(cx: Context, count_id: int) -> Any:
    columns = (YearCase.what, YearCase.priority, YearCase.outcome, YearCase.extended)
    return cx.db.execute(
        select(*columns, func.count().label("cases"))
        .where(YearCase.count_id == count_id)
        .group_by(*columns)
    ).all()


def _times(cx: Context, count_id: int) -> Any:
    seconds = cast(extract("epoch", YearCase.decided_at - YearCase.received_at), Numeric)
    return cx.db.execute(
        select(
            YearCase.priority,
            func.avg(seconds).label("mean"),
            func.percentile_cont(0.5).within_group(cast(seconds, Float(53))).label("median"),
        )
        .where(YearCase.count_id == count_id, YearCase.what == REQUEST)
        .group_by(YearCase.priority)
    ).all()


def _add(tally: dict[str, Any], row: Any) -> None:
    """Add one group of cases that are alike."""
    if row.what == LEFT_OUT:
        tally["left_out"][row.outcome] = tally["left_out"].get(row.outcome, 0) + row.cases
        return
    if row.what == APPEAL:
        if row.priority == "standard":
            tally["appeals"]["decided"] += row.cases
            tally["appeals"][row.outcome] += row.cases
        return
    tally[row.priority]["decided"] += row.cases
    tally[row.priority][row.outcome] += row.cases
    if row.extended:
        tally["extended"]["all"] += row.cases
        tally["extended"][row.outcome] += row.cases


def _hours(seconds: Any) -> float:
    """Seconds as hours to two places."""
    return float(round(Decimal(str(seconds)) / _HOUR, 2))


def _services(cx: Context, unit: Unit, year: int) -> list[dict[str, str]]:
    """Figure 1: what needed prior authorization on any day of the year, drugs left out; each code
    once, from the first to the last such day. A newer row of the list ends the one before it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = cx.db.execute(
        select(PaRule)
        .where(PaRule.contract_id.in_(unit.contract_ids), PaRule.effective_from <= last)
        .order_by(PaRule.contract_id, PaRule.code, PaRule.effective_from, PaRule.id)
    ).scalars()
    found: dict[str, dict[str, str]] = {}
    for row, following in pairwise([*rows, None]):
        ends = (row.effective_to or last) if row else last
        same = row and following and (row.contract_id, row.code)
        if same and following and same == (following.contract_id, following.code):
            ends = min(ends, following.effective_from - timedelta(days=1))
        if row is None or not row.required or ends < first or drugs.is_drug(row.code):
            continue
        since, until = max(row.effective_from, first).isoformat(), min(ends, last).isoformat()
        if since > until:
            continue
        known = found.setdefault(row.code, {"code": row.code, "from": since, "until": until})
        known |= {
            "label": row.label,
            "from": min(known["from"], since),
            "until": max(known["until"], until),
        }
    return [found[code] for code in sorted(found)]
