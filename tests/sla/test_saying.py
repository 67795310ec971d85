"""Every rule reads as a sentence of a policy, and its examples are those that exercise it."""

import json
import re

import pytest

from sla import exercise, lock
from sla.cards import cards
from sla.rules import HOME, load
from sla.saying import extension_sentence, missed_sentence, sentence
from sla.terms import Rule
from sla.wire import solve

RULES = load().versions
EXAMPLES = HOME.parent / "tests" / "sla" / "examples.jsonl"


def _name(rule: Rule) -> str:
    return lock.key_of(rule)


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_a_rule_is_a_sentence_with_its_figure(rule: Rule) -> None:
    said = sentence(rule)
    assert said[0].isupper()
    assert said.endswith(".")
    assert not re.search(r"[_{}<>]|  |,,|\.\.|None", said), said
    if rule.words is None and rule.amount is not None:
        assert f" {rule.amount} " in said
        assert rule.unit.removesuffix("s") in said
    if rule.policy is not None:
        assert "as the contract sets" in said
    assert bool(extension_sentence(rule)) == bool(rule.extension or rule.follows)
    assert bool(missed_sentence(rule)) == bool(rule.consequence)


def test_rules_of_one_layer_and_line_that_say_the_same_are_versions_of_one() -> None:
    seen: dict[tuple[str, str, str], Rule] = {}
    for card in cards():
        for line in card.newest.line:
            key = (line, card.newest.layer, sentence(card.newest))
            assert key not in seen, f"{card.newest.name} and {seen[key].name}: {key[2]}"
            seen[key] = card.newest


def test_the_medicaid_standard_reads_like_a_policy() -> None:
    rule = load().version("MCD-PA-STD", 2)
    assert sentence(rule) == (
        "Decide a standard request for anything but an outpatient drug and tell the result within"
        " 7 calendar days of receipt."
    )
    assert extension_sentence(rule) == (
        "By 14 calendar days in all: when the member or the provider asks; or when the plan finds"
        " that it needs more information, in the member's interest."
    )


def test_cards_hold_every_version_and_show_the_one_of_the_day() -> None:
    every = cards()
    assert sum(len(card.versions) for card in every) == len(RULES)
    [card] = [card for card in every if card.newest.id == "MCD-PA-STD"]
    first, second = sorted(card.versions, key=lambda rule: rule.version)
    assert card.on(second.starts) is second
    assert card.on(first.ends) is first
    assert card.on(first.starts) is first


def test_the_index_of_examples_is_fresh() -> None:
    assert exercise.FILE.read_text(encoding="utf-8") == exercise.index_of(EXAMPLES), (
        "run: casework docs"
    )


def test_an_example_stands_with_the_rule_that_binds_in_it() -> None:
    [line] = [row for row in EXAMPLES.read_text().splitlines() if '"id": "E02"' in row]
    clock = solve(json.loads(line)).clock("decision")
    assert clock is not None
    [found] = [e for e in exercise.examples_of(lock.key_of(clock.winner.terms)) if e.id == "E02"]
    assert found.decides
    assert "7 calendar days" in found.says
