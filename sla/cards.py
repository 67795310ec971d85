"""The generated page of this library and the rule table as data. It prints what the rule book
holds; `readme()` is what README.md must be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sla.events import CLOCKS, LAYERS
from sla.rules import RuleBook, load
from sla.terms import LAYER_RANK, Rule
from sla.wording import ANCHOR_WORDS

_LAYER_WORDS = {
    "owner": "what the plan itself publishes",
    "federal": "the federal rules",
    "state:ga": "Georgia",
    "state:in": "Indiana",
    "state:ky": "Kentucky",
    "state:oh": "Ohio",
}

_HEAD = Path(__file__).parent / "README.head.md"


@dataclass(frozen=True, slots=True)
class Card:
    """One variant of a rule with all its published versions, the newest first; `corrected`: numbers
    of the versions that a later one corrects, which are in force on no day."""

    versions: tuple[Rule, ...]
    corrected: frozenset[int]

    @property
    def newest(self) -> Rule:
        """The version with the latest start."""
        return self.versions[0]

    def on(self, day: date) -> Rule:
        """The version in force on this day; before the first of all that one, after the last the
        last."""
        in_force = [rule for rule in self.versions if rule.version not in self.corrected]
        begun = [rule for rule in in_force if rule.starts <= day]
        return begun[0] if begun else in_force[-1]


def cards(book: RuleBook | None = None) -> tuple[Card, ...]:
    """Every rule as a card, by rank: federal, then the States, then the plan's own."""
    book = book or load()
    groups: dict[tuple[Any, ...], list[Rule]] = {}
    for rule in book.versions:
        groups.setdefault((*rule.rank, rule.variant), []).append(rule)
    return tuple(
        Card(
            versions=tuple(sorted(groups[key], key=lambda r: (r.starts, r.version), reverse=True)),
            corrected=frozenset(r.corrects for r in groups[key] if r.corrects is not None),
        )
        for key in sorted(groups)
    )


def rule_rows(book: RuleBook | None = None) -> list[dict[str, Any]]:
    """Every published rule version as plain data, for `casework rules list --json`: sorted by
    layer, rule, variant, version. `in_force` is false for a version that was corrected."""
    book = book or load()
    in_force = {rule for family in book.families for rule in family.versions}
    rows = sorted(book.versions, key=lambda rule: (*rule.rank, rule.variant, rule.version))
    return [_row(rule, rule in in_force) for rule in rows]


def _row(rule: Rule, in_force: bool) -> dict[str, Any]:
    return {
        "layer": rule.layer,
        "rule": rule.id,
        "variant": rule.variant,
        "version": rule.version,
        "in_force": in_force,
        "clock": rule.clock,
        "lines": sorted(rule.line),
        "when": {name: sorted(values) for name, values in rule.when},
        "limit": limit_of(rule),
        "anchor": rule.anchor,
        "effective_from": None if rule.starts == date.min else rule.starts.isoformat(),
        "effective_to": None if rule.ends == date.max else rule.ends.isoformat(),
        "keyed_by": rule.keyed_by,
        "extension": extension_of(rule),
        "follows": rule.follows,
        "consequence": rule.consequence,
        "citation": rule.citation,
        "consequence_citation": rule.consequence_citation,
        "tag": rule.tag,
        "needs_sign_off": needs_sign_off(rule),
        "source": rule.source,
        "checked": rule.checked.isoformat(),
        "note": rule.note,
    }


def limit_of(rule: Rule) -> str:
    """The limit in words, without a contract: a policy is named where it gives the figure."""
    if rule.amount is not None or rule.words is not None:
        return rule.limit_text(rule.amount or 0)
    return f"{rule.unit}: policy `{rule.policy}`"


def extension_of(rule: Rule) -> str | None:
    """Who may extend by how much on what ground; None without terms of its own."""
    terms = rule.extension
    if terms is None:
        return None
    askers = [f"{who} asks" for who in sorted(terms.asked_by)]
    askers += [f"plan: {ground}" for ground in sorted(terms.plan_grounds)]
    once = ", once" if terms.once else " in all"
    return f"{terms.days} calendar days{once} ({'; '.join(askers)})"


def needs_sign_off(rule: Rule) -> bool:
    """Whether some part of the rule was not read in the law or a text that quotes it today."""
    return bool({"O", "K"} & set(rule.tag.split("/")))


def readme(book: RuleBook | None = None) -> str:
    """The text of README.md: the fixed head, then the tables of clocks and of rules by layer."""
    book = book or load()
    return "\n".join([_HEAD.read_text(encoding="utf-8").rstrip(), "", *_tables(book)]) + "\n"


def _tables(book: RuleBook) -> Iterator[str]:
    yield "## The clocks"
    yield ""
    yield "| Clock | Whose | What | Satisfied by |"
    yield "|---|---|---|---|"
    for clock in CLOCKS.values():
        yield f"| `{clock.name}` | {clock.owner} | {clock.words} | {clock.satisfied_by} |"
    open_rules = sum(needs_sign_off(rule) for rule in book.versions)
    yield ""
    yield "## The rules"
    yield ""
    yield (
        f"{len(book.versions)} published versions; {open_rules} of them rest in part on an older "
        "text (O) or on knowledge (K) and need the compliance officer's sign-off before production."
    )
    order = sorted(LAYERS, key=lambda layer: (LAYER_RANK[layer.partition(":")[0]], layer))
    for layer in order:
        yield from _layer(book, layer)


def _layer(book: RuleBook, layer: str) -> Iterator[str]:
    yield ""
    yield f"### `{layer}`: {_LAYER_WORDS[layer]}"
    yield ""
    yield "| Rule | Clock | Line | Limit | Counts from | In force | Missed | Citation | Tag |"
    yield "|---|---|---|---|---|---|---|---|---|"
    rules = [rule for rule in book.versions if rule.layer == layer]
    for rule in sorted(rules, key=lambda rule: (rule.id, rule.variant, rule.version)):
        name = f"{rule.id} v{rule.version}" + (f" ({rule.variant})" if rule.variant else "")
        cells = (
            name,
            f"`{rule.clock}`",
            ", ".join(sorted(rule.line)),
            _limit_cell(rule),
            ANCHOR_WORDS[rule.anchor],
            _dates(rule),
            (rule.consequence or "–").replace("_", " "),
            rule.citation,
            rule.tag,
        )
        yield f"| {' | '.join(cells)} |"


def _limit_cell(rule: Rule) -> str:
    extension = extension_of(rule)
    if extension is not None:
        return f"{limit_of(rule)}; extension {extension}"
    return f"{limit_of(rule)}; follows a federal extension" if rule.follows else limit_of(rule)


def _dates(rule: Rule) -> str:
    starts = "" if rule.starts == date.min else f"from {rule.starts}"
    ends = "" if rule.ends == date.max else f"until {rule.ends}"
    return " ".join(each for each in (starts, ends) if each) or "always"
