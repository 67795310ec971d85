"""How one step is asked of a person, beside the form of its command: a value, no words."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """How one step is asked. `button` is empty where the machine's own label will do; `must` are
    fields that this step needs though its form does not, each with its sentence."""

    lead: str = ""
    button: str = ""
    left_out: tuple[str, ...] = ()
    result: str = ""
    clinical: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    hints: tuple[tuple[str, str], ...] = ()
    must: tuple[tuple[str, str], ...] = ()
