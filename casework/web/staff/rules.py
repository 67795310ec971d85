"""The rules, to read like a policy: each contract with its layers, loudly where it runs looser than
the law, then every rule as a sentence with its law. It changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import render_template, request

from casework.context import SYSTEM, Context
from casework.queries import rule_cases
from casework.queries.contracts import Current, current_versions
from casework.queries.looser import looser_of
from casework.queries.worklist import DESK_ZONE
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.plans import clock_words
from sla import exercise, lock, saying
from sla.calendars import zone
from sla.cards import Card, cards, limit_of, needs_sign_off
from sla.compare import Looser
from sla.events import CLOCKS, LAYERS, LINES
from sla.rules import load
from sla.terms import Rule

LAYER_WORDS: Final = {
    "owner": "What the plan itself publishes",
    "federal": "Federal rules",
    "state:ga": "Georgia",
    "state:in": "Indiana",
    "state:ky": "Kentucky",
    "state:oh": "Ohio",
}
TAGS: Final = {
    "P": "read in the law itself",
    "S": "from a secondary text that quotes it",
    "O": "from an older official text",
    "K": "from knowledge, to be verified",
}
OWNERS: Final = {"plan": "What the plan must do", "member": "What the member may do until when"}
_FILTERS: Final = ("layer", "line", "clock", "open", "q")
_MOST_TYPED: Final = 80


@dataclass(frozen=True)
class Adopted:
    """A contract with its layers and every place where it runs looser than the law."""

    current: Current
    looser: tuple[Looser, ...]


@dataclass(frozen=True)
class Shown:
    """A rule as its card shows it: the version that holds on the day, in words."""

    card: Card
    rule: Rule
    says: str
    limit: str
    extension: str
    missed: str
    tags: tuple[str, ...]
    sign_off: bool
    examples: tuple[exercise.Example, ...]
    cases: int

    @property
    def name(self) -> str:
        """`MCD-PA-STD`, with the variant where there are several."""
        return self.rule.id + (f" ({self.rule.variant})" if self.rule.variant else "")

    @property
    def anchor(self) -> str:
        """The place of the variant on the page of its rule."""
        return "".join(c if c.isalnum() else "-" for c in self.rule.variant.lower()) or "rule"


@dataclass(frozen=True)
class Clockwork:
    """The rules of one clock on one line of business."""

    clock: str
    words: str
    owner: str
    rules: tuple[Shown, ...]


@staff.get("/rules")
@entry(*STAFF)
def rules() -> str:
    """Contracts with their layers, then every rule by line and clock."""
    asked = {name: request.args.get(name, "")[:_MOST_TYPED].strip() for name in _FILTERS}
    with edge.reading() as cx:
        adopted = [Adopted(each, looser_of(cx, each)) for each in current_versions(cx)]
    every = shown(cards(), counts(), today())
    fitting = [each for each in every if _fits(each, asked)]
    clocks = sorted({each.rule.clock for each in every}, key=list(CLOCKS).index)
    return render_template(
        "staff/rules.html",
        adopted=sorted(adopted, key=lambda each: each.current.name),
        lines=[(line, words.LINES[line], clockworks(fitting, line)) for line in LINES],
        asked=asked,
        found=sum(len(each.card.versions) for each in fitting),
        total=len(load().versions),
        layers=[(layer, LAYER_WORDS.get(layer, layer)) for layer in LAYERS],
        line_words=list(words.LINES.items()),
        clocks=[(name, clock_words(name)) for name in clocks],
        owners=OWNERS,
        tags=TAGS,
        may_ask=bool(edge.principal().roles & WATCHERS),
        words=words,
        layer_words=LAYER_WORDS,
    )


def today() -> date:
    """The day by which a version is chosen to be shown: that of the desk."""
    return edge.cx().now.astimezone(zone(DESK_ZONE)).date()


def counts() -> Mapping[rule_cases.Stamp, int]:
    """Open cases by rule version: within the reader's reach; to whom sees no case those of the
    whole house, as figures."""
    with edge.database().reading(_counting()) as cx:
        return rule_cases.open_counts(cx)


def shown(
    all_cards: Sequence[Card], open_cases: Mapping[rule_cases.Stamp, int], day: date
) -> list[Shown]:
    """Cards as the page shows them on a day."""
    return [_shown(card, card.on(day), open_cases) for card in all_cards]


def one_version(card: Card, rule: Rule, open_cases: Mapping[rule_cases.Stamp, int]) -> Shown:
    """One version of a card, counted for itself."""
    return _in_words(card, rule, open_cases.get(rule_cases.stamp_of(rule), 0))


def clockworks(fitting: Sequence[Shown], line: str) -> tuple[Clockwork, ...]:
    """The rules of one line, by clock in the order in which a case meets them."""
    return tuple(
        Clockwork(name, clock_words(name), clock.owner, rules_of)
        for name, clock in CLOCKS.items()
        if (rules_of := tuple(_on(fitting, line, name)))
    )


def _counting() -> Context:
    here = edge.cx()
    return here if here.principal.roles & CASEWORKERS else here.but(principal=SYSTEM)


def _on(fitting: Sequence[Shown], line: str, clock: str) -> Iterator[Shown]:
    return (each for each in fitting if each.rule.clock == clock and line in each.rule.line)


def _shown(card: Card, rule: Rule, open_cases: Mapping[rule_cases.Stamp, int]) -> Shown:
    cases = sum(open_cases.get(rule_cases.stamp_of(each), 0) for each in card.versions)
    return _in_words(card, rule, cases)


def _in_words(card: Card, rule: Rule, cases: int) -> Shown:
    return Shown(
        card=card,
        rule=rule,
        says=saying.sentence(rule),
        limit=limit_of(rule),
        extension=saying.extension_sentence(rule),
        missed=saying.missed_sentence(rule),
        tags=tuple(TAGS.get(letter, letter) for letter in rule.tag.split("/")),
        sign_off=needs_sign_off(rule),
        examples=exercise.examples_of(lock.key_of(rule)),
        cases=cases,
    )


def _fits(each: Shown, asked: Mapping[str, str]) -> bool:
    return (
        asked["layer"] in ("", each.rule.layer)
        and asked["clock"] in ("", each.rule.clock)
        and (not asked["line"] or asked["line"] in each.rule.line)
        and (not asked["open"] or each.sign_off)
        and all(word in _text(each) for word in asked["q"].lower().split())
    )


def _text(each: Shown) -> str:
    """What a search looks at."""
    versions: list[Any] = [
        part
        for rule in each.card.versions
        for part in (rule.layer, rule.name, rule.citation, rule.note or "", rule.source)
    ]
    return " ".join((each.says, each.extension, each.missed, each.limit, *versions)).lower()
