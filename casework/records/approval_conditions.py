"""What an approval rule demands, as data, and whether a line of a request meets it.

A line meets a rule when every condition holds: there is no "or" and no "not". It says yes or
nothing; it can refuse nobody anything. It reads no table: intake and what-if hand it the same
facts and get the same answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from casework.errors import Invalid

LINES: Final = ("medicaid", "marketplace", "medicare")
TIMINGS: Final = ("pre_service", "concurrent", "post_service")
MOST_LISTED: Final = 200
_CODE: Final = re.compile(r"[A-Z0-9]{5}|[A-Z0-9]{2,4}\*")
_DIAGNOSIS: Final = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{0,4})?|[A-Z][0-9]")
_PLACE: Final = re.compile(r"[0-9]{2}")
_POLICY: Final = re.compile(r"[A-Z][A-Z0-9-]{1,23}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """All that must hold. An empty list or None asks nothing.

    `codes` are five characters, or their beginning and a star; `diagnoses` are codes or their
    beginnings, of which the line must carry one; `most_days` counts from its first to its last
    day; `gold_card`: the office that asks holds one for the policy of the code; `answers`: medical
    policies that the office's own answers must meet, each in its version on the day of receipt.
    """

    codes: tuple[str, ...]
    contracts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    most_units: int | None = None
    most_days: int | None = None
    in_network: bool = True
    gold_card: bool = False
    timings: tuple[str, ...] = ("pre_service",)
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What the office answered to one medical policy: its version, each answer in words, and
    whether the answers meet the whole policy."""

    policy: str
    version: int
    met: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One line of a request with what a rule may ask about it. `policy`: the group of its code on
    the list of that day, empty where it has none; `gold_card`: whether the office held one;
    `answered`: what it said to the questions of medical policies."""

    contract: str
    line: str
    timing: str
    in_network: bool
    number: int
    code: str
    units: Decimal | None
    starts_on: date | None
    ends_on: date | None
    place: str
    diagnoses: tuple[str, ...]
    policy: str = ""
    gold_card: bool = False
    answered: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition with what it wants and what the line says."""

    what: str
    wanted: str
    value: str
    holds: bool


def judge(conditions: Conditions, asked: Asked) -> tuple[Judged, ...]:
    """Every condition that this rule states, in the order of a form; the line meets the rule when
    all of them hold. A line without units or without dates meets none."""
    span = (asked.ends_on - asked.starts_on).days + 1 if asked.starts_on and asked.ends_on else 0
    units = asked.units if asked.units is not None else Decimal(0)
    found = [
        Judged("Code", _listed(conditions.codes), asked.code, _begins(asked.code, conditions.codes))
    ]
    if conditions.contracts:
        wanted, holds = conditions.contracts, asked.contract in conditions.contracts
        found.append(Judged("Contract", _listed(wanted), asked.contract, holds))
    if conditions.lines:
        holds = asked.line in conditions.lines
        found.append(Judged("Line of business", _listed(conditions.lines), asked.line, holds))
    if conditions.timings:
        said = tuple(each.replace("_", "-") for each in conditions.timings)
        holds = asked.timing in conditions.timings
        found.append(Judged("When", _listed(said), asked.timing.replace("_", "-"), holds))
    most = conditions.most_units
    found.append(
        Judged(
            "Units",
            f"at most {most}" if most is not None else "said",
            f"{units.normalize():f}" if units else "not said",
            units > 0 and (most is None or units <= most),
        )
    )
    found.append(
        Judged(
            "Days",
            f"at most {conditions.most_days}" if conditions.most_days else "said",
            str(span) if span else "not said",
            span > 0 and (not conditions.most_days or span <= conditions.most_days),
        )
    )
    return (*found, *_more(conditions, asked))


def met(conditions: Conditions, asked: Asked) -> bool:
    """Whether every condition holds."""
    return all(each.holds for each in judge(conditions, asked))


def _more(conditions: Conditions, asked: Asked) -> list[Judged]:
    found = []
    if conditions.places:
        holds = asked.place in conditions.places
        place = asked.place or "not said"
        found.append(Judged("Place of service", _listed(conditions.places), place, holds))
    if conditions.diagnoses:
        fits = [code for code in asked.diagnoses if _begins(code, _stars(conditions.diagnoses))]
        said = ", ".join(fits or asked.diagnoses[:4]) or "none"
        found.append(Judged("Diagnosis", _listed(conditions.diagnoses), said, bool(fits)))
    if conditions.in_network:
        said = "in network" if asked.in_network else "out of network"
        found.append(Judged("Network", "in network", said, asked.in_network))
    if conditions.gold_card:
        policy = asked.policy or "no policy"
        said = f"holds one for {policy}" if asked.gold_card else f"none for {policy}"
        found.append(Judged("Gold card", "held by the office", said, asked.gold_card))
    return found + [_answered(policy, asked) for policy in conditions.answers]


def _answered(policy: str, asked: Asked) -> Judged:
    """Whether the office's answers meet this policy, with each answer and the version."""
    said = next((each for each in asked.answered if each.policy == policy), None)
    value = f"version {said.version}: {said.words}" if said else "not answered"
    wanted = f"meet {policy} as in force on the receipt"
    return Judged(f"Office’s answers, {policy}", wanted, value, bool(said and said.met))


def read(stored: Mapping[str, Any]) -> Conditions:
    """Conditions as they are stored. Raises Invalid with the fields that cannot stand."""
    known = {each.name for each in fields(Conditions)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value
        for name, value in stored.items()
        if name in known
    }
    conditions = Conditions(**{"codes": (), **values})
    wrong = _wrong(conditions)
    if wrong:
        raise Invalid("The conditions cannot stand.", fields=wrong)
    return conditions


def is_known(stored: Mapping[str, Any]) -> bool:
    """Whether this release reads all that such a rule demands. While a newer one is rolled out, an
    older worker would read a rule with a condition that it does not know as a wider one."""
    known = {each.name for each in fields(Conditions)}
    return all(name in known or not value for name, value in stored.items())


def stored(conditions: Conditions) -> dict[str, Any]:
    """The same as JSON."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(conditions).items()
    }


def in_words(conditions: Conditions) -> tuple[str, ...]:
    """Each condition as a line of words."""
    said = [f"Code: {_listed(conditions.codes)}"]
    pairs = (
        ("Contract", conditions.contracts),
        ("Line of business", conditions.lines),
        ("When", tuple(each.replace("_", "-") for each in conditions.timings)),
        ("Place of service", conditions.places),
        ("Diagnosis that begins with", conditions.diagnoses),
    )
    said += [f"{what}: {_listed(values)}" for what, values in pairs if values]
    if conditions.most_units is not None:
        said.append(f"Units on a line: at most {conditions.most_units}")
    if conditions.most_days is not None:
        said.append(f"Days from first to last: at most {conditions.most_days}")
    if conditions.in_network:
        said.append("The provider is in network")
    if conditions.gold_card:
        said.append("The office that asks holds a gold card for the policy of the code")
    said += [f"The office’s own answers meet medical policy {each}" for each in conditions.answers]
    return tuple(said)


def _wrong(c: Conditions) -> dict[str, str]:
    wrong = {} if c.codes else {"codes": "Name at least one code: a rule for everything is none."}
    for name, pattern, example in (
        ("codes", _CODE, "97110, or 9711* for all that begin so"),
        ("diagnoses", _DIAGNOSIS, "M54.5"),
        ("places", _PLACE, "11"),
        ("answers", _POLICY, "MP-014"),
    ):
        bad = next((each for each in getattr(c, name) if not pattern.fullmatch(each)), "")
        if bad:
            wrong[name] = f"{bad[:20]} cannot be read: write it like {example}."
        elif len(getattr(c, name)) > MOST_LISTED:
            wrong[name] = f"At most {MOST_LISTED}."
    return wrong | _wrong_choices(c)


def _wrong_choices(c: Conditions) -> dict[str, str]:
    wrong = {}
    for name, known in (("lines", LINES), ("timings", TIMINGS)):
        if set(getattr(c, name)) - set(known):
            wrong[name] = f"Use {_listed(known)}."
    for name in ("most_units", "most_days"):
        value = getattr(c, name)
        if value is not None and not 1 <= value <= 9999:
            wrong[name] = "Write a whole number from 1 to 9999, or leave it empty."
    return wrong


def _begins(code: str, wanted: Sequence[str]) -> bool:
    return any(code.startswith(w[:-1]) if w.endswith("*") else code == w for w in wanted)


def _stars(wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{each}*" for each in wanted)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values)
