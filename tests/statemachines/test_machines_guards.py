"""Every guard on every edge: it opens, it alone refuses, and it is shut where nothing is known."""

import dataclasses
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statemachines import engine
from statemachines.engine import BEFORE, Refused
from statemachines.facts import Facts, ServiceLine
from tests.statemachines.worked_facts import opened, shut
from tests.statemachines.worked_guards import GUARDS

EVERY_EDGE = [(kind, edge) for kind in engine.KINDS for edge in engine.edges(kind)]
EVERY_USE = [(kind, edge, guard) for kind, edge in EVERY_EDGE for guard in edge.guards]
EVERY_GUARD = {guard.name: guard for _, _, guard in EVERY_USE}
NAMES = sorted(EVERY_GUARD)

# Where no day is left no number of days can fit.
ALSO_SHUT = {"the_rule_allows_more_time": ["the_days_fit"]}


@pytest.mark.parametrize(
    ("kind", "edge", "guard"),
    EVERY_USE,
    ids=[f"{kind}-{edge.trigger}-{guard.name}" for kind, edge, guard in EVERY_USE],
)
def test_each_guard_alone_refuses_with_its_sentence_and_law(kind, edge, guard):
    facts = shut(edge, guard.name)
    failing = [each.name for each in edge.guards if not each.holds(facts)]
    assert failing == [guard.name, *ALSO_SHUT.get(guard.name, [])]
    for source in edge.sources:
        with pytest.raises(Refused) as refused:
            engine.fire(kind, source, edge.trigger, facts)
        assert refused.value.why == "guard"
        assert refused.value.guard in (guard.name, guard.against)
        assert refused.value.sentence == guard.says(facts)
        assert refused.value.cite == guard.cited(facts.line)


@pytest.mark.parametrize("name", NAMES)
def test_no_guard_opens_on_facts_that_nobody_supplied(name):
    assert not EVERY_GUARD[name].holds(Facts())


def test_the_worked_facts_know_every_guard_and_no_other():
    assert set(GUARDS) == set(EVERY_GUARD)


def test_one_name_means_one_condition():
    for _, _, guard in EVERY_USE:
        assert guard.holds is EVERY_GUARD[guard.name].holds
        assert guard.sentence == EVERY_GUARD[guard.name].sentence


def test_every_sentence_is_one_that_can_be_read_aloud():
    for guard in EVERY_GUARD.values():
        assert guard.sentence[0].isupper() or guard.sentence[0] == "'"
        assert guard.sentence.endswith(".")
        assert len(guard.sentence) < 220
        assert "_" not in guard.sentence


def test_no_guard_speaks_of_a_role_of_the_organisation():
    roles = ("intake", "ag_", "specialist", "supervisor", "compliance", "admin ", "clerk")
    for guard in EVERY_GUARD.values():
        assert not any(role in guard.sentence.lower() for role in roles), guard.name


def test_every_law_has_a_known_tag_and_a_line_of_business():
    for guard in EVERY_GUARD.values():
        for line, law in guard.laws:
            assert line in ("", "medicaid", "medicare", "marketplace")
            assert law.tag in ("P", "S", "O", "K")
            assert law.cite


# ── Laws over all facts ─────────────────────────────────────────────────────────────────────────

WORDS = {
    "line": ["", "medicaid", "medicare", "marketplace"],
    "priority": ["", "standard", "expedited"],
    "timing": ["", "pre_service", "concurrent", "post_service"],
    "filer": ["", "member", "representative", "provider", "physician"],
    "about": ["", "service", "payment"],
    "licence_type": ["", "MD", "RN", "DDS"],
    "service_domain": ["", "medical", "dental"],
    "dismissal_ground": ["", "duplicate", "filed_late", "consent_missing", "invalid_filer"],
    "ineligibility_ground": ["", "filed_late", "not_reviewable"],
    "administrative_ground": ["", "not_covered", "not_necessary"],
    "reopen_ground": ["", "peer_to_peer", "whim"],
    "expedite_asked_by": ["", "member", "physician"],
    "expedite_criterion": ["", "life", "hurry"],
    "extension_ground": ["", "need_information", "missing_information"],
    "change_kind": ["", "cancel", "double"],
    "grievance_outcome": ["", "substantiated", "not_substantiated"],
    "deemed": ["", "deemed_approval", "deemed_denial"],
    "continuation_asked_by": ["", "member", "provider"],
    "body": ["", "iro", "ire", "state_fair_hearing"],
}
MANY = {
    "accepted_licences": [(), ("MD",), ("MD", "DDS")],
    "expertise_domains": [(), ("medical",), ("dental",)],
    "expedite_supporters": [None, ("member",), ("provider",), ("physician",)],
    "extension_grounds": [(), ("need_information",), ("missing_information",)],
    "packet_lacks": [None, (), ("index",)],
    "information_wanted": [(), ("report",)],
    "new_evidence": [(), ("report",)],
    "missing_items": [(), ("signature",)],
}
LINE = st.builds(
    ServiceLine,
    number=st.integers(1, 3),
    result=st.sampled_from(["", "approved", "approved_other", "denied", "odd"]),
    codes=st.sampled_from([(), ("70551",)]),
    units=st.sampled_from([None, Decimal(0), Decimal(2)]),
    starts=st.sampled_from([None, date(2026, 3, 1), date(2026, 5, 1)]),
    ends=st.sampled_from([None, date(2026, 4, 1)]),
    servicing_provider=st.sampled_from(["", "Lakeside Imaging"]),
    place=st.sampled_from(["", "22"]),
    reason=st.sampled_from(["", "Not shown"]),
    criterion=st.sampled_from(["", "Spine 2.1"]),
)
PEOPLE = st.sampled_from([None, (), ("a",), ("b",), ("a", "c")])


def _values(field):
    if field.name in WORDS:
        return st.sampled_from(WORDS[field.name])
    if field.name in MANY:
        return st.sampled_from(MANY[field.name])
    if field.name == "lines":
        return st.lists(LINE, max_size=3).map(tuple)
    if field.type == "bool" or field.type is bool:
        return st.booleans()
    kinds = {
        str: st.sampled_from(["", " ", "a", "b"]),
        int: st.integers(0, 60),
        bool | None: st.sampled_from([None, True, False]),
        int | None: st.sampled_from([None, 0, 2]),
    }
    return kinds.get(field.type, PEOPLE)


ANY_FACTS = st.fixed_dictionaries({f.name: _values(f) for f in dataclasses.fields(Facts)})
DEFAULTS = {f.name: f.default for f in dataclasses.fields(Facts)}


@settings(max_examples=60, deadline=None)
@given(known=ANY_FACTS)
def test_a_missing_fact_never_opens_a_guard(known):
    facts = Facts(**known)
    shut_guards = [guard for guard in EVERY_GUARD.values() if not guard.holds(facts)]
    for fact, default in DEFAULTS.items():
        less = dataclasses.replace(facts, **{fact: default})
        opened_guards = [guard.name for guard in shut_guards if guard.holds(less)]
        assert not opened_guards, (fact, opened_guards)


@settings(max_examples=150, deadline=None)
@given(known=ANY_FACTS)
def test_guards_that_part_two_edges_never_hold_together(known):
    facts = Facts(**known)
    for guard in EVERY_GUARD.values():
        if guard.against:
            assert not (guard.holds(facts) and EVERY_GUARD[guard.against].holds(facts))


def _step(kind, state, trigger, facts):
    try:
        return engine.fire(kind, state, trigger, facts)
    except Refused as refused:
        return refused


@settings(max_examples=60, deadline=None)
@given(known=ANY_FACTS)
def test_no_machine_ever_takes_an_adverse_step(known):
    facts = Facts(**(known | {"actor_is_system": True}))
    for kind in engine.KINDS:
        for trigger in engine.adverse_triggers(kind):
            for state in (BEFORE, *engine.states(kind)):
                assert isinstance(_step(kind, state, trigger, facts), Refused)


@settings(max_examples=40, deadline=None)
@given(known=ANY_FACTS)
def test_what_is_offered_agrees_with_what_fires(known):
    facts = Facts(**known)
    for kind in engine.KINDS:
        for state in (BEFORE, *engine.states(kind)):
            for choice in engine.allowed(kind, state, facts):
                fired = _step(kind, state, choice.trigger, facts)
                open_now = choice.refusal is None and not choice.asks
                assert open_now == isinstance(fired, engine.Fired)
                if isinstance(fired, engine.Fired):
                    assert (fired.dest, fired.event) == (choice.dest or state, choice.event)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), kind=st.sampled_from(engine.KINDS))
def test_a_walk_never_leaves_the_listed_states_and_never_returns_to_the_start(data, kind):
    walk = [BEFORE]
    for _ in range(12):
        leaving = [edge for edge in engine.edges(kind) if walk[-1] in edge.sources]
        edge = data.draw(st.sampled_from(leaving))
        walk.append(engine.fire(kind, walk[-1], edge.trigger, opened(edge)).dest)
    assert set(walk[1:]) <= set(engine.states(kind))
    for before, after in pairwise(walk):
        if before == after:
            continue
        assert any(before in e.sources and e.dest == after for e in engine.edges(kind))
