"""`python -m bench [NAME ...]`: measure, print one table, write var/bench/results.json.

Exit code 1 when a floor did not do the same work as ours; an aim that is not met is no error.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator

from rich.console import Console

from bench import (
    chain,
    changes,
    letters,
    memory,
    pages,
    submissions,
    sweeping,
    table,
    transmissions,
)
from bench.ground import Ground, standing
from bench.measure import Figure
from bench.scales import Uneven

WIDTH = 100
THEMES: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "submit": submissions.figures,
    "change": changes.figures,
    "sweep": sweeping.figures,
    "letter": letters.figures,
    "pages": pages.figures,
    "fhir": transmissions.figures,
    "audit": chain.figures,
    "clocks": chain.clock_figures,
    "memory": memory.figures,
}


def main(asked: list[str]) -> int:
    """Measure these themes, or all of them; returns the exit code."""
    unknown = [name for name in asked if name not in THEMES]
    if unknown:
        print(f"There is no {', '.join(unknown)}: choose from {', '.join(THEMES)}.")
        return 2
    console, told = Console(), Console(stderr=True)
    # A pipe has no width; the table wants this much.
    console.width = max(console.width, WIDTH)
    head = _head()
    figures: list[Figure] = []
    begun = time.monotonic()
    with told.status("") as status:
        try:
            for figure in _figures(asked or list(THEMES), status.update):
                figures.append(figure)
        except Uneven as uneven:
            told.print(f"Stopped: {uneven}", markup=False)
            return 1
    table.printed(figures, console, head=head)
    where = table.kept(figures)
    console.print(
        f"{len(figures)} figures in {time.monotonic() - begun:.0f} s, load average at the end"
        f" {os.getloadavg()[0]:.1f}; kept in {os.path.relpath(where)}.",
        highlight=False,
    )
    return 0


def _figures(names: list[str], say: Callable[[str], None]) -> Iterator[Figure]:
    say("starting the server")
    with standing() as ground:
        for name in names:
            say(f"measuring: {name}")
            yield from THEMES[name](ground)


def _head() -> str:
    return (
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the start,"
        f" Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
