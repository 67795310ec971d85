"""The generated page is fresh, and the rule table says what the rule book holds."""

import json

from sla.cards import readme, rule_rows
from sla.events import CLOCKS, EVENTS
from sla.rulefile import SELECTOR_VALUES
from sla.rules import HOME, load
from sla.standing import _SATISFIERS
from sla.wording import ANCHOR_WORDS


def test_the_readme_is_fresh() -> None:
    assert (HOME / "README.md").read_text(encoding="utf-8") == readme(), "run: casework docs"


def test_the_readme_names_every_rule_version_clock_and_citation() -> None:
    text = readme()
    for rule in load().versions:
        assert f"{rule.id} v{rule.version}" in text
        assert rule.citation in text
    assert all(f"`{name}`" in text for name in CLOCKS)


def test_the_rows_are_json_and_one_for_each_version() -> None:
    rows = json.loads(json.dumps(rule_rows()))
    assert len(rows) == len(load().versions)
    row = next(r for r in rows if (r["rule"], r["version"]) == ("MCD-PA-STD", 2))
    assert row["limit"] == "7 calendar days"
    assert row["effective_from"] == "2026-01-01"
    assert row["keyed_by"] == "rating_period"
    assert row["extension"] == (
        "14 calendar days in all (member asks; provider asks; plan: need_information)"
    )
    assert row["citation"] == "42 CFR 438.210(d)(1)"
    assert (row["tag"], row["needs_sign_off"], row["in_force"]) == ("S", False, True)


def test_rules_that_rest_on_knowledge_or_old_texts_need_sign_off() -> None:
    open_rules = {row["rule"] for row in rule_rows() if row["needs_sign_off"]}
    assert {"MA-OD-PAY", "MCD-ACK", "OH-MCD-PA-STD", "MCD-REDUCE", "MA-EFF-ALJ"} <= open_rules
    assert not {"QHP-PA-STD", "MCD-PA-STD", "IN-MCD-ACK"} & open_rules


def test_the_vocabulary_is_closed_in_itself() -> None:
    assert set(_SATISFIERS) == set(CLOCKS)
    used = {rule.anchor for rule in load().versions}
    assert used == set(ANCHOR_WORDS)
    assert {rule.clock for rule in load().versions} == set(CLOCKS) - {"filing_acceptance"}
    assert {n for rule in load().versions for n, _ in rule.when} == set(SELECTOR_VALUES)
    assert len(EVENTS) == 23
