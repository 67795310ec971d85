"""A chart of bars as figures for a template: places in per cent and pixels, drawn without script.

It is a picture of a table that stands below it; it knows nothing of what it counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 230
_TOP, _BOTTOM = 26, 42
_WIDEST = 7.0  # per cent of the plot: few groups make no walls
_FILLED = 0.76  # of the room of a group
_LINES = 4
_MOST_WORDS = 12  # labels below the axis; beyond, every second, third, …


@dataclass(frozen=True)
class Group:
    """Bars that stand together: words below them (in two lines), and a value for each series."""

    words: str
    more: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Bar:
    """One bar: its place, and the figure above it (empty for none)."""

    series: int
    x: float
    width: float
    y: float
    height: float
    middle: float
    label: str


@dataclass(frozen=True)
class Line:
    """One line of the grid with its figure."""

    y: float
    words: str


@dataclass(frozen=True)
class Place:
    """The words below a group."""

    middle: float
    words: str
    more: str


@dataclass(frozen=True)
class BarChart:
    """All that the template draws. `summary` says in a sentence what a reader would see."""

    title: str
    summary: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    groups: tuple[Place, ...]
    height: int = HEIGHT


def bar_chart(
    title: str, series: Sequence[str], groups: Sequence[Group], *, summary: str = ""
) -> BarChart:
    """The chart of these groups; each has one value for each series, none negative."""
    most = max((value for group in groups for value in group.values), default=0)
    step = _step(most)
    top = step * max(1, math.ceil(most / step))
    return BarChart(
        title=title,
        summary=summary,
        series=tuple(series),
        bars=tuple(_bars(groups, series, top)),
        lines=tuple(Line(_y(value, top), f"{value:,}") for value in range(0, top + 1, step)),
        groups=tuple(_places(groups)),
    )


def _bars(groups: Sequence[Group], series: Sequence[str], top: int) -> list[Bar]:
    room = 100 / max(1, len(groups))
    width = min(_WIDEST, room * _FILLED / max(1, len(series)))
    labelled = len(groups) * len(series) <= 2 * _MOST_WORDS
    bars = []
    for place, group in enumerate(groups):
        first = place * room + room / 2 - width * len(group.values) / 2
        for number, value in enumerate(group.values):
            y = _y(value, top)
            bars.append(
                Bar(
                    series=number + 1,
                    x=round(first + number * width, 3),
                    width=round(width * 0.94, 3),
                    y=y,
                    height=round(HEIGHT - _BOTTOM - y, 1),
                    middle=round(first + (number + 0.47) * width, 3),
                    label=f"{value:,}" if labelled and value else "",
                )
            )
    return bars


def _places(groups: Sequence[Group]) -> list[Place]:
    room = 100 / max(1, len(groups))
    every = math.ceil(len(groups) / _MOST_WORDS) or 1
    return [
        Place(round((place + 0.5) * room, 3), group.words, group.more)
        for place, group in enumerate(groups)
        if place % every == 0
    ]


def _y(value: int, top: int) -> float:
    return round(HEIGHT - _BOTTOM - value / top * (HEIGHT - _TOP - _BOTTOM), 1)


def _step(most: int) -> int:
    """A round step between the lines: 1, 2, 5, 10, 20, 50, …"""
    least = max(1, most / _LINES)
    ten = 10 ** math.floor(math.log10(least))
    return int(next(ten * each for each in (1, 2, 5, 10) if ten * each >= least))
