"""The rule book: loads every layer, refuses gaps, overlaps and changed versions, and selects what
suits a contract and a subject. It knows no event and does no arithmetic."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import combinations, pairwise
from pathlib import Path

from sla import lock
from sla.events import CLOCKS
from sla.rulefile import RuleError, read_layer
from sla.terms import DYNAMIC_SELECTORS, STATIC_SELECTORS, Family, Rule

HOME = Path(__file__).parent
_ONE_DAY = timedelta(days=1)


class VersionGap(RuleError):
    """A time for which no version of a rule is in force, between two that are."""


class VersionOverlap(RuleError):
    """Two versions or variants of one rule for the same case and day."""


class MixedVersions(RuleError):
    """Versions of one variant that differ in what must stay the same."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """What one contract and subject may be measured by: clock -> families, by rank. `letter_first`:
    an extension's letter must leave before the time that is being extended runs out."""

    by_clock: dict[str, tuple[Family, ...]]
    letter_first: bool


@dataclass(frozen=True, eq=False)
class RuleBook:
    """All published versions (`versions`), and the families of those in force."""

    versions: tuple[Rule, ...]
    families: tuple[Family, ...]

    def version(self, rule: str, version: int, variant: str = "") -> Rule:
        """One published version by its stamp; raises KeyError when there is none."""
        for each in self.versions:
            if (each.id, each.version, each.variant) == (rule, version, variant):
                return each
        raise KeyError(f"{rule} version {version}")


SheetKey = tuple[tuple[str, ...], str, tuple[str, ...]]


@lru_cache(maxsize=4096)
def select(book: RuleBook, key: SheetKey) -> Sheet:
    """The sheet for (adopted layers, line, values of the static selectors in their order)."""
    layers, line, values = key
    facts = dict(zip(STATIC_SELECTORS, values, strict=True))
    found: dict[str, list[Family]] = defaultdict(list)
    for family in book.families:
        rule = family.versions[0]
        if rule.layer in layers and line in rule.line and _suits(rule, facts):
            found[family.clock].append(family)
    by_clock = {
        clock: tuple(sorted(found[clock], key=lambda family: family.rank))
        for clock in CLOCKS
        if clock in found
    }
    letters = by_clock.get("extension_notice", ())
    letter_first = any(family.versions[0].anchor == "extended_time" for family in letters)
    return Sheet(by_clock, letter_first)


def _suits(rule: Rule, facts: dict[str, str]) -> bool:
    return all(facts[name] in values for name, values in rule.when if name in facts)


@cache
def load(home: Path = HOME) -> RuleBook:
    """The rule book of `home` (a folder with `rules/` and `rules.lock`), read once. Raises the
    first RuleError that `check` would list."""
    rules, errors = _read(home)
    if errors:
        raise errors[0]
    return _book(rules)


def draft(file: Path, home: Path = HOME) -> RuleBook:
    """The published book of `home` with the rules of one more file, which is published nowhere: new
    rules, and new versions of rules that there are. Raises the first RuleError: what is wrong in
    the file by itself, or a gap or overlap beside the published versions."""
    load(home)
    rules, hashes, _ = _parse(home)
    try:
        added = [rule for rule, _ in read_layer(file)]
    except RuleError:
        raise
    except OSError as error:
        raise RuleError(f"{file.name}: cannot be read; name a file that is there.") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise RuleError(
            f"{file.name}: a value is missing or of the wrong sort ({error}); write each rule as "
            "those in sla/rules."
        ) from error
    for rule in added:
        key = lock.key_of(rule)
        if key in hashes:
            raise VersionOverlap(
                f"{file.name}: {key} is there already; give the new version a higher number."
            )
        hashes[key] = ""
    rules += added
    for fault in _faults(rules):
        raise fault
    return _book(rules)


def book_of(rules: list[Rule]) -> RuleBook:
    """A book of these rules alone, published nowhere: a contract's own term shown as policy."""
    return _book(rules)


def _book(rules: list[Rule]) -> RuleBook:
    families = tuple(_families(rules))
    in_force = [rule for family in families for rule in family.versions]
    known = {lock.key_of(rule) for rule in in_force}
    corrected = [rule for rule in rules if lock.key_of(rule) not in known]
    return RuleBook((*in_force, *corrected), families)


def check(home: Path = HOME) -> tuple[str, ...]:
    """Everything that is wrong with the rule files of `home`, one sentence each; empty when they
    may be used."""
    return tuple(str(error) for error in _read(home)[1])


def publish(home: Path = HOME) -> tuple[str, ...]:
    """Writes the hashes of new versions into the lock and returns their names. Raises RuleError,
    and writes nothing, when anything else is wrong: published versions never change."""
    rules, hashes, errors = _parse(home)
    locked = lock.read_lock(home / "rules.lock")
    errors += [e for key in hashes if (e := lock.changed(key, hashes[key], locked))]
    errors += [*lock.lost(locked, hashes), *_faults(rules)]
    if errors:
        raise errors[0]
    new = tuple(sorted(set(hashes) - set(locked)))
    if new:
        lock.write_lock(home / "rules.lock", hashes)
    return new


def _read(home: Path) -> tuple[list[Rule], list[RuleError]]:
    rules, hashes, errors = _parse(home)
    try:
        locked = lock.read_lock(home / "rules.lock")
    except RuleError as error:
        return rules, [*errors, error]
    for key, now in hashes.items():
        refusal = lock.changed(key, now, locked) or lock.unpublished(key, locked)
        if refusal:
            errors.append(refusal)
    if not errors:  # a file that cannot be read would look like lost versions
        errors += lock.lost(locked, hashes)
    return rules, errors + list(_faults(rules))


def _parse(home: Path) -> tuple[list[Rule], dict[str, str], list[RuleError]]:
    rules: list[Rule] = []
    hashes: dict[str, str] = {}
    errors: list[RuleError] = []
    for path in sorted((home / "rules").rglob("*.toml")):
        try:
            layer = read_layer(path)
        except RuleError as error:
            errors.append(error)
            continue
        for rule, block in layer:
            key = lock.key_of(rule)
            if key in hashes:
                errors.append(VersionOverlap(f"{key}: there are two blocks; renumber one of them."))
            hashes[key] = lock.digest(rule.layer, block)
            rules.append(rule)
    if not rules and not errors:
        errors.append(RuleError(f"{home.name}/rules: no rule file found; restore the folder."))
    return rules, hashes, errors


def _groups(rules: Iterable[Rule]) -> dict[tuple[str, str, str], list[Rule]]:
    groups: dict[tuple[str, str, str], list[Rule]] = defaultdict(list)
    for rule in rules:
        groups[rule.layer, rule.id, rule.variant].append(rule)
    return groups


def _in_force(versions: list[Rule]) -> list[Rule]:
    corrected = {rule.corrects for rule in versions}
    kept = [rule for rule in versions if rule.version not in corrected]
    return sorted(kept, key=lambda rule: rule.starts)


def _until_the_next(versions: list[Rule]) -> list[Rule]:
    """An open end is closed by the next version, so that a change of law is one new block."""
    ends = [following.starts - _ONE_DAY for following in versions[1:]] + [date.max]
    return [
        replace(rule, ends=min(rule.ends, end)) for rule, end in zip(versions, ends, strict=True)
    ]


def _families(rules: list[Rule]) -> Iterator[Family]:
    for group in _groups(rules).values():
        versions = _until_the_next(_in_force(group))
        first = versions[0]
        tracks = first.values_of("track")
        # On a decision the track says when a rule joins; elsewhere it is one selector of several.
        joins = first.clock == "decision" and tracks is not None and len(tracks) == 1
        yield Family(
            versions=tuple(versions),
            rank=first.rank,
            clock=first.clock,
            keyed_by=first.keyed_by,
            dynamic=tuple(
                (name, values)
                for name, values in first.when
                if name in DYNAMIC_SELECTORS and not (joins and name == "track")
            ),
            track=next(iter(tracks)) if joins and tracks else None,
        )


def _faults(rules: list[Rule]) -> Iterator[RuleError]:
    groups = _groups(rules)
    for versions in groups.values():
        yield from _mixed(versions)
        yield from _chain(_in_force(versions))
    for (layer, name, _), (other_layer, other_name, _) in combinations(groups, 2):
        if layer != other_layer and name == other_name:
            yield VersionOverlap(f"{layer}/{name}: {other_layer} has the same id; rename one.")
    for one, other in combinations([versions[0] for versions in groups.values()], 2):
        if one.id == other.id and one.layer == other.layer and not _apart(one, other):
            yield VersionOverlap(
                f"{one.name} and {other.name} suit the same case; give them selectors with "
                "different values."
            )


def _apart(one: Rule, other: Rule) -> bool:
    if not one.line & other.line:
        return True
    theirs = dict(other.when)
    return any(name in theirs and not values & theirs[name] for name, values in one.when)


def _mixed(versions: list[Rule]) -> Iterator[RuleError]:
    first = versions[0]
    numbers = {rule.version for rule in versions}
    for rule in versions:
        if rule.corrects is not None and rule.corrects not in numbers - {rule.version}:
            yield MixedVersions(
                f"{rule.name} v{rule.version}: corrects = {rule.corrects} is no other version of "
                "it; name the version that it corrects."
            )
    for rule in versions[1:]:
        same = (rule.clock, rule.line, rule.when, rule.keyed_by) == (
            first.clock,
            first.line,
            first.when,
            first.keyed_by,
        )
        if not same or (rule.anchor != first.anchor and rule.keyed_by == "anchor"):
            yield MixedVersions(
                f"{rule.name} v{rule.version}: clock, line, selectors or anchor differ from "
                f"v{first.version}; make it a variant of its own."
            )


def _chain(versions: list[Rule]) -> Iterator[RuleError]:
    for rule in versions:
        if rule.starts > rule.ends:
            yield VersionGap(f"{rule.name} v{rule.version}: it ends before it starts; mend dates.")
    for one, following in pairwise(versions):
        pair = f"{one.name}: v{one.version} ({one.starts} to {one.ends}) and v{following.version}"
        starts = following.starts
        if one.ends == date.max and one.starts < starts:
            continue  # open: the next version ends it
        if one.ends >= starts:
            yield VersionOverlap(f"{pair} (from {starts}) overlap; let one end the day before.")
        elif one.ends + _ONE_DAY < starts:
            yield VersionGap(f"{pair} (from {starts}) leave a gap; close it.")
