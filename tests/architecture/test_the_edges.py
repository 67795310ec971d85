"""Every edge is fired by a test, no machine has a back door, and both checks find a planted one."""

from dataclasses import replace

from transitions import Machine

from statemachines import engine
from statemachines.engine import BEFORE
from tests.statemachines.expected_edges import edges_of
from tests.statemachines.test_machines_tables import EVERY_ARROW


def unfired(kind: str, edges: list) -> set[tuple[str, str]]:
    """(trigger, source) of these edges that the table tests do not fire."""
    fired = {(edge.trigger, source) for k, edge, source in EVERY_ARROW if k == kind}
    return {(edge.trigger, source) for edge in edges for source in edge.sources} - fired


def unwritten(kind: str, edges: list) -> list:
    """Edges that the page written by hand does not have."""
    known = edges_of(kind)
    return [e for e in edges if (e.trigger, frozenset(e.sources), e.dest) not in known]


def back_doors(machine: Machine) -> set[str]:
    """Triggers that jump to a state, as `transitions` adds by itself unless told otherwise."""
    return {name for name in machine.events if name.startswith("to_")}


def planted_edge(kind: str):
    """An edge of this kind under a name that nobody tests."""
    return replace(engine.edges(kind)[0], trigger="wave_through", sources=(BEFORE,))


def test_every_edge_is_fired_by_a_test_and_stands_on_the_page() -> None:
    for kind in engine.KINDS:
        assert unfired(kind, list(engine.edges(kind))) == set()
        assert unwritten(kind, list(engine.edges(kind))) == []


def test_a_planted_edge_is_found() -> None:
    for kind in engine.KINDS:
        assert unfired(kind, [planted_edge(kind)])
        assert unwritten(kind, [planted_edge(kind)])


def test_no_machine_has_automatic_triggers() -> None:
    for kind in engine.KINDS:
        assert back_doors(engine._compiled(kind).machine) == set()


def test_a_planted_back_door_is_found() -> None:
    assert back_doors(Machine(model=None, states=["a", "b"], initial="a", auto_transitions=True))
