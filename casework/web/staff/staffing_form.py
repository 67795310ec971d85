"""The form of a staffing study: figures as people type them, read into a question and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from casework.queries.staffing import AWAY_ASSUMED, KEPT_BACK, Measured
from casework.services.staffing import Question

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKS: Final = {
    "prior_auth": ("Requests", "nurses", "nurse"),
    "appeal": ("Appeals", "appeals people", "person"),
    "grievance": ("Grievances", "appeals specialists", "specialist"),
}
# Name, label, hint, by how much what is typed is divided, whether in whole numbers.
FIELDS: Final = (
    ("urgent", "Urgent ones, per cent", "", 100.0),
    ("effort", "Work on one case, minutes", "On average, all steps together", 1.0),
    ("effort_spread", "Its standard deviation, minutes", "", 1.0),
    ("standard_limit", "Limit, hours", "From receipt to the notice", 1.0),
    ("urgent_limit", "Limit of urgent ones, hours", "", 1.0),
    ("kept_back", "Kept back of each limit, hours", "For the physician and the letter", 1.0),
    ("start", "The day begins at, hour", "Such as 8", 1.0),
    ("end", "and ends at, hour", "Such as 16.5", 1.0),
    ("away", "Away, per cent of the days", "Leave, sickness, training", 100.0),
    ("people", "People now", "", 1.0),
    ("target", "Late at most, per cent", "What you are willing to bear", 100.0),
)
GROUPS: Final = (
    ("The work", ("urgent", "effort", "effort_spread")),
    ("The clocks", ("standard_limit", "urgent_limit", "kept_back", "target")),
    ("The people", ("people", "start", "end", "away")),
)


@dataclass(frozen=True)
class Filled:
    """The form: what stands in each field, the ticked days, what is wrong, and the question that it
    makes (None where something cannot be read)."""

    work: str
    values: Mapping[str, str]
    days: tuple[str, ...]
    errors: Mapping[str, str]
    question: Question | None


def from_measures(work: str, found: Measured) -> Filled:
    """The form as the house was measured."""
    values = {f"day_{n}": _text(count) for n, count in enumerate(found.per_day)}
    # A limit shorter than what is usually kept back keeps back a third.
    back = min(KEPT_BACK, found.standard_limit / 3, found.urgent_limit / 3)
    typed = {
        "urgent": 100 * found.urgent,
        "effort": max(1.0, round(found.effort)),
        "effort_spread": round(found.spread),
        "standard_limit": round(found.standard_limit),
        "urgent_limit": round(found.urgent_limit),
        "kept_back": round(back),
        "start": 8.0,
        "end": 16.5,
        "away": 100 * (AWAY_ASSUMED if found.away is None else found.away),
        "people": max(1, found.people),
        "target": 1.0,
    }
    values |= {name: _text(value) for name, value in typed.items()}
    return Filled(work, values, ("0", "1", "2", "3", "4"), {}, None)


def from_asked(asked: Mapping[str, Any]) -> Filled:
    """The form as it was asked."""
    values = {f"day_{n}": _text(count) for n, count in enumerate(asked["per_day"])}
    values |= {name: _text(asked[name] * factor) for name, _, _, factor in FIELDS}
    return Filled(asked["work"], values, tuple(str(day) for day in asked["days"]), {}, None)


def from_form(args: Any) -> Filled:
    """The form as it was sent."""
    work = args.get("work", "")
    names = [f"day_{n}" for n in range(7)] + [name for name, *_ in FIELDS]
    values = {name: args.get(name, "")[:12].strip() for name in names}
    days = tuple(day for day in args.getlist("days") if day in "0123456")
    factors = {name: factor for name, _, _, factor in FIELDS}
    errors, read = {}, {}
    for name, typed in values.items():
        number = _number(typed)
        if number is None:
            errors[name] = "Write a number, such as 12 or 7.5."
        else:
            read[name] = number / factors.get(name, 1.0)
    if work not in WORKS:
        errors["work"] = "Choose whose work it is."
    if not days:
        errors["days"] = "Tick at least one day on which people work."
    if "people" in read and read["people"] != int(read["people"]):
        errors["people"] = "Write a whole number of people."
    if errors:
        return Filled(work, values, days, errors, None)
    return Filled(work, values, days, {}, _question(work, days, read))


def _question(work: str, days: tuple[str, ...], read: Mapping[str, float]) -> Question:
    return Question(
        work=work,
        per_day=tuple(read[f"day_{n}"] for n in range(7)),
        urgent=read["urgent"],
        effort=read["effort"],
        effort_spread=read["effort_spread"],
        standard_limit=read["standard_limit"],
        urgent_limit=read["urgent_limit"],
        kept_back=read["kept_back"],
        days=tuple(sorted({int(day) for day in days})),
        start=read["start"],
        end=read["end"],
        away=read["away"],
        people=int(read["people"]),
        target=read["target"],
    )


def _number(typed: str) -> float | None:
    """A plain number, a comma for thousands allowed; None for anything else."""
    plain = typed.replace(",", "")
    if not plain or len(plain) > 10 or not plain.replace(".", "", 1).isascii():
        return None
    return float(plain) if plain.replace(".", "", 1).isdecimal() else None


def _text(value: float) -> str:
    """A figure as it is typed: at most two decimals, none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
