"""Reading FHIR elements from plain dictionaries that may hold anything.

Every function answers "absent" for what is absent or of the wrong type, so no reader above has to
ask twice. What must not be absent is the table's business in `minima`, not this module's.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from casework.interop.fhir.canonicals import same_system

Node = dict[str, Any]
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_FULL_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}")


def node(parent: Node, *names: str) -> Node:
    """The object at the end of these names, or an empty one."""
    for name in names:
        found = parent.get(name)
        if not isinstance(found, dict):
            return {}
        parent = found
    return parent


def nodes(parent: Node, name: str) -> list[Node]:
    """The objects of a list; what is no object is left out."""
    return [child for _, child in numbered(parent, name)]


def numbered(parent: Node, name: str) -> Iterator[tuple[int, Node]]:
    """The objects of a list with their index from 0, as FHIRPath counts."""
    found = parent.get(name)
    if isinstance(found, list):
        for index, child in enumerate(found):
            if isinstance(child, dict):
                yield index, child


def text(parent: Node, *names: str) -> str:
    """The string at the end of these names, without the spaces around it; empty when absent."""
    found = node(parent, *names[:-1]).get(names[-1])
    return found.strip() if isinstance(found, str) else ""


def texts(parent: Node, name: str) -> tuple[str, ...]:
    """The strings of a list of strings."""
    found = parent.get(name)
    return tuple(t for t in found if isinstance(t, str)) if isinstance(found, list) else ()


def whole(parent: Node, name: str) -> int | None:
    """A whole number; a truth value is none."""
    return found if is_whole(found := parent.get(name)) else None


def wholes(parent: Node, name: str) -> tuple[int, ...]:
    """The whole numbers of a list."""
    found = parent.get(name)
    return tuple(n for n in found if is_whole(n)) if isinstance(found, list) else ()


def is_whole(value: Any) -> bool:
    """True for a JSON number without a fraction."""
    return isinstance(value, int) and not isinstance(value, bool)


def amount(parent: Node, name: str) -> Decimal | None:
    """A number with all the digits that were sent."""
    found = parent.get(name)
    if is_whole(found) or isinstance(found, Decimal | float):
        return Decimal(str(found))
    return None


def day(value: Any) -> date | None:
    """The calendar day of a FHIR date or dateTime as written there; None for a year or month."""
    if not isinstance(value, str) or not _FULL_DATE.match(value):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def codings(concept: Node) -> list[tuple[str, str, str]]:
    """(system, code, display) of each coding that has a code."""
    found = [
        (text(c, "system"), text(c, "code"), text(c, "display")) for c in nodes(concept, "coding")
    ]
    return [c for c in found if c[1]]


def code(concept: Node, *, system: str = "") -> str:
    """The first code of a concept, preferring the one of `system`; empty when absent."""
    found = codings(concept)
    preferred = [c for s, c, _ in found if system and same_system(s, system)]
    return next(iter(preferred + [c for _, c, _ in found]), "")


def extensions(parent: Node, *urls: str) -> list[Node]:
    """The extensions with one of these addresses."""
    return [e for e in nodes(parent, "extension") if e.get("url") in urls]


def extension(parent: Node, *urls: str) -> Node:
    """The first extension with one of these addresses, or an empty object."""
    return next(iter(extensions(parent, *urls)), {})


def name_of(resource: Node) -> str:
    """What a person or an organization is called: an organization's name, or given and family."""
    if isinstance(resource.get("name"), str):
        return text(resource, "name")
    human = next(iter(nodes(resource, "name")), {})
    parts = [*texts(human, "prefix"), *texts(human, "given"), text(human, "family")]
    return text(human, "text") or " ".join(part for part in parts if part)


def phone_of(resource: Node) -> str:
    """The first telephone number."""
    numbers = [t for t in nodes(resource, "telecom") if text(t, "system") in {"phone", ""}]
    return next((text(t, "value") for t in numbers if text(t, "value")), "")


def solid(value: Any) -> Any:
    """A deep copy without what FHIR does not know: null, empty texts, lists and objects.

    A null inside a list stays where something else stands: it holds the place of a value that has
    only an extension.
    """
    if isinstance(value, dict):
        copied = {key: solid(child) for key, child in value.items()}
        return {key: child for key, child in copied.items() if child not in _EMPTY}
    if isinstance(value, list):
        kept = [child for child in map(solid, value) if child not in ("", [], {})]
        return kept if any(child is not None for child in kept) else []
    return value
