"""What happens next: one function, three wordings (staff, provider, member), the same facts.

It is asked by the work list, the case page and both portals, so that no two of them can disagree.
The words stand in next_steps.toml.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from statemachines import engine

FILE = Path(__file__).with_name("next_steps.toml")


@dataclass(frozen=True)
class NextStep:
    """Who acts next and what each reader is told; `action` is the trigger that staff would take."""

    who: str
    action: str
    staff: str
    provider: str
    member: str


def next_step(kind: str, state: str) -> NextStep:
    """What happens next on a case of this kind in this state; ended cases have nothing to do."""
    found = _table().get((kind, state))
    if found is not None:
        return found
    words = engine.words(kind, state)
    return NextStep("nobody", "", "Nothing to do", f"It is {words}.", f"It is {words}.")


def pairs_for(roles: Collection[str]) -> list[tuple[str, str]]:
    """Kind and state of every case whose next step one of these roles takes."""
    return [pair for pair, step in _table().items() if step.who in roles]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], NextStep]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        (kind, state): NextStep(**words)
        for kind, by_state in data.items()
        for state, words in by_state.items()
    }
