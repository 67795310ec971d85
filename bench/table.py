"""The page that a run prints, and the file that it leaves. It measures nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from bench.measure import Figure
from bench.statements import wrapped

RESULTS: Final = Path(__file__).parent.parent / "var/bench/results.json"
CAPTION: Final = (
    "Medians, ours and floor in turns. × floor: how many times the floor's cost ours is; 1 is the"
    " least that the work can cost. The aims are for two cores with nothing else to do."
)


def number(value: float) -> str:
    """Three digits that matter."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def printed(figures: Sequence[Figure], console: Console, *, head: str) -> None:
    """The table, then what each floor did; floors that do the same are told once."""
    table = Table(
        title=head,
        caption=CAPTION,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("what", min_width=34)
    for column in ("unit", "n", "ours", "floor", "× floor"):
        table.add_column(column, justify="left" if column == "unit" else "right", no_wrap=True)
    table.add_column("aim", no_wrap=True)
    for figure in figures:
        table.add_row(
            figure.name,
            "/s" if figure.unit.endswith("/s") else figure.unit,
            f"{figure.n:,}",
            number(figure.ours),
            number(figure.floor),
            number(figure.ratio),
            _aim(figure),
        )
    console.print(table)
    console.print("\nWhat each floor did:\n", highlight=False)
    for statements, alike in _by_statements(figures).items():
        for figure in alike:
            counted = f" ({figure.counted})" if figure.counted else ""
            console.print(
                f"  {figure.name}{counted}", highlight=False, markup=False, soft_wrap=True
            )
        console.print(wrapped(statements) + "\n", highlight=False, markup=False, soft_wrap=True)


def kept(figures: Sequence[Figure], where: Path = RESULTS) -> None:
    """Write the rows as a list of JSON objects."""
    where.parent.mkdir(parents=True, exist_ok=True)
    rows = [figure.as_row() for figure in figures]
    where.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    words = figure.aim.words
    return f"[green]met[/] {words}" if figure.met else f"[red]not met[/] {words}"


def _by_statements(figures: Sequence[Figure]) -> dict[tuple[str, ...], list[Figure]]:
    """Statements of a floor → the figures that share it."""
    found: dict[tuple[str, ...], list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.statements, []).append(figure)
    return found
