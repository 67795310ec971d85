"""The vocabulary is closed both ways: machines, observations, clocks and letters say the same."""

import pytest

from casework.bridge import vocabulary
from letters import catalogue
from sla import events
from statemachines import engine


def emitted() -> set[str]:
    """Everything that can happen on a case."""
    edges = {edge.event for kind in engine.KINDS for edge in engine.edges(kind)}
    return edges | set(vocabulary.OBSERVATIONS)


def unmapped(happens: set[str]) -> set[str]:
    """What happens and means neither something to the clocks nor, by the list, nothing."""
    return happens - set(vocabulary.MEANING) - set(vocabulary.REREAD) - set(vocabulary.NEUTRAL)


def unemitted(named: set[str], happens: set[str]) -> set[str]:
    """What a table names although no step and no observation emits it."""
    return named - happens


def unknown_to_the_letters(calls: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Letters that wait for an event that its kind of case never has."""
    happens = {(kind, edge.event) for kind in engine.KINDS for edge in engine.edges(kind)}
    observed = {(kind, seen) for kind in engine.KINDS for seen in vocabulary.OBSERVATIONS}
    return calls - happens - observed


def test_everything_that_happens_is_mapped_or_listed_as_neutral() -> None:
    assert unmapped(emitted()) == set()


def test_nothing_is_mapped_that_never_happens() -> None:
    named = set(vocabulary.MEANING) | set(vocabulary.REREAD) | set(vocabulary.NEUTRAL)
    assert unemitted(named, emitted()) == set()


def test_nothing_is_both_mapped_and_neutral() -> None:
    assert not set(vocabulary.NEUTRAL) & (set(vocabulary.MEANING) | set(vocabulary.REREAD))


def test_every_event_of_the_clocks_is_emitted_and_only_those() -> None:
    reached = {clock for clock, _ in vocabulary.MEANING.values()}
    assert reached == set(events.EVENTS)


def test_every_letter_waits_for_an_event_that_happens() -> None:
    assert unknown_to_the_letters(set(catalogue.event_names())) == set()


def states_without_the_edge(calls: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Letters that wait for an event from a state from which no edge emits it."""
    leaves = {
        (kind, edge.event, source)
        for kind in engine.KINDS
        for edge in engine.edges(kind)
        for source in edge.sources
    }
    return calls - leaves


def test_every_letter_that_names_states_names_some_from_which_its_event_happens() -> None:
    called = {
        (call.kind, call.event, state)
        for letter in catalogue.load().letters
        for call in letter.calls
        for state in call.after
    }
    assert called
    assert states_without_the_edge(called) == set()
    assert states_without_the_edge({("appeal", "forwarded", "withdrawn")})


@pytest.mark.parametrize("planted", ["nurse_sighed", "fax_jammed"])
def test_a_planted_event_is_found_on_each_side(planted: str) -> None:
    assert unmapped({*emitted(), planted}) == {planted}
    assert unemitted({*vocabulary.MEANING, planted}, emitted()) == {planted}
    assert unknown_to_the_letters({("prior_auth", planted)}) == {("prior_auth", planted)}
    assert unknown_to_the_letters({("grievance", "approved")})
