"""Reads the TOML of one layer into frozen rules and refuses what is incomplete, with a sentence
that names the rule and the fix. It knows the vocabulary, not the arithmetic."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sla import events
from sla.terms import (
    DYNAMIC_SELECTORS,
    STATIC_SELECTORS,
    UNITS,
    AskingTerms,
    ExtensionTerms,
    Rule,
)
from sla.wording import (
    ANCHOR_WORDS,
    INTEGER_POLICIES,
    KEYS,
    LATER_OF,
    PLUS,
)


class RuleError(ValueError):
    """A rule file that must not be used; the message says which rule, what is wrong, how to mend
    it."""


class MissingCitation(RuleError):
    """A rule version without a citation or a source."""


class MissingCheckDate(RuleError):
    """A rule version that nobody says to have checked."""


class UnknownClock(RuleError):
    """A clock that the vocabulary does not have."""


class UnknownEvent(RuleError):
    """An anchor that no event gives."""


class UnknownWord(RuleError):
    """A field, selector or value outside the vocabulary."""


_YES_NO = ("yes", "no")
SELECTOR_VALUES: dict[str, tuple[str, ...]] = {
    "kind": events.KINDS,
    "timing": events.TIMINGS,
    "service": events.SERVICES,
    "priority": events.PRIORITIES,
    "about": events.ABOUT,
    "pa_required": _YES_NO,
    "benefits_continued": _YES_NO,
    "external_process": ("federal", "state"),
    "track": ("standard", "fast"),
    "course_left": ("24 hours or more", "less"),
    "ordered_by": ("plan", "fair_hearing", "ire", "alj", "iro"),
    "ground": ("ordinary", "fraud", "exempt"),
    "asked_by": ("member", "provider", "plan"),
}
assert set(SELECTOR_VALUES) == {*STATIC_SELECTORS, *DYNAMIC_SELECTORS}

_REQUIRED = ("id", "version", "clock", "line", "limit", "anchor")
_AUTHORITY = ("citation", "tag", "source", "checked", "consequence", "consequence_citation")
_COUNTING = ("keyed_by", "from", "to", "later_of", "plus", "rolls", "falls", "presumed_days")
_OTHER = ("variant", "when", "extension", "asking", "follows", "words", "note")
_CORRECTION = ("corrects", "open_cases")
_FIELDS = (*_REQUIRED, *_AUTHORITY, *_COUNTING, *_OTHER, *_CORRECTION)
_FALLS = ("end of day", "start of day")
_TAGS = frozenset("PSOK")


def read_layer(path: Path) -> list[tuple[Rule, dict[str, Any]]]:
    """The rules of one file, each with its raw block (which the lock hashes). Raises RuleError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path.name}: no valid TOML ({error}); mend the line it names.") from error
    layer = content.get("layer")
    if layer not in events.LAYERS:
        raise UnknownWord(
            f"{path.name}: the layer {layer!r} is unknown; use one of {_listed(events.LAYERS)}."
        )
    blocks = content.get("rule", [])
    if not isinstance(blocks, list) or not blocks:
        raise RuleError(f"{path.name}: no rule in it; add [[rule]] blocks or remove the file.")
    return [(read_rule(layer, block, path.name), block) for block in blocks]


def read_rule(layer: str, block: Mapping[str, Any], file: str) -> Rule:
    """One frozen rule from its block. Raises the RuleError that says what is wrong with it."""
    where = f"{file}, rule {block.get('id', '(without id)')} version {block.get('version', '?')}"
    _require_words(block, where)
    _require_authority(block, where)
    amount, policy, unit = _limit(block["limit"], where)
    return Rule(
        layer=layer,
        id=block["id"],
        variant=block.get("variant", ""),
        version=block["version"],
        clock=block["clock"],
        line=_words(block["line"], events.LINES, f"{where}: line"),
        when=_when(block.get("when", {}), where),
        amount=amount,
        policy=policy,
        unit=unit,
        anchor=block["anchor"],
        keyed_by=block.get("keyed_by", "anchor"),
        starts=_day(block, "from", date.min, where),
        ends=_day(block, "to", date.max, where),
        extension=_extension(block.get("extension"), where),
        asking=_asking(block.get("asking"), where),
        follows=bool(block.get("follows", False)),
        later_of=block.get("later_of"),
        plus=block.get("plus"),
        rolls=bool(block.get("rolls", False)),
        falls=block.get("falls", "end of day"),
        presumed_days=block.get("presumed_days"),
        consequence=block.get("consequence"),
        consequence_citation=block.get("consequence_citation"),
        citation=block["citation"],
        tag=block["tag"],
        source=block["source"],
        checked=block["checked"],
        words=block.get("words"),
        note=block.get("note"),
        corrects=block.get("corrects"),
        open_cases=block.get("open_cases"),
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _require_words(block: Mapping[str, Any], where: str) -> None:
    for field in _REQUIRED:
        if field not in block:
            raise RuleError(f"{where}: the field {field} is missing; add it.")
    for field in block:
        if field not in _FIELDS:
            raise UnknownWord(f"{where}: the field {field} is unknown; use {_listed(_FIELDS)}.")
    _require_name(block, where)
    if block["clock"] not in events.CLOCKS:
        raise UnknownClock(
            f"{where}: the clock {block['clock']!r} is unknown; use one of "
            f"{_listed(events.CLOCKS)}."
        )
    if block["anchor"] not in ANCHOR_WORDS:
        raise UnknownEvent(
            f"{where}: no event gives the anchor {block['anchor']!r}; use one of "
            f"{_listed(ANCHOR_WORDS)}."
        )
    _require_one_of(block, where)


def _require_name(block: Mapping[str, Any], where: str) -> None:
    if not isinstance(block["id"], str) or not block["id"].strip():
        raise RuleError(f"{where}: id is no text; give the rule a name.")
    if not isinstance(block["version"], int) or block["version"] < 1:
        raise RuleError(f"{where}: version is no whole number from 1; number the versions 1, 2, ….")


def _require_one_of(block: Mapping[str, Any], where: str) -> None:
    choices: tuple[tuple[str, Iterable[str]], ...] = (
        ("keyed_by", KEYS),
        ("later_of", LATER_OF),
        ("plus", PLUS),
        ("falls", _FALLS),
        ("consequence", events.CONSEQUENCES),
    )
    for field, words in choices:
        if field in block and block[field] not in words:
            raise UnknownWord(
                f"{where}: {field} = {block[field]!r} is unknown; use one of {_listed(words)}."
            )
    if ("corrects" in block) != ("open_cases" in block):
        raise RuleError(
            f"{where}: a correction names the version that it corrects (corrects) and says what it "
            "does to open cases (open_cases); give both or neither."
        )


def _require_authority(block: Mapping[str, Any], where: str) -> None:
    for field in ("citation", "source"):
        if not isinstance(block.get(field), str) or not block[field].strip():
            raise MissingCitation(f"{where}: no {field}; say where the law says so.")
    letters = str(block.get("tag", "")).split("/")
    if not set(letters) <= _TAGS:
        raise MissingCitation(
            f"{where}: tag = {block.get('tag')!r}; use P (read in the law itself), S (a secondary "
            "text), O (an older official text), K (from knowledge), joined by /."
        )
    checked = block.get("checked")
    if not isinstance(checked, date) or isinstance(checked, datetime):
        raise MissingCheckDate(f"{where}: no check date; add checked = YYYY-MM-DD.")


def _words(given: Any, allowed: Iterable[str], where: str) -> frozenset[str]:
    if not isinstance(given, list) or not given:
        raise UnknownWord(f"{where} is no list of words; use some of {_listed(allowed)}.")
    unknown = [word for word in given if word not in allowed]
    if unknown:
        raise UnknownWord(f"{where}: {unknown[0]!r} is unknown; use some of {_listed(allowed)}.")
    return frozenset(given)


def _when(given: Mapping[str, Any], where: str) -> tuple[tuple[str, frozenset[str]], ...]:
    unknown = set(given) - set(SELECTOR_VALUES)
    if unknown:
        raise UnknownWord(
            f"{where}: the selector {min(unknown)} is unknown; use {_listed(SELECTOR_VALUES)}."
        )
    return tuple(
        (name, _words(values, SELECTOR_VALUES[name], f"{where}: when.{name}"))
        for name, values in sorted(given.items())
    )


def _limit(given: Any, where: str) -> tuple[int | None, str | None, str]:
    if isinstance(given, Mapping):
        policy, unit = given.get("policy"), given.get("unit")
        if policy in INTEGER_POLICIES and unit in UNITS:
            return None, str(policy), str(unit)
    elif isinstance(given, str):
        figure, _, unit = given.partition(" ")
        unit = unit if unit.endswith("s") else f"{unit}s"
        if figure.isdecimal() and unit in UNITS:
            return int(figure), None, unit
    raise RuleError(
        f"{where}: limit = {given!r} cannot be read; write a figure and one of {_listed(UNITS)}, "
        f"or a policy of {_listed(INTEGER_POLICIES)} with its unit."
    )


def _day(block: Mapping[str, Any], field: str, default: date, where: str) -> date:
    day = block.get(field, default)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise RuleError(f"{where}: {field} is no date; write {field} = YYYY-MM-DD.")
    return day


def _extension(given: Mapping[str, Any] | None, where: str) -> ExtensionTerms | None:
    if given is None:
        return None
    grounds = next(
        field.words for field in events.EVENTS["extended"].fields if field.name == "ground"
    )
    place = f"{where}: extension"
    return ExtensionTerms(
        days=int(given["days"]),
        asked_by=_words(given["asked_by"], ("member", "provider"), place)
        if "asked_by" in given
        else frozenset(),
        plan_grounds=_words(given["plan_grounds"], grounds, place)
        if "plan_grounds" in given
        else frozenset(),
        once=bool(given.get("once", False)),
        least_time_given_days=given.get("least_time_given_days"),
    )


def _asking(given: Mapping[str, Any] | None, where: str) -> AskingTerms | None:
    if given is None:
        return None
    try:
        return AskingTerms(**given)
    except TypeError as error:
        raise UnknownWord(
            f"{where}: asking needs within_hours, least_given_hours, answer_hours."
        ) from error
