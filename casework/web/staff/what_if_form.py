"""The form of a change that is tried: layers ticked, policies set, read against a contract.

What cannot be read comes back with its field, and what was typed is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from casework.records.contract_differences import POLICIES
from casework.records.contract_terms import MOST
from sla.events import LAYERS
from sla.reading import BadCase, BadTime, read_day
from sla.supposing import Change, change_between, policy_text, read_policy
from sla.values import Contract

SET: Final = "set"  # stands in the address once the form was sent: nothing ticked is nothing
RATING: Final = "rating_period_start"
_CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "member_rollover": (("yes", "Yes"), ("no", "No")),
    "tolling": (
        ("conservative", "Conservative: from the end of that time"),
        ("literal", "Literal: due plus the days that did not count"),
    ),
    "external_process": (("federal", "The federal process"), ("state", "The State’s own process")),
}
_RATING_NEEDED: Final = (
    "Give the first day of the rating period: the federal limit of a standard Medicaid request"
    " turns on it (42 CFR 438.210(d)(1))."
)


@dataclass(frozen=True)
class Field:
    """One policy on the form: `choices` empty for typed values, `long` for a list of dates."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]
    long: bool
    error: str


@dataclass(frozen=True)
class Tried:
    """What was asked of one contract: the contract that would be, the change, what is wrong."""

    contract: Contract
    change: Change
    layers: tuple[str, ...]
    rating: str
    fields: tuple[Field, ...]
    errors: Mapping[str, str]


def tried(args: Any, contract: Contract) -> Tried:
    """The change in the arguments of a request (a MultiDict), against this contract; before the
    form was sent the contract as it is."""
    sent = bool(args.get(SET))
    layers = tuple(args.getlist("layers")) if sent else contract.layers
    errors: dict[str, str] = {}
    if sent:
        errors |= _layer_errors(layers)
    rating = _typed(args, RATING, contract.rating_period_start, sent=sent)
    values: dict[str, Any] = {}
    fields = []
    for name in POLICIES:
        before = getattr(contract.policies, name)
        typed = args.get(name, "")[:8000] if sent else policy_text(before).replace("|", "\n")
        values[name], error = _read(name, typed)
        if error:
            errors[name] = error
        fields.append(
            Field(
                name=name,
                label=POLICIES[name],
                value=typed,
                choices=_CHOICES.get(name, ()),
                long=name == "state_holidays",
                error=error,
            )
        )
    after, wrong = _after(contract, layers, rating)
    errors |= wrong
    if errors:
        return Tried(contract, Change(), layers, rating, tuple(fields), errors)
    after = replace(after, policies=replace(contract.policies, **values))
    change = replace(
        change_between(contract, after),
        rating_period_start=(
            after.rating_period_start
            if after.rating_period_start != contract.rating_period_start
            else None
        ),
    )
    return Tried(after, change, layers, rating, tuple(fields), {})


def offered_layers(contract: Contract) -> tuple[str, ...]:
    """The layers that a contract may adopt: the plan's own, federal law, its State's, and what it
    has adopted already."""
    own = f"state:{(contract.state or '').lower()}"
    return tuple(layer for layer in LAYERS if layer in ("owner", "federal", own, *contract.layers))


def _layer_errors(layers: tuple[str, ...]) -> dict[str, str]:
    if not layers:
        return {"layers": "Tick at least one layer: without any there is no clock at all."}
    if set(layers) - set(LAYERS):
        return {"layers": "Tick layers of this list only."}
    return {}


def _after(
    contract: Contract, layers: tuple[str, ...], rating: str
) -> tuple[Contract, dict[str, str]]:
    day = contract.rating_period_start
    if rating:
        try:
            day = read_day(rating)
        except BadTime:
            return contract, {RATING: "Write the date as 2026-01-31."}
    if day is None and contract.line == "medicaid" and "federal" in layers:
        return contract, {RATING: _RATING_NEEDED}
    return replace(contract, layers=tuple(sorted(set(layers))), rating_period_start=day), {}


def _read(name: str, typed: str) -> tuple[Any, str]:
    try:
        value = read_policy(name, typed.strip())
        if _is_too_much(name, value):
            return None, f"Write a whole number from 0 to {MOST[name]}."
        return value, ""
    except BadCase as error:
        sentence = str(error).partition(": ")[2]
        return None, sentence[:1].upper() + sentence[1:]


def _is_too_much(name: str, value: Any) -> bool:
    """Whether the house would take no contract with this figure."""
    return name in MOST and value > MOST[name]


def _typed(args: Any, name: str, before: Any, *, sent: bool) -> str:
    if sent:
        return str(args.get(name, ""))[:40].strip()
    return before.isoformat() if before else ""
