"""Reference numbers: a prefix that says what it is, the year, a serial and a check character.

`PA-2026-000123-7` is a request and can never be taken for `AUTH-…` (an authorization) or `DRAFT-…`.
The check character is Damm's over prefix, year and serial, so that one wrong or two swapped
characters are found before anybody searches for somebody else's case. It knows no table.
"""

import re
from datetime import UTC, datetime
from typing import Final

PREFIXES: Final = {
    "prior_auth": "PA",
    "appeal": "AP",
    "grievance": "GR",
    "external_review": "ER",
    "authorization": "AUTH",
    "contact": "CALL",
    "escalation": "ESC",
    "draft": "DRAFT",
}
KINDS: Final = {prefix: kind for kind, prefix in PREFIXES.items()}
SHAPE: Final = re.compile(r"^(PA|AP|GR|ER|AUTH|CALL|ESC|DRAFT)-(\d{4})-(\d{6,12})-(\d)$")

# The totally anti-symmetric quasigroup of order 10 from H. M. Damm's thesis (Marburg, 2004).
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def reference(kind: str, serial: int, at: datetime) -> str:
    """The number of a thing of this kind with this serial, dated by the UTC year of `at`."""
    prefix = PREFIXES[kind]
    year = at.astimezone(UTC).year
    body = f"{year:04d}{serial:06d}"
    return f"{prefix}-{year:04d}-{serial:06d}-{check_character(prefix, body)}"


def check_character(prefix: str, digits: str) -> str:
    """Damm's check digit over the letters (as two digits each, A = 10) and the digits."""
    interim = 0
    for character in "".join(str(ord(c) - 55) for c in prefix) + digits:
        interim = _DAMM[interim][int(character)]
    return str(interim)


def kind_of(ref: str) -> str | None:
    """What a number names (`prior_auth`, `authorization`, …); None for no number of ours."""
    found = SHAPE.match(ref.strip().upper())
    if not found:
        return None
    prefix, year, serial, check = found.groups()
    if check_character(prefix, year + serial) != check:
        return None
    return KINDS[prefix]


def looks_like_one(text: str) -> bool:
    """True for the shape of a number, whether or not its check character fits."""
    return SHAPE.match(text.strip().upper()) is not None
