"""The addresses that belong to programs, and what is particular to each: limit, size, error format.

A path that is in none of them belongs to the web's pages, and this package leaves it alone.
"""

from dataclasses import dataclass
from typing import Final, Literal

KILO: Final = 1024
MEGA: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """One prefix: requests allowed per client, most bytes of a body, and how a refusal is written.

    `rate` is in the words of the `limits` library. A single route may take other sizes.
    """

    prefix: str
    rate: str
    body: int
    refusals: Literal["problem", "outcome"] = "problem"


DOORS: Final = (
    Door("/api/", "300 per minute", MEGA),
    Door("/fhir/", "600 per minute", 10 * MEGA, "outcome"),
    Door("/edi/", "600 per minute", 10 * MEGA),
    Door("/oauth/", "60 per minute", 16 * KILO),
)


def door_of(path: str) -> Door | None:
    """The door that this path belongs to, or None when it is the web's."""
    for door in DOORS:
        if path.startswith(door.prefix) or path == door.prefix[:-1]:
            return door
    return None
