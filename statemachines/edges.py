"""What a machine is made of: edges between named states, and the check that a table is sound.

It knows no engine: an unsound table is refused here, when it is loaded, with a sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from statemachines.guards import Guard, opposed

BEFORE = "new"  # before `receive` or `request`; never stored
PERSON = "a_person_acts"

_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
# What `transitions` itself would put on a model: never a trigger of ours.
_RESERVED = re.compile(r"(to|is|may)_.*|trigger|state")


class UnsoundTable(ValueError):
    """A table of edges that contradicts itself; the sentence names the edge and the fault."""


@dataclass(frozen=True)
class Edge:
    """One arrow: `dest` None keeps the state. `event` is what the timeline says happened."""

    trigger: str
    sources: tuple[str, ...]
    dest: str | None
    event: str
    label: str
    guards: tuple[Guard, ...] = ()
    cite: str = ""
    adverse: bool = False  # denies, reduces, refuses or ends: never by a machine


@dataclass(frozen=True)
class Table:
    """One kind of case. `states` are (name, words) so that "This request is {words}" reads well.

    `open`: work is owed. `decided`: a decision stands, told or not. The rest ended otherwise.
    """

    kind: str
    noun: str
    states: tuple[tuple[str, str], ...]
    open: tuple[str, ...]
    decided: tuple[str, ...]
    edges: tuple[Edge, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The states in table order."""
        return tuple(name for name, _ in self.states)


def check(table: Table) -> None:
    """Raise UnsoundTable with the first fault of the table; return None when it is sound."""
    for fault in _faults(table):
        raise UnsoundTable(f"{table.kind}: {fault}")


def _faults(table: Table) -> Iterator[str]:
    yield from _state_faults(table)
    for edge in table.edges:
        yield from (f"{edge.trigger}: {fault}" for fault in _edge_faults(table, edge))
    yield from _trigger_faults(table)
    yield from _dead_ends(table)


def _state_faults(table: Table) -> Iterator[str]:
    names = table.names
    if BEFORE in names or len(set(names)) != len(names):
        yield f"states must be distinct, and '{BEFORE}' is none of them"
    for group in (table.open, table.decided):
        yield from (f"'{name}' is not in its states" for name in group if name not in names)
    yield from (f"'{name}' is open and decided" for name in table.open if name in table.decided)


def _edge_faults(table: Table, edge: Edge) -> Iterator[str]:
    if not _NAME.fullmatch(edge.trigger) or _RESERVED.fullmatch(edge.trigger):
        yield "is no name for a trigger"
    if not _NAME.fullmatch(edge.event) or not edge.label or not edge.sources:
        yield "needs an event, a label and a source"
    for name in edge.sources:
        if name not in (BEFORE, *table.names):
            yield f"comes from an unknown state '{name}'"
    if edge.dest is not None and edge.dest not in table.names:
        yield f"leads to an unknown state '{edge.dest}'"
    if edge.dest is None and BEFORE in edge.sources:
        yield f"keeps '{BEFORE}', which is never stored"
    if edge.adverse and PERSON not in [guard.name for guard in edge.guards]:
        yield f"is adverse and lacks the guard {PERSON}"


def _trigger_faults(table: Table) -> Iterator[str]:
    for one, other in combinations(table.edges, 2):
        if one.trigger != other.trigger:
            continue
        if one.label != other.label:
            yield f"{one.trigger}: has two labels"
        shared = set(one.sources) & set(other.sources)
        if shared and not any(opposed(a, b) for a in one.guards for b in other.guards):
            yield f"{one.trigger}: two edges leave '{min(shared)}' and no guards part them"


def _dead_ends(table: Table) -> Iterator[str]:
    arrows = [(s, e.dest) for e in table.edges for s in e.sources if e.dest and e.dest != s]
    reached = {BEFORE}
    while grown := {dest for source, dest in arrows if source in reached} - reached:
        reached |= grown
    yield from (f"'{name}' cannot be reached" for name in table.names if name not in reached)
    leaves = {source for source, _ in arrows}
    yield from (f"'{name}' is open and has no way out" for name in table.open if name not in leaves)
