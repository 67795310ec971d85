"""Each edge, from each of its states, for each role, with every fact right and with each guard
flipped in turn, and from a state that does not fit: allowed, or refused with its exact sentence.

The law speaks first, then the house's own rules, then the state (decision 21); what the form itself
answers is asked last. The sentences of the guards are pinned in `guard_sentences.json` (set
CASEWORK_UPDATE_SNAPSHOTS=1 to write them anew, then read the difference).
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework import ledger, policy
from casework.context import SYSTEM, Principal
from statemachines import engine
from statemachines.edges import BEFORE, Edge
from statemachines.facts import Facts
from tests.services import expected_roles
from tests.statemachines.worked_facts import opened, shut
from tests.statemachines.worked_guards import GUARDS

PINNED = Path(__file__).with_name("guard_sentences.json")


@dataclass(frozen=True)
class Fact:
    """One column of the table: the facts, the guard that they flip (empty: none), its nature, and
    whether the state is one that does not fit."""

    facts: Facts
    guard: str = ""
    about: str = ""
    elsewhere: str = ""


def principal(role: str) -> Principal:
    """Somebody with this role alone, who sees everything."""
    if role == "system":
        return SYSTEM
    kind = "client" if role == "client" else "user"
    return Principal(
        kind=kind, id=1, name="Somebody", roles=frozenset({role}), reach="all", restricted=True
    )


PRINCIPALS = {role: principal(role) for role in expected_roles.ROLES}
MAY = {kind: expected_roles.roles_of(kind) for kind in engine.KINDS}
WORDS = {
    (kind, step, role): expected_roles.sentence(kind, step, role)
    for kind in engine.KINDS
    for step in MAY[kind]
    for role in expected_roles.ROLES
}


def facts_of(kind: str, edge: Edge) -> list[Fact]:
    """The columns of this edge."""
    right = opened(edge)
    found = [Fact(right)]
    found += [Fact(shut(edge, guard.name), guard.name, guard.about) for guard in edge.guards]
    sources = {s for e in engine.edges(kind) if e.trigger == edge.trigger for s in e.sources}
    other = next((each for each in engine.states(kind) if each not in sources), "")
    return [*found, Fact(right, elsewhere=other)] if other else found


def door(who: Principal, kind: str, state: str, trigger: str, facts: Facts) -> str:
    """What `ledger.record` says of this step: the sentence of the refusal; empty where it goes."""
    problem = ledger.refused(who, kind, state, trigger, facts)
    if problem is not None:
        return problem.sentence
    try:
        engine.fire(kind, state, trigger, facts)
    except engine.Refused as refused:
        return refused.sentence
    return ""


def expected(kind: str, edge: Edge, role: str, fact: Fact, law: str) -> str:
    """What this cell must say; `law` is the pinned sentence of the flipped guard."""
    if fact.guard and fact.about != "form":
        return law
    if role not in MAY[kind][edge.trigger]:
        return WORDS[kind, edge.trigger, role]
    return law


def cells():
    """(kind, edge, source, role, fact), every one."""
    for kind in engine.KINDS:
        for edge in engine.edges(kind):
            for fact in facts_of(kind, edge):
                for source in (fact.elsewhere,) if fact.elsewhere else edge.sources:
                    for role in expected_roles.ROLES:
                        yield kind, edge, source, role, fact


@pytest.fixture(scope="module")
def pinned() -> dict[str, list[str]]:
    """Every sentence that a guard may say, by the guard."""
    if os.environ.get("CASEWORK_UPDATE_SNAPSHOTS"):
        said: dict[str, set[str]] = {}
        for kind in engine.KINDS:
            for edge in engine.edges(kind):
                for guard in edge.guards:
                    said.setdefault(guard.name, set()).add(guard.says(shut(edge, guard.name)))
        plain = {name: sorted(said[name]) for name in sorted(said)}
        PINNED.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    read: dict[str, list[str]] = json.loads(PINNED.read_text(encoding="utf-8"))
    return read


def test_every_cell_says_what_it_must(pinned, capsys):
    counted: Counter[str] = Counter()
    wrong = []
    for kind, edge, source, role, fact in cells():
        law = ""
        if fact.guard:
            guard = next(each for each in edge.guards if each.name == fact.guard)
            law = guard.says(fact.facts)
            assert law in pinned[fact.guard], f"{fact.guard} says something new: {law}"
        said = door(PRINCIPALS[role], kind, source, edge.trigger, fact.facts)
        counted["cells"] += 1
        counted["allowed" if not said else "refused"] += 1
        if fact.elsewhere:
            must = WORDS[kind, edge.trigger, role]
            right = said == must if role not in MAY[kind][edge.trigger] else "possible only" in said
        else:
            right = said == expected(kind, edge, role, fact, law)
        if not right:
            wrong.append((kind, edge.trigger, source, role, fact.guard or fact.elsewhere, said))
    with capsys.disabled():
        print(f" {counted['cells']:,} cells, {counted['allowed']:,} of them allowed", end="")
    assert not wrong, f"{len(wrong)} cells are wrong, such as {wrong[:3]}"
    assert counted["cells"] > 19_000
    assert counted["allowed"] > 600


def test_no_edge_no_role_and_no_guard_is_without_a_cell(pinned):
    """What is added to a machine or to the policy needs its line here, or this fails."""
    for kind in engine.KINDS:
        assert list(MAY[kind]) == [*engine.triggers(kind)], f"expected_roles lacks a step of {kind}"
        for step, roles in MAY[kind].items():
            row = policy.row_for(kind, step)
            assert row is not None, (kind, step)
            assert row.roles == roles, (kind, step)
    assert set(expected_roles.ROLES) == set(policy.ROLES)
    guards = {guard.name for kind in engine.KINDS for e in engine.edges(kind) for guard in e.guards}
    assert guards == set(GUARDS) == set(pinned)
    seen = {
        (kind, edge.trigger, source)
        for kind, edge, source, _role, fact in cells()
        if not fact.elsewhere
    }
    arrows = {(k, e.trigger, s) for k in engine.KINDS for e in engine.edges(k) for s in e.sources}
    assert seen == arrows
    assert any(source == BEFORE for _, _, source in arrows)


def test_a_planted_wrong_cell_is_found(pinned):
    """The table can fail: with the right facts a nurse may not deny, a physician may."""
    edge = next(each for each in engine.edges("prior_auth") if each.trigger == "deny")
    fact = Fact(opened(edge))
    said = door(PRINCIPALS["nurse"], "prior_auth", "in_physician_review", "deny", fact.facts)
    assert said == "Only a physician may deny; you are signed in as a nurse."
    assert said != expected("prior_auth", edge, "physician", fact, "")
    flipped = shut(edge, "the_decider_did_not_ask")
    said = door(PRINCIPALS["admin"], "prior_auth", "in_physician_review", "deny", flipped)
    assert [said] == pinned["the_decider_did_not_ask"], "the law speaks before the house's rules"
