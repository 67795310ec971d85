"""How the refusal of a state reads: what the case is now, and when the step is possible.

It knows no guard and no engine.
"""

from statemachines.edges import BEFORE, Table


def by_state(table: Table, state: str, *, trigger: str) -> str:
    """One sentence: "This request is already denied; “Approve” is possible only while it is …"."""
    mine = [edge for edge in table.edges if edge.trigger == trigger]
    sources = [source for edge in mine for source in edge.sources]
    now = f"This {table.noun} is {_now(table, state)}"
    return f"{now}; “{mine[0].label}” is possible only {_when(table, sources)}."


def by_name(table: Table, trigger: str) -> str:
    """One sentence for a trigger that does not exist, with those that do."""
    known = ", ".join(dict.fromkeys(edge.trigger for edge in table.edges))
    return f"'{trigger}' is no step of this {table.noun}. Its steps are: {known}."


def _now(table: Table, state: str) -> str:
    if state == BEFORE:
        return "not received yet"
    said = dict(table.states)[state]
    return said if state in table.open else f"already {said}"


def _when(table: Table, sources: list[str]) -> str:
    """The states in words: 'while it is open or denied'; the pseudo-state reads 'at the start'."""
    if sources == [BEFORE]:
        return "at the start"
    said = dict(table.states)
    if set(table.open) <= set(sources):
        rest = [said[name] for name in sources if name not in table.open]
        return f"while it is {_or(['open', *rest])}"
    return f"while it is {_or([said[name] for name in dict.fromkeys(sources)])}"


def _or(parts: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
