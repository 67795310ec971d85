"""A reading of the rules that is supposed: another version of a contract, layers adopted or
dropped, policies set, or a book with drafted rules. It reads words and refuses what is none; it
computes nothing and knows no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sla.events import LAYERS
from sla.reading import BadCase, BadTime, read_day, read_policies
from sla.rules import RuleBook, load
from sla.values import Contract, Policies

RATING = "rating_period_start"
_SEPARATOR = "|"
_MOST = 366  # days or hours: a slip of the hand makes no clock of years
_YES = {"yes": True, "true": True, "no": False, "false": False}
POLICIES = tuple(policy.name for policy in fields(Policies))


@dataclass(frozen=True, slots=True)
class Change:
    """What a reading alters on a contract. `policies`: name and read value."""

    adopt: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    policies: tuple[tuple[str, Any], ...] = ()
    rating_period_start: date | None = None

    def __bool__(self) -> bool:
        return self != Change()

    def on(self, contract: Contract) -> Contract:
        """The contract with this change. Raises BadCase when no layer would be left."""
        layers = tuple(sorted((set(contract.layers) | self.adopt) - self.drop))
        if not layers:
            raise BadCase(
                f"-{', -'.join(sorted(self.drop))}: the contract {contract.id or ''} would have no"
                " layer left and no clock; keep one, or adopt another."
            )
        return replace(
            contract,
            layers=layers,
            policies=replace(contract.policies, **dict(self.policies)),
            rating_period_start=self.rating_period_start or contract.rating_period_start,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A contract and a rule book by which to read histories. `contract` None: the one that the case
    is stamped with; `book` None: the published rules."""

    contract: Contract | None = None
    change: Change = Change()
    book: RuleBook | None = None

    def contract_for(self, stamped: Contract) -> Contract:
        """The contract by which a case stamped with `stamped` is read. Raises BadCase."""
        return self.change.on(self.contract or stamped)

    def rules(self) -> RuleBook:
        """The rule book of this reading."""
        return self.book or load()


def read_change(words: Iterable[str]) -> Change:
    """A change from words such as `+state:oh`, `-owner`, `tolling=literal`, `state_holidays=
    2027-11-26|2027-12-24`. Raises BadCase with the word and the fix."""
    adopt: set[str] = set()
    drop: set[str] = set()
    policies: dict[str, str] = {}
    for word in words:
        name, sets, value = word.partition("=")
        if sets:
            policies[name.strip()] = value.strip()
        elif word[:1] in ("+", "-"):
            (adopt if word[0] == "+" else drop).add(_layer(word[1:]))
        else:
            raise BadCase(
                f"{word!r} is no change; write +layer to adopt, -layer to drop, policy=value to"
                " set."
            )
    both = adopt & drop
    if both:
        raise BadCase(f"{min(both)}: adopted and dropped at once; keep one of the two.")
    rating = policies.pop(RATING, None)
    return Change(
        adopt=frozenset(adopt),
        drop=frozenset(drop),
        policies=_policies(policies),
        rating_period_start=None if rating is None else _day(RATING, rating),
    )


def change_words(change: Change) -> tuple[str, ...]:
    """The words that `read_change` reads back to the same change."""
    policies = [f"{name}={policy_text(value)}" for name, value in change.policies]
    if change.rating_period_start is not None:
        policies.append(f"{RATING}={change.rating_period_start.isoformat()}")
    return (
        *(f"+{layer}" for layer in sorted(change.adopt)),
        *(f"-{layer}" for layer in sorted(change.drop)),
        *policies,
    )


def change_between(before: Contract, after: Contract) -> Change:
    """The change that makes `after` of `before`, where they differ in layers and policies."""
    ours, theirs = set(before.layers), set(after.layers)
    policies = [
        (name, getattr(after.policies, name))
        for name in POLICIES
        if getattr(after.policies, name) != getattr(before.policies, name)
    ]
    return Change(frozenset(theirs - ours), frozenset(ours - theirs), tuple(policies))


def policy_text(value: Any) -> str:
    """The value of a policy as it is typed: `yes`, `3`, `literal`, `2027-11-26|2027-12-24`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return _SEPARATOR.join(day.isoformat() for day in sorted(value))
    return str(value)


def read_policy(name: str, typed: str) -> Any:
    """The value of a policy from what was typed. Raises BadCase with the field and the fix."""
    if name not in POLICIES:
        raise BadCase(f"{name or '(nothing)'}: no policy; use one of {', '.join(POLICIES)}.")
    if not typed and name != "state_holidays":
        raise BadCase(f"{name}: nothing typed; give a value, or leave the policy out.")
    given: Mapping[str, Any] = {name: _typed(getattr(Policies(), name), typed)}
    value = getattr(read_policies(given), name)
    if isinstance(value, int) and value > _MOST:
        raise BadCase(f"{name}: {value} is too much; give a figure up to {_MOST}.")
    return value


def _policies(typed: Mapping[str, str]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, read_policy(name, typed[name])) for name in sorted(typed))


def _typed(default: Any, typed: str) -> Any:
    if isinstance(default, bool):
        return _YES.get(typed.lower(), typed)
    if isinstance(default, int):
        return int(typed) if typed.isdecimal() and typed.isascii() else typed
    if isinstance(default, frozenset):
        return [day.strip() for day in typed.replace("\n", _SEPARATOR).split(_SEPARATOR) if day]
    return typed


def _layer(word: str) -> str:
    if word not in LAYERS:
        raise BadCase(f"{word or '(nothing)'}: no layer; use one of {', '.join(LAYERS)}.")
    return word


def _day(name: str, typed: str) -> date:
    try:
        return read_day(typed)
    except BadTime as error:
        raise BadCase(f"{name}: {error}") from error
