"""Marks that an answer carries: ids made from its content, instants and dates as FHIR writes them.

Nothing random and no clock: the same answer has the same ids.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Final

# A namespace of our own, so that no other system makes the same ids.
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:casework:fhir:pas")


def own_id(*parts: str) -> str:
    """A UUID that follows from these parts."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))


def urn(identity: str) -> str:
    """The fullUrl of a resource that has no address on any server."""
    return f"urn:uuid:{identity}"


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def period(start: date | None, end: date | None) -> dict[str, str]:
    """A FHIR Period of calendar days; an open end is left out."""
    told = {"start": start, "end": end}
    return {name: day.isoformat() for name, day in told.items() if day}


def coded(system: str, code: str) -> dict[str, list[dict[str, str]]]:
    """A CodeableConcept with one coding; without a system when none is known."""
    return {"coding": [{"system": system, "code": code} if system else {"code": code}]}
