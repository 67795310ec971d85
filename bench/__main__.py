"""`python -m bench [NAME ...]`: measure, print one table, write var/bench/results.json.

Exit code 1 when a floor did not do the same work as ours; an aim that is not met is no error.
"""

import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import (
    chain,
    changes,
    letters,
    memory,
    pages,
    submissions,
    sweep_whole,
    sweeping,
    table,
    transmissions,
    worklist,
)
from bench.ground import standing
from bench.measure import Figure, Stopped

WIDTH = 100
Theme = Callable[[Any], Iterator[Figure]]
THEMES: dict[str, Theme] = {
    "submit": submissions.figures,
    "change": changes.figures,
    "sweep": sweeping.figures,
    "sweep_whole": sweep_whole.figures,
    "letter": letters.figures,
    "pages": pages.figures,
    "worklist": worklist.figures,
    "fhir": transmissions.figures,
    "audit": chain.figures,
    "clocks": chain.clock_figures,
    "memory": memory.figures,
}


def main(
    asked: list[str],
    *,
    themes: Mapping[str, Theme] = THEMES,
    ground: Callable[[], AbstractContextManager[Any]] = standing,
    kept_in: Path = table.RESULTS,
) -> int:
    """Measure these themes, or all of them, on this ground; returns the exit code."""
    unknown = [name for name in asked if name not in themes]
    if unknown:
        print(f"There is no {', '.join(unknown)}: choose from {', '.join(themes)}.")
        return 2
    console, told = Console(), Console(stderr=True)
    # A pipe has no width; the table wants this much.
    console.width = max(console.width, WIDTH)
    head, begun = _head(), time.monotonic()
    figures: list[Figure] = []
    with told.status("starting the server") as status:
        try:
            with ground() as standing_ground:
                for name in asked or themes:
                    status.update(f"measuring: {name}")
                    figures += themes[name](standing_ground)
        except Stopped as stopped:
            told.print(f"Stopped: {stopped}", markup=False, highlight=False, soft_wrap=True)
            return 1
    table.printed(figures, console, head=head)
    table.kept(figures, kept_in)
    console.print(_foot(figures, time.monotonic() - begun, kept_in), highlight=False)
    return 0


def _head() -> str:
    return (
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the start,"
        f" Python {platform.python_version()}"
    )


def _foot(figures: list[Figure], seconds: float, kept_in: Path) -> str:
    aims = [figure.met for figure in figures if figure.met is not None]
    return (
        f"{sum(aims)} of {len(aims)} aims met, {len(figures)} figures in {seconds:.0f} s,"
        f" load average {os.getloadavg()[0]:.1f} at the end; kept in"
        f" {'/'.join(kept_in.parts[-3:])}."
    )


if __name__ == "__main__":
    # Whoever ends us this way wants nothing left behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
