"""Rules of queues in words, and the fields of their form."""

from collections.abc import Mapping
from typing import Any, Final

from casework.ledger.queue_rules import Conditions
from casework.records.queue_rules import SERVICES
from casework.web import words as door_words
from casework.web.staff import words

SERVICES_IN_WORDS: Final = {
    "medical": "Medical service",
    "outpatient_drug": "Drug from a pharmacy",
    "part_b_drug": "Drug given by a clinician (Part B)",
}
URGENCIES: Final = {"expedited": "Fast track", "standard": "Standard"}
TICKS: Final = ("kinds", "lines", "urgencies", "services")
TEXTS: Final = ("name", "queue", "place", "states", "specialties", "effective_on", "reason")
_NAMED: Final[tuple[tuple[str, str, Mapping[str, str]], ...]] = (
    ("kinds", "Type", words.KINDS),
    ("lines", "Line", words.LINES),
    ("states", "State", {}),
    ("urgencies", "Urgency", URGENCIES),
    ("services", "Service", SERVICES_IN_WORDS),
    ("specialties", "Specialty", {}),
)


def in_words(asked: Conditions) -> tuple[str, ...]:
    """Each condition as a line of words."""
    return tuple(
        f"{label}: {' or '.join(known.get(each, each) for each in values)}"
        for name, label, known in _NAMED
        if (values := getattr(asked, name))
    )


def roles_in_words(roles: Any) -> str:
    """Who works a queue: "Nurse, Physician"."""
    return ", ".join(_capital(str(door_words.ROLES.get(role, role))) for role in roles)


def ticks() -> dict[str, list[tuple[str, str]]]:
    """What can be ticked in the form of a rule."""
    return {
        "kinds": list(words.KINDS.items()),
        "lines": list(words.LINES.items()),
        "urgencies": list(URGENCIES.items()),
        "services": [(each, SERVICES_IN_WORDS[each]) for each in SERVICES],
    }


def typed_of(name: str, queue: str, place: int, asked: Conditions) -> dict[str, Any]:
    """The form as it shows a rule that stands."""
    return {
        "name": name,
        "queue": queue,
        "place": str(place),
        "states": ", ".join(asked.states),
        "specialties": "\n".join(asked.specialties),
        **{each: list(getattr(asked, each)) for each in TICKS},
    }


def conditions_of(typed: Mapping[str, Any]) -> Conditions:
    """What the form asks for."""
    states = typed["states"].upper().replace(";", ",").replace(" ", ",").split(",")
    return Conditions(
        **{each: tuple(typed[each]) for each in TICKS},
        states=_once(states),
        specialties=_once(typed["specialties"].splitlines()),
    )


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _once(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
