"""Short words for the tests: the facts with which a step is possible, and a step that is not."""

import pytest

from statemachines import engine
from statemachines.engine import Refused, allowed, fire
from tests.statemachines.worked_facts import opened


def edge_of(kind, trigger, source=None):
    """The first edge of the trigger (that leaves the source)."""
    return next(
        edge
        for edge in engine.edges(kind)
        if edge.trigger == trigger and (source is None or source in edge.sources)
    )


def refusal(kind, state, trigger, facts):
    """The refusal of a step that must not be possible."""
    with pytest.raises(Refused) as refused:
        fire(kind, state, trigger, facts)
    return refused.value


def facts_of(kind, trigger, **changes):
    """Facts with which the step is possible, changed."""
    return opened(edge_of(kind, trigger), **changes)


def choice_of(kind, state, trigger, facts):
    """The button of one trigger."""
    return next(each for each in allowed(kind, state, facts) if each.trigger == trigger)
