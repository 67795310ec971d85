"""What the letters after a step must say and only its form can supply: asked of the catalogue.

A letter that lacks it is refused when it is made, after the decision; a form that knows it asks.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from letters import catalogue
from letters.entries import Letter, Requirement

# Where the forms of decisions hold the facts of a letter.
_FIELDS: Final = {
    "denied.reason": "lines.reason",
    "denied.criterion": "lines.criterion",
    "decision.reason": "words.reason",
    "decision.provision": "words.provision",
    "decision.standard": "words.standard",
    "decision.rationale": "words.rationale",
    "decision.considered": "words.considered",
    "decision.perfect.what": "words.perfect",
}
# What holds for every decision, and what holds unless the form says otherwise.
_CERTAIN: Final = frozenset({"always", "something_denied", "information_would_help"})
HELP: Final = ("words.perfect", "words.nothing_would_help")


@lru_cache(maxsize=512)
def needs_of(kind: str, event: str, line: str, *, clinical: bool, on: date) -> Mapping[str, str]:
    """For each field (as forms name it) the sentence with its law: what the letters called for by
    this event must show on this line of business, on this day."""
    found: dict[str, str] = {}
    for letter in _called_for(kind, event, line, on):
        for requirement in letter.requirements[line]:
            if _holds(requirement, clinical=clinical):
                for fact in requirement.element.facts:
                    if fact in _FIELDS:
                        found.setdefault(_FIELDS[fact], _sentence(requirement))
    return found


def _called_for(kind: str, event: str, line: str, on: date) -> list[Letter]:
    found = []
    for code in catalogue.load().codes():
        letter = catalogue.get(code, on)
        called = any((c.kind, c.event) == (kind, event) and line in c.lines for c in letter.calls)
        if called and line in letter.requirements:
            found.append(letter)
    return found


def _holds(requirement: Requirement, *, clinical: bool) -> bool:
    return requirement.when in _CERTAIN or (clinical and requirement.when == "clinical")


def _sentence(requirement: Requirement) -> str:
    return f"The letter must show {requirement.element.says} ({requirement.cite})."
