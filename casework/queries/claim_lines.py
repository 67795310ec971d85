"""The lines of a disputed claim, shaped as the service lines that pages show and decide."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.context import Context
from casework.queries import claims


@dataclass(frozen=True)
class ClaimLine:
    """One code of the claim; how much of it was billed the claims system keeps to itself."""

    number: int
    code: str
    from_date: date
    label: str = ""
    units: None = None
    unit: str = ""
    to_date: None = None
    place: str = ""
    modifiers: tuple[str, ...] = ()
    servicing: None = None
    result: str = ""


def lines_of(cx: Context, case: Any) -> tuple[ClaimLine, ...]:
    """Each code of the claim that this case disputes."""
    return tuple(
        ClaimLine(number, code, claim.service_on)
        for claim in claims.beside(cx, case)[:1]
        for number, code in enumerate(claim.codes, start=1)
    )
