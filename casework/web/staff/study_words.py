"""Studies of a change of rules in words and as charts: what was asked, and what came out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date
from flask_babel import get_locale

from casework.context import Context
from casework.errors import Problem
from casework.queries import studies
from casework.queries.studies import MovedClock, Past, Study
from casework.records import histories, readings
from casework.records.contract_differences import POLICIES
from casework.web import moments
from casework.web.staff.bar_chart import BarChart, Group, bar_chart
from casework.web.staff.rules import LAYER_WORDS
from sla.supposing import policy_text

CONSEQUENCES: Final = {
    "deemed_denial": "taken as a denial",
    "deemed_exhaustion": "the member may go on",
    "deemed_affirmation": "taken as upheld",
    "deemed_approval": "taken as approved",
}
# Name of a shift -> the two lines below its bar.
_SHIFTS: Final = {
    "earlier_week": ("over 7 days", "earlier"),
    "earlier_days": ("3–7 days", "earlier"),
    "earlier_day": ("1–3 days", "earlier"),
    "earlier_hours": ("to a day", "earlier"),
    "same_due": ("same", "due"),
    "later_hours": ("to a day", "later"),
    "later_day": ("1–3 days", "later"),
    "later_days": ("3–7 days", "later"),
    "later_week": ("over 7 days", "later"),
}


@dataclass(frozen=True)
class Answer:
    """What a study found, for its page: rows of the kind that was asked, and the chart."""

    moves: tuple[MovedClock, ...]
    by_clock: tuple[Past, ...]
    by_month: tuple[tuple[str, Past], ...]
    shifts: tuple[tuple[str, int], ...]
    unchanged: int
    chart: BarChart | None


def title(study: Study, contract: str) -> str:
    """What was asked, in one line."""
    where = f"open cases of {contract}" if contract else "all open cases"
    if study.kind == histories.DIFF:
        return where[:1].upper() + where[1:]
    since, until = (_day(study.asked[name]) for name in ("since", "until"))
    span = " ".join(
        part for part in (f"from {since}" if since else "", f"to {until}" if until else "") if part
    )
    return f"History of {contract or 'all contracts'}{', received ' + span if span else ''}"


def change_of(cx: Context, after: str) -> tuple[str, ...]:
    """What the second reading changes, line by line; the words themselves where they can no longer
    be read."""
    try:
        change = readings.read(cx, after).reading.change
    except Problem:
        return (after,)
    said = [f"adopt {LAYER_WORDS.get(layer, layer)}" for layer in sorted(change.adopt)]
    said += [f"drop {LAYER_WORDS.get(layer, layer)}" for layer in sorted(change.drop)]
    said += [
        f"{POLICIES[n]}: {policy_text(v).replace('|', ', ') or 'none'}" for n, v in change.policies
    ]
    if change.rating_period_start is not None:
        said.append(f"rating period from {moments.day(change.rating_period_start)}")
    return tuple(each[:1].upper() + each[1:] for each in said) or ("Nothing",)


def command(study: Study) -> str:
    """The same question on the console."""
    asked = study.asked
    dates = "".join(f" --{name} {asked[name]}" for name in ("since", "until") if asked.get(name))
    where = f" --contract {asked['contract']}" if asked["contract"] else ""
    return f"casework rules {study.kind} {asked['before']} '{asked['after']}'{where}{dates}"


def answer_of(study: Study) -> Answer:
    """The rows and the chart of what was counted so far."""
    if study.kind == histories.DIFF:
        counts = studies.shifts(study.tally)
        shifts = tuple((" ".join(_SHIFTS[name]), count) for name, count in counts.items())
        chart = _shift_chart(counts) if any(counts.values()) else None
        return Answer(studies.moves_by_clock(study.tally), (), (), shifts, 0, chart)
    every = studies.history_by_clock(study.tally)
    differ = tuple(one for one in every if one.differs)
    months = tuple((_month(one.month), one) for one in studies.history_by_month(study.tally))
    chart = _month_chart([one for _, one in months]) if months else None
    return Answer((), differ, months, (), len(every) - len(differ), chart)


def instant(text: str, zone: str, now: datetime) -> str:
    """An instant of a tally (ISO 8601) as seen from now."""
    return moments.near(datetime.fromisoformat(text), now=now, zone=zone)


def _shift_chart(counts: dict[str, int]) -> BarChart:
    groups = [Group(*_SHIFTS[name], (count,)) for name, count in counts.items()]
    earlier = sum(count for name, count in counts.items() if name.startswith("earlier"))
    later = sum(count for name, count in counts.items() if name.startswith("later"))
    return bar_chart(
        "How far the due dates move",
        ("clocks",),
        groups,
        summary=f"{earlier:,} clocks become due earlier, {later:,} later.",
    )


def _month_chart(months: list[Past]) -> BarChart:
    groups = []
    for one in months:
        first = _first(one.month)
        words = format_date(first, format="MMM", locale=_locale())
        groups.append(
            Group(words, str(first.year), (one.count("missed_before"), one.count("missed_after")))
        )
    before, after = (
        sum(one.count(f"missed_{side}") for one in months) for side in ("before", "after")
    )
    return bar_chart(
        "Deadlines of the plan that were missed, by month of receipt",
        ("as it was", "with the change"),
        groups,
        summary=f"{before:,} in all as it was, {after:,} with the change.",
    )


def _month(month: str) -> str:
    return format_date(_first(month), format="MMMM yyyy", locale=_locale())


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _day(text: str | None) -> str:
    return moments.day(date.fromisoformat(text)) if text else ""


def _locale() -> Any:
    return get_locale() or "en"
