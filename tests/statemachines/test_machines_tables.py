"""Each table against the page written by hand: every edge is there, and no other."""

import pytest

from statemachines import engine
from statemachines.engine import BEFORE, Edge, Refused
from tests.statemachines.expected_edges import (
    ADVERSE,
    DECIDED,
    ENDED,
    EVENTS,
    OPEN,
    edges_of,
    states_of,
)
from tests.statemachines.worked_facts import opened

EVERY_EDGE = [(kind, edge) for kind in engine.KINDS for edge in engine.edges(kind)]
EVERY_ARROW = [(kind, edge, source) for kind, edge in EVERY_EDGE for source in edge.sources]
EVERY_GAP = [
    (kind, state, trigger)
    for kind in engine.KINDS
    for state in (BEFORE, *sorted(states_of(kind)))
    for trigger in dict.fromkeys(step for step, _, _ in edges_of(kind))
    if not any(trigger == step and state in sources for step, sources, _ in edges_of(kind))
]


def test_there_are_four_kinds_of_case():
    assert engine.KINDS == ("prior_auth", "appeal", "grievance", "external_review")


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_edges_are_those_of_the_page_written_by_hand(kind):
    built = [(edge.trigger, frozenset(edge.sources), edge.dest) for edge in engine.edges(kind)]
    assert built == edges_of(kind)


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_states_and_their_groups_are_those_of_the_page(kind):
    assert set(engine.states(kind)) == states_of(kind)
    assert list(engine.open_states(kind)) == OPEN[kind].split()
    assert list(engine.decided_states(kind)) == DECIDED[kind].split()
    ended = set(engine.closed_states(kind)) - set(engine.decided_states(kind))
    assert ended == set(ENDED[kind].split())
    assert BEFORE not in engine.states(kind)


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_adverse_steps_are_those_of_the_page(kind):
    assert list(engine.adverse_triggers(kind)) == ADVERSE[kind].split()


def test_a_terminal_state_is_left_by_no_step():
    assert {kind: engine.terminal_states(kind) for kind in engine.KINDS} == {
        "prior_auth": ("approved", "withdrawn"),
        "appeal": ("effectuated", "withdrawn", "converted", "merged"),
        "grievance": ("resolved", "withdrawn", "dismissed", "converted", "merged"),
        "external_review": ("ineligible", "upheld", "effectuated", "withdrawn"),
    }


@pytest.mark.parametrize(
    ("kind", "edge", "source"), EVERY_ARROW, ids=lambda v: v.trigger if isinstance(v, Edge) else v
)
def test_every_edge_fires_from_every_source(kind, edge, source):
    fired = engine.fire(kind, source, edge.trigger, opened(edge))
    assert fired == engine.Fired(
        kind=kind,
        source=source,
        dest=edge.dest or source,
        trigger=edge.trigger,
        event=edge.event,
    )


@pytest.mark.parametrize(("kind", "state", "trigger"), EVERY_GAP)
def test_a_step_that_is_not_in_the_table_is_refused_whatever_the_facts(kind, state, trigger):
    for edge in engine.edges(kind):
        if edge.trigger == trigger:
            with pytest.raises(Refused) as refused:
                engine.fire(kind, state, trigger, opened(edge))
            assert refused.value.why == "state"
            assert edge.label in str(refused.value)


@pytest.mark.parametrize("kind", engine.KINDS)
def test_each_state_keeps_one_step_that_corrects_the_receipt(kind):
    (edge,) = [edge for edge in engine.edges(kind) if edge.trigger == "correct_receipt"]
    assert set(edge.sources) == states_of(kind)
    assert edge.dest is None


@pytest.mark.parametrize("kind", engine.KINDS)
def test_a_missed_deadline_moves_nothing_and_needs_an_open_clock(kind):
    (edge,) = [edge for edge in engine.edges(kind) if edge.trigger == "deadline_missed"]
    assert set(edge.sources) == set(engine.open_states(kind)) | set(engine.decided_states(kind))
    for state in edge.sources:
        assert engine.fire(kind, state, "deadline_missed", opened(edge)).dest == state
        with pytest.raises(Refused, match="decision clock"):
            engine.fire(kind, state, "deadline_missed", opened(edge, decision_clock_open=False))


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_events_are_the_closed_vocabulary_of_the_page(kind):
    assert list(engine.events(kind)) == EVENTS[kind].split()


def test_the_tables_as_data_name_every_edge_guard_and_law():
    rows = engine.table()
    assert len(rows) == len(EVERY_EDGE)
    (deny,) = [row for row in rows if (row["kind"], row["trigger"]) == ("prior_auth", "deny")]
    assert deny["from"] == ["in_physician_review"]
    assert deny["to"] == "denied"
    assert deny["adverse"] is True
    clinician = next(g for g in deny["guards"] if g["name"] == "a_licensed_clinician_denies")
    assert {"line": "medicaid", "cite": "42 CFR 438.210(b)(3)", "tag": "S"} in clinician["laws"]
