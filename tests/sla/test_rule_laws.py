"""Laws of the rule book as a whole: each published version is bent a little, and every clock that
it makes must bend the same way. The cases are those of the examples and one for every version,
each also with all layers adopted."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sla import calendars, lock, rules
from sla.clocks import compute
from sla.events import LAYERS
from sla.reading import BadCase, read_contract, read_subject
from sla.reading_events import read_events
from sla.rulefile import read_layer
from sla.rules import RuleBook
from sla.terms import Rule
from sla.values import Answer, Candidate, Contract, Event, RefusedEvent, Subject
from tests.sla import cases as sc
from tests.sla.test_each_rule import TABLE

BOOK = rules.load()
VERSIONS = tuple(rule for family in BOOK.families for rule in family.versions)
EXAMPLES = Path(__file__).with_name("examples.jsonl")
ASKED = (
    ("member", "requested"),
    ("plan", "need_information"),
    ("plan", "beyond_control"),
    ("plan", "missing_information"),
)
Stamp = tuple[str, str, int]
Case = tuple[Contract, Subject, tuple[Event | RefusedEvent, ...]]
# What a version says to people and to auditors, and what no due may hang on.
TEXTS: dict[str, Any] = {
    "words": "so many days",
    "note": "A note",
    "citation": "Another Code 1.1",
    "source": "another page",
    "tag": "K",
    "checked": date(2030, 1, 1),
    "consequence_citation": "Another Code 2.2",
}


def stamp(rule: Rule) -> Stamp:
    return (rule.id, rule.variant, rule.version)


@cache
def cases() -> tuple[Case, ...]:
    """The cases of the examples and of the table of every rule, each also with all layers."""
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    plain = [json.loads(line) for line in lines]
    plain += [sc.case(line, *events, **more) for _, line, events, _, _, more in TABLE]
    return tuple(case for each in plain for case in _read(each))


def _read(case: Mapping[str, Any]) -> Iterator[Case]:
    try:
        contract = read_contract(case["contract"])
        subject = read_subject(case["subject"], contract)
    except BadCase:
        return  # an example of a line that is no case
    for layers in {contract.layers, LAYERS}:
        adopted = replace(contract, layers=layers)
        yield adopted, subject, tuple(read_events(case["events"], adopted, subject))


@cache
def made_by() -> Mapping[Stamp, tuple[tuple[Case, Answer], ...]]:
    """The cases that each version says something of, with their answers."""
    found: dict[Stamp, list[tuple[Case, Answer]]] = defaultdict(list)
    for case in cases():
        answer = compute(*case)
        for each in {stamp(c.terms) for clock in answer.clocks for c in clock.candidates}:
            found[each].append((case, answer))
    return {key: tuple(rows) for key, rows in found.items()}


def bent(rule: Rule, **changes: Any) -> RuleBook:
    """The book with this version changed."""
    families = tuple(
        replace(
            family,
            versions=tuple(
                replace(each, **changes) if each == rule else each for each in family.versions
            ),
        )
        for family in BOOK.families
    )
    return RuleBook(BOOK.versions, families)


def said_by(answer: Answer, rule: Rule) -> dict[str, Candidate]:
    """What this version says, by clock."""
    return {
        clock.name: candidate
        for clock in answer.clocks
        for candidate in clock.candidates
        if stamp(candidate.terms) == stamp(rule)
    }


def longer(case: Case, rule: Rule) -> Answer:
    """The answer with the limit of this version one unit longer: in the book, or in the contract
    where the version leaves the figure to it."""
    contract, subject, events = case
    if rule.policy is None:
        assert rule.amount is not None
        return compute(contract, subject, events, book=bent(rule, amount=rule.amount + 1))
    figure = getattr(contract.policies, rule.policy) + 1
    policies = replace(contract.policies, **{rule.policy: figure})
    return compute(replace(contract, policies=policies), subject, events)


def test_every_version_makes_a_clock_of_some_case() -> None:
    assert {stamp(rule) for rule in VERSIONS} == made_by().keys()
    assert len(VERSIONS) > 100


@pytest.mark.parametrize("rule", VERSIONS, ids=lambda rule: f"{rule.name} v{rule.version}")
def test_one_unit_more_makes_no_duty_earlier_and_no_right_shorter(rule: Rule) -> None:
    moved = 0
    for case, before in made_by()[stamp(rule)]:
        after = longer(case, rule)
        mine = said_by(after, rule)
        for name, candidate in said_by(before, rule).items():
            if name in mine and mine[name].anchor == candidate.anchor:
                assert mine[name].plain_due > candidate.plain_due, (name, case)
                moved += 1
        for clock in before.clocks:
            again = after.clock(clock.name)
            if again is not None:
                assert again.due_utc >= clock.due_utc, (clock.name, case)
    assert moved, "no due of this version moved: the law was not put to the test"


@pytest.mark.parametrize("rule", VERSIONS, ids=lambda rule: f"{rule.name} v{rule.version}")
def test_no_due_moves_when_only_the_text_changes(rule: Rule) -> None:
    book = bent(rule, **TEXTS)
    for case, before in made_by()[stamp(rule)]:
        after = compute(*case, book=book)
        assert _bones(after) == _bones(before)
        assert {c.citation for c in said_by(after, rule).values()} == {TEXTS["citation"]}


def _bones(answer: Answer) -> list[Any]:
    """All that an answer says but its texts."""
    clocks = [
        (
            clock.name,
            clock.state,
            clock.satisfied_by,
            clock.consequence,
            [(c.rule, c.due, c.anchor, c.amount, c.extensions, c.pauses) for c in clock.candidates],
        )
        for clock in answer.clocks
    ]
    return [*clocks, *(each.index for each in answer.refused)]


def published() -> Iterator[tuple[Rule, dict[str, Any]]]:
    for path in sorted((rules.HOME / "rules").rglob("*.toml")):
        yield from read_layer(path)


@pytest.mark.parametrize("field", ["citation", "words", "note", "source", "limit", "anchor"])
def test_the_lock_refuses_every_version_whose_text_or_figure_changed(field: str) -> None:
    locked = lock.read_lock(rules.HOME / "rules.lock")
    seen = 0
    for rule, block in published():
        key = lock.key_of(rule)
        assert lock.changed(key, lock.digest(rule.layer, block), locked) is None
        changed = {**block, field: f"{block.get(field, '')} "}
        refusal = lock.changed(key, lock.digest(rule.layer, changed), locked)
        assert isinstance(refusal, lock.ChangedVersion), key
        looked_again = {**block, "checked": date(2030, 1, 1)}
        assert lock.changed(key, lock.digest(rule.layer, looked_again), locked) is None
        seen += 1
    assert seen == len(BOOK.versions)


def test_every_text_of_a_version_is_bent() -> None:
    """A new field of a rule is either a text here or something that a due may hang on."""
    counts = {
        "layer", "id", "variant", "version", "clock", "line", "when", "amount", "policy", "unit",
        "anchor", "keyed_by", "starts", "ends", "extension", "asking", "follows", "later_of",
        "plus", "rolls", "falls", "presumed_days", "consequence", "corrects", "open_cases",
    }  # fmt: skip
    assert {field.name for field in fields(Rule)} == counts | TEXTS.keys()


def test_answers_are_the_same_in_whatever_order_they_are_computed() -> None:
    """Computing after each event and stopping is computing the prefix: nothing is kept between."""
    prefixes = [
        (contract, subject, events[:cut])
        for contract, subject, events in cases()
        for cut in range(len(events) + 1)
    ]
    forwards = [compute(*prefix) for prefix in prefixes]
    rules.select.cache_clear()
    calendars.end_of_day.cache_clear()
    backwards = [compute(*prefix) for prefix in reversed(prefixes)]
    assert backwards == forwards[::-1]
    assert len(prefixes) > 1_000


def test_an_event_that_came_later_changes_no_event_before_it() -> None:
    """What was refused stays refused and what counted stays counted, whatever follows."""
    for contract, subject, events in cases():
        whole = {each.index for each in compute(contract, subject, events).refused}
        for cut in range(len(events) + 1):
            before = events[:cut]
            early = {each.index for each in compute(contract, subject, before).refused}
            assert early == whole & {each.index for each in before}


@pytest.mark.parametrize("days", [1, 2, 14])
def test_an_extension_shortens_no_duty(days: int) -> None:
    """Asked by anybody on any ground of the vocabulary at half time: never earlier than without."""
    accepted = 0
    for contract, subject, events in cases():
        plain = compute(contract, subject, events)
        decision = plain.clock("decision")
        if decision is None or decision.state != "open":
            continue
        half = decision.anchor + (decision.due_utc - decision.anchor) / 2
        for asker, ground in ASKED:
            event = Event(
                index=len(events),
                type="extended",
                at=half,
                day=half.date(),
                days=days,
                requested_by=asker,
                ground=ground,
                time_given_days=45,
            )
            longer_now = compute(contract, subject, (*events, event))
            more = compute(contract, subject, (*events, replace(event, days=days + 1)))
            clocks = [each.clock("decision") for each in (longer_now, more)]
            assert all(clock is not None for clock in clocks)
            one, other = (clock.due_utc for clock in clocks if clock is not None)
            assert one >= decision.due_utc
            if not more.refused[len(plain.refused) :]:
                assert other >= one
            accepted += one > decision.due_utc
    assert accepted > 20, "hardly any extension was accepted: the law was not put to the test"


def _consequence(answer: Answer) -> str | None:
    decision = answer.clock("decision")
    return decision.consequence if decision else None


def test_one_more_layer_never_loosens() -> None:
    """Of the same candidates and one layer more: a duty is no later, a right no shorter. Events
    that only that layer accepts (its extensions, its misses) are left out."""
    left_out = {"extended", "expired", "info_requested"}
    compared = 0
    for contract, subject, events in cases():
        kept = tuple(e for e in events if isinstance(e, RefusedEvent) or e.type not in left_out)
        for layer in LAYERS:
            without = tuple(each for each in contract.layers if each != layer)
            less = compute(replace(contract, layers=without), subject, kept)
            layers = tuple(sorted((*without, layer)))
            more = compute(replace(contract, layers=layers), subject, kept)
            if {e.index for e in less.refused} != {e.index for e in more.refused}:
                continue
            for clock in less.clocks:
                both = more.clock(clock.name)
                if both is None:  # the earlier of two laws says what a missed decision comes to
                    assert clock.name == "denial_notice", (clock.name, layer)
                    assert _consequence(more) not in (_consequence(less), None)
                    continue
                looser = clock.owner == "member" or clock.name == "earliest_action"
                later = both.due_utc - clock.due_utc
                assert later >= timedelta(0) if looser else later <= timedelta(0), (
                    clock.name,
                    layer,
                )
                compared += 1
    assert compared > 2_000
