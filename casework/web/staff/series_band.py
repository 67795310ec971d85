"""All clocks of a matter on one band, as figures for a template: places in per cent and pixels.

It is a picture of the table below it, drawn without script; it knows nothing of cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ROW: Final = 34
TOP: Final = 24
_LEAST: Final = timedelta(hours=1)
_THIN: Final = 0.6  # per cent: a clock of an hour on a band of a year is still seen
_MARKS: Final = 5


@dataclass(frozen=True)
class Span:
    """One clock: whose case, what it is, from when to when, how it stands, when it was met."""

    ref: str
    words: str
    start: datetime
    due: datetime
    met: datetime | None
    stands: str


@dataclass(frozen=True)
class Bar:
    """One row of the band. `met_x` is None where nothing has met the clock."""

    span: Span
    x: float
    width: float
    y: int
    met_x: float | None


@dataclass(frozen=True)
class Mark:
    """A day on the axis."""

    x: float
    at: datetime


@dataclass(frozen=True)
class Band:
    """All that the template draws."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    now_x: float
    height: int


def band(spans: Sequence[Span], now: datetime) -> Band | None:
    """The band of these clocks; None where there is none."""
    if not spans:
        return None
    start = min(span.start for span in spans)
    instants = [now, *(span.due for span in spans), *(span.met for span in spans if span.met)]
    whole = max(max(instants) - start, _LEAST)

    def place(at: datetime) -> float:
        return round(min(100.0, max(0.0, (at - start) / whole * 100)), 2)

    bars = tuple(
        Bar(
            span=span,
            x=min(place(span.start), 100 - _THIN),
            width=max(_THIN, round(place(span.due) - place(span.start), 2)),
            y=TOP + number * ROW,
            met_x=place(span.met) if span.met else None,
        )
        for number, span in enumerate(spans)
    )
    marks = tuple(
        Mark(round(100 * number / _MARKS, 2), start + whole * number / _MARKS)
        for number in range(_MARKS)
    )
    return Band(bars, marks, place(now), TOP + ROW * len(spans) + 4)
