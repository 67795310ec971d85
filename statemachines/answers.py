"""What the engine answers: a step taken, a step refused, and a step offered with its reason.

Values only; they know no table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fired:
    """What a step did: `source` and `dest` are states (equal where the state is kept)."""

    kind: str
    source: str
    dest: str
    trigger: str
    event: str


class Refused(Exception):
    """A step that may not be taken. `why` is unknown, state or guard; `str()` is the sentence.

    `guard` is the name of the guard that refused, else empty; `cite` its law for this line.
    """

    def __init__(
        self, sentence: str, *, kind: str, trigger: str, why: str, guard: str = "", cite: str = ""
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.kind = kind
        self.trigger = trigger
        self.why = why
        self.guard = guard
        self.cite = cite


@dataclass(frozen=True)
class Choice:
    """One trigger as a button: open when `refusal` is None, else grey with its sentence.

    `dest` None keeps the state. `asks` are the guards that the action's own form must still
    answer; `fire` enforces them too.
    """

    trigger: str
    label: str
    event: str
    dest: str | None
    refusal: Refused | None
    asks: tuple[Refused, ...] = ()
