"""Names under which corrective actions are known elsewhere: their obligation, their words."""

from typing import Final

# The kind of the obligation that stands for one: this and its number.
PREFIX: Final = "corrective_action_"


def place(action_id: int, what: str) -> str:
    """What the sealed words of a corrective action are bound to."""
    return f"corrective-{what}:{action_id}"
