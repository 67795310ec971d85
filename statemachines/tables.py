"""The four tables by kind, and what can be read off them: states, triggers, events, rows.

Buttons, API verbs, diagrams and the CHECK constraint come from here. It fires nothing.
"""

from typing import Any

from statemachines import appeal, external_review, grievance, prior_auth
from statemachines.edges import Edge, Table

_TABLES = {
    each.kind: each
    for each in (prior_auth.TABLE, appeal.TABLE, grievance.TABLE, external_review.TABLE)
}
KINDS: tuple[str, ...] = tuple(_TABLES)


def table_of(kind: str) -> Table:
    """The table of a kind. Raises ValueError for a kind that does not exist."""
    if kind not in _TABLES:
        raise ValueError(f"'{kind}' is no kind of case; the kinds are {', '.join(KINDS)}")
    return _TABLES[kind]


def edges(kind: str) -> tuple[Edge, ...]:
    """Every edge of the kind, in table order."""
    return table_of(kind).edges


def states(kind: str) -> tuple[str, ...]:
    """The states that may be stored; the CHECK constraint lists exactly these."""
    return table_of(kind).names


def words(kind: str, state: str) -> str:
    """How a state reads after 'This request is'. Raises KeyError for an unknown state."""
    return dict(table_of(kind).states)[state]


def open_states(kind: str) -> tuple[str, ...]:
    """The states in which work is owed: a listed set, not derived."""
    return table_of(kind).open


def closed_states(kind: str) -> tuple[str, ...]:
    """The states that are not open, decided or ended otherwise."""
    return tuple(name for name in states(kind) if name not in open_states(kind))


def decided_states(kind: str) -> tuple[str, ...]:
    """The states in which a decision stands, told or not."""
    return table_of(kind).decided


def terminal_states(kind: str) -> tuple[str, ...]:
    """The states that no edge leaves for another state."""
    left = {source for each in edges(kind) if each.dest for source in each.sources}
    return tuple(name for name in states(kind) if name not in left)


def triggers(kind: str) -> tuple[str, ...]:
    """The public names of the steps, in table order."""
    return tuple(dict.fromkeys(each.trigger for each in edges(kind)))


def adverse_triggers(kind: str) -> tuple[str, ...]:
    """The steps that no rule, timer or model may take."""
    return tuple(dict.fromkeys(each.trigger for each in edges(kind) if each.adverse))


def events(kind: str) -> tuple[str, ...]:
    """The closed vocabulary of events that the edges of the kind emit, in table order."""
    return tuple(dict.fromkeys(each.event for each in edges(kind)))


def table() -> list[dict[str, Any]]:
    """Every edge of every kind as JSON-able rows, for `casework machines --json`."""
    return [
        {
            "kind": kind,
            "trigger": edge.trigger,
            "label": edge.label,
            "from": list(edge.sources),
            "to": edge.dest,
            "event": edge.event,
            "adverse": edge.adverse,
            "cite": edge.cite,
            "guards": [
                {
                    "name": guard.name,
                    "sentence": guard.sentence,
                    "about": guard.about,
                    "laws": [{"line": line, **law._asdict()} for line, law in guard.laws],
                }
                for guard in edge.guards
            ],
        }
        for kind in KINDS
        for edge in edges(kind)
    ]
