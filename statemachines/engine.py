"""The one door to the machines: may this step be taken, and if not, in which sentence and law.

Pure values in and out. It alone imports `transitions`, drives it on a throw-away subject and hands
it no effects; guards are judged here, so that the sentence of a refusal is known.
"""

from functools import cache
from types import MappingProxyType
from typing import Any

from transitions import EventData, Machine

from statemachines import sentences
from statemachines.answers import Choice, Fired, Refused
from statemachines.edges import BEFORE, Edge, Table, UnsoundTable, check
from statemachines.facts import Facts
from statemachines.guards import ORDER, Guard, opposed
from statemachines.tables import (
    KINDS,
    adverse_triggers,
    closed_states,
    decided_states,
    edges,
    events,
    open_states,
    states,
    table,
    table_of,
    terminal_states,
    triggers,
    words,
)

__all__ = [
    "BEFORE",
    "KINDS",
    "Choice",
    "Edge",
    "Facts",
    "Fired",
    "Guard",
    "Refused",
    "Table",
    "UnsoundTable",
    "adverse_triggers",
    "allowed",
    "closed_states",
    "decided_states",
    "edges",
    "events",
    "fire",
    "open_states",
    "refusals",
    "states",
    "table",
    "table_of",
    "terminal_states",
    "triggers",
    "words",
]


class _Subject:
    """What `transitions` moves: thrown away after each firing."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class _Compiled:
    """A table, checked and indexed, with its one machine. Immutable after construction."""

    def __init__(self, table: Table) -> None:
        check(table)
        self.table = table
        self.by_trigger: dict[str, tuple[Edge, ...]] = {}
        self.leaving: dict[tuple[str, str], tuple[Edge, ...]] = {}
        for edge in table.edges:
            self.by_trigger[edge.trigger] = (*self.by_trigger.get(edge.trigger, ()), edge)
            for source in edge.sources:
                at = (source, edge.trigger)
                self.leaving[at] = (*self.leaving.get(at, ()), edge)
        self.machine = _machine(table)

    def fitting(self, state: str, trigger: str) -> tuple[Edge, ...]:
        """The edges of the trigger that leave the state. Raises Refused for an unknown trigger."""
        if trigger not in self.by_trigger:
            sentence = sentences.by_name(self.table, trigger)
            raise Refused(sentence, kind=self.table.kind, trigger=trigger, why="unknown")
        if state != BEFORE and state not in self.table.names:
            raise ValueError(f"'{state}' is no state of {self.table.kind}")
        return self.leaving.get((state, trigger), ())


def _machine(table: Table) -> Machine:
    """One machine a kind: no model, no automatic triggers, no queue, no callbacks with effects."""
    machine = Machine(
        model=None,
        states=[BEFORE, *table.names],
        initial=BEFORE,
        auto_transitions=False,
        send_event=True,
        queued=False,
        name=table.kind,
    )
    for edge in table.edges:
        machine.add_transition(
            edge.trigger,
            source=list(edge.sources),
            dest=edge.dest,
            conditions=_condition(edge),
        )
    return machine


def _condition(edge: Edge) -> Any:
    """The edge's guards, judged once more by the machine itself."""

    def every_guard_holds(event: EventData) -> bool:
        return _holds(edge, event.kwargs["facts"])

    return every_guard_holds


def _holds(edge: Edge, facts: Facts) -> bool:
    return all(guard.holds(facts) for guard in edge.guards)


_COMPILED = MappingProxyType({kind: _Compiled(table_of(kind)) for kind in KINDS})


def _compiled(kind: str) -> _Compiled:
    table_of(kind)  # raises for a kind that does not exist
    return _COMPILED[kind]


# ── Firing ──────────────────────────────────────────────────────────────────────────────────────


def fire(kind: str, state: str, trigger: str, facts: Facts) -> Fired:
    """Take the step and say what it did; nothing else changes anywhere.

    Raises Refused (unknown trigger, then a guard on the actor, the state, and every other guard),
    and ValueError for a kind or a state that does not exist.
    """
    compiled = _compiled(kind)
    for edge in compiled.fitting(state, trigger):
        if _holds(edge, facts):
            return _driven(compiled, state, edge=edge, facts=facts)
    choice = _judged(compiled, state, trigger=trigger, facts=facts)
    raise choice.refusal or choice.asks[0]


def _driven(compiled: _Compiled, state: str, *, edge: Edge, facts: Facts) -> Fired:
    subject = _Subject(state)
    moved = compiled.machine.events[edge.trigger].trigger(subject, facts=facts)
    dest = edge.dest or state
    if not moved or subject.state != dest:
        raise RuntimeError(
            f"{compiled.table.kind}.{edge.trigger}: the machine and its table differ"
        )
    return Fired(
        kind=compiled.table.kind,
        source=state,
        dest=dest,
        trigger=edge.trigger,
        event=edge.event,
    )


def allowed(kind: str, state: str, facts: Facts) -> tuple[Choice, ...]:
    """All triggers of the kind in table order, each open or refused (decision 21).

    A refused one carries the first refusal in the order guard, state; policy is put between them
    by the caller (`refusals`). What a form will answer refuses nothing here: it stands in `asks`.
    """
    compiled = _compiled(kind)
    return tuple(
        _judged(compiled, state, trigger=trigger, facts=facts) for trigger in compiled.by_trigger
    )


def refusals(
    kind: str, state: str, trigger: str, facts: Facts
) -> tuple[Refused | None, Refused | None]:
    """(the guard's refusal, the state's refusal) for a step that is not taken yet.

    Where the state does not fit, only the guards on the actor speak: the others judge a situation
    that is not there. Raises Refused for an unknown trigger.
    """
    _, by_guard, by_state = _stand(_compiled(kind), state, trigger=trigger, facts=facts)
    return by_guard, by_state


def _stand(
    compiled: _Compiled, state: str, *, trigger: str, facts: Facts
) -> tuple[Edge, Refused | None, Refused | None]:
    """(the edge to speak of, the guard's refusal, the state's refusal)."""
    fitting = compiled.fitting(state, trigger)
    edge = _nearest(fitting or compiled.by_trigger[trigger], facts)
    failing = _failing(edge, facts, abouts=("actor", "case") if fitting else ("actor",))
    by_guard = _by_guard(compiled, edge, guard=failing[0], facts=facts) if failing else None
    return edge, by_guard, None if fitting else _by_state(compiled, state, trigger=trigger)


def _judged(compiled: _Compiled, state: str, *, trigger: str, facts: Facts) -> Choice:
    edge, by_guard, by_state = _stand(compiled, state, trigger=trigger, facts=facts)
    unanswered = () if by_state else _failing(edge, facts, abouts=("form",))
    return Choice(
        trigger=trigger,
        label=edge.label,
        event=edge.event,
        dest=edge.dest,
        refusal=by_guard or by_state,
        asks=tuple(_by_guard(compiled, edge, guard=each, facts=facts) for each in unanswered),
    )


def _nearest(candidates: tuple[Edge, ...], facts: Facts) -> Edge:
    """The edge to speak of: the one whose guards that part it from the others hold, or nearly so.

    Of edges that are parted from each other at most one can pass.
    """
    if len(candidates) == 1:
        return candidates[0]

    def nearness(edge: Edge) -> tuple[bool, int]:
        others = [guard for other in candidates if other is not edge for guard in other.guards]
        parting = [guard for guard in edge.guards if any(opposed(guard, each) for each in others)]
        held = sum(guard.holds(facts) for guard in parting)
        return held == len(parting), held

    return max(candidates, key=nearness)


def _failing(edge: Edge, facts: Facts, *, abouts: tuple[str, ...]) -> tuple[Guard, ...]:
    """The guards of these natures that refuse: actor before case before form."""
    return tuple(
        guard
        for about in ORDER
        if about in abouts
        for guard in edge.guards
        if guard.about == about and not guard.holds(facts)
    )


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


def _by_guard(compiled: _Compiled, edge: Edge, *, guard: Guard, facts: Facts) -> Refused:
    return Refused(
        guard.says(facts),
        kind=compiled.table.kind,
        trigger=edge.trigger,
        why="guard",
        guard=guard.name,
        cite=guard.cited(facts.line),
    )


def _by_state(compiled: _Compiled, state: str, *, trigger: str) -> Refused:
    kind = compiled.table.kind
    return Refused(_state_sentence(kind, state, trigger), kind=kind, trigger=trigger, why="state")


@cache
def _state_sentence(kind: str, state: str, trigger: str) -> str:
    """Bounded by states times triggers."""
    return sentences.by_state(table_of(kind), state, trigger=trigger)
