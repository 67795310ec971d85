"""A share with its counts and the interval in which it lies with 95 % confidence (Wilson, 1927)."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

# The 97.5th percentile of the standard normal distribution.
Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, and the interval; all three figures None where there is no whole."""

    part: int
    whole: int
    value: float | None
    low: float | None
    high: float | None


def share(part: int, whole: int) -> Share:
    """The share of `part` in `whole`. Raises ValueError where it is no share."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share.")
    if whole == 0:
        return Share(part, whole, None, None, None)
    value = part / whole
    z2 = Z * Z
    middle = (value + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z * sqrt(value * (1 - value) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Share(part, whole, value, low, high)
