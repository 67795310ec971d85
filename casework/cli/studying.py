"""`casework rules diff` and `casework rules replay`: what a change of rules would move, and what it
would have meant."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from casework import now
from casework.cli import home
from casework.context import SYSTEM, Context
from casework.queries import studies
from casework.records import histories, readings
from casework.records.histories import Comparison
from sla.tally import Tally

SHOWN_AFTER: Final = 2.0  # seconds: what is quicker needs no progress bar
_BY_CLOCK: Final = (
    "met_before",
    "missed_before",
    "met_after",
    "missed_after",
    "newly_missed",
    "newly_met",
)
_BY_MONTH: Final = ("missed_before", "missed_after", "newly_missed", "newly_met")
_BY_MONTH_WORDS: Final = ("missed", "would be missed", "newly missed", "newly met")
READINGS: Final = (
    "A and B are readings of the rules: `stamped` (each case by its own contract version; the\n"
    "default of A), `OH-MCD` or `OH-MCD@2` (a contract, one of its versions), `rules.toml` (the\n"
    "published rules with those of a draft), each with changes after commas:\n"
    "`stamped,+state:oh,-owner,tolling=literal`."
)


@click.command(epilog=READINGS)
@click.argument("readings_", metavar="[A] B", nargs=-1, required=True)
@click.option("--contract", default="", help="Only cases of the contract with this code.")
@click.option("--most", default=50, show_default=True, type=click.IntRange(0), help="Rows to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every row.")
def diff(readings_: tuple[str, ...], contract: str, most: int, as_json: bool) -> None:
    """Which open cases a change of rules would move, and what would be overdue at once.

    Exit code 0: it moves nothing; 1: it moves something; 2: not done.

    \b
    Example:
      casework rules diff stamped,+state:oh --contract OH-MCD
    """
    with _compared(histories.DIFF, readings_, contract=contract) as (cx, asked):
        tally = _run(cx, asked, most=None if as_json else most)
        found = _named(cx, tally)
    if as_json:
        click.echo(json.dumps(_as_json(asked, tally, found)))
    else:
        _tell_moves(asked, tally, found)
    sys.exit(1 if tally.figures.get("clocks") else 0)


@click.command(epilog=READINGS)
@click.argument("readings_", metavar="[A] B", nargs=-1, required=True)
@click.option("--contract", default="", help="Only cases of the contract with this code.")
@click.option("--since", default="", help="Received on this day or later (2026-01-31).")
@click.option("--until", default="", help="Received on this day or earlier.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each month and clock.")
def replay(
    readings_: tuple[str, ...], contract: str, since: str, until: str, as_json: bool, as_csv: bool
) -> None:
    """What another reading of the rules would have meant over history: met and missed, by clock.

    What people did is taken as it was. Exit code 0: done; 2: not done.

    \b
    Example:
      casework rules replay stamped OH-MCD,+state:oh --since 2026-01-01
    """
    if as_json and as_csv:
        raise click.UsageError("Choose --json or --csv.")
    dates = {"since": _day("--since", since), "until": _day("--until", until)}
    with _compared(histories.REPLAY, readings_, contract=contract, **dates) as (cx, asked):
        tally = _run(cx, asked, most=studies.MOST_NAMED)
        found = _named(cx, tally)
    if as_json:
        click.echo(json.dumps(_as_json(asked, tally, found)))
    elif as_csv:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerows(studies.history_csv(tally.as_dict()))
    else:
        _tell_history(asked, tally)


@contextmanager
def _compared(
    kind: str, words: tuple[str, ...], *, contract: str, **dates: date | None
) -> Iterator[tuple[Context, Comparison]]:
    if len(words) > 2:
        raise click.UsageError("Give one reading, or two: A and B.")
    before, after = (readings.STAMPED, *words)[-2:]
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        yield (
            cx,
            histories.comparison(
                cx,
                kind,
                readings.read(cx, before, drafts=True),
                readings.read(cx, after, drafts=True),
                contract=contract,
                **dates,
            ),
        )


def _run(cx: Context, asked: Comparison, *, most: int | None) -> Tally:
    tally, started = Tally(most=most), now.monotonic()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Comparing", total=histories.how_many(cx, asked.scope), visible=False)
        for count in histories.tallied(cx, asked, tally):
            bar.update(task, advance=count, visible=now.monotonic() - started > SHOWN_AFTER)
    return tally


def _named(cx: Context, tally: Tally) -> list[dict[str, Any]]:
    rows = tally.as_dict()["found"]
    return [dict(row) for row in studies.named(cx, rows, most=None)]


def _as_json(asked: Comparison, tally: Tally, found: list[dict[str, Any]]) -> dict[str, Any]:
    said = tally.as_dict()
    return {
        "kind": asked.kind,
        "before": asked.before.words,
        "after": asked.after.words,
        "figures": said["figures"],
        "cells": said["cells"],
        "found": found,
    }


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{name}: {text!r} is no date; write it as 2026-01-31.") from error


def _tell_moves(asked: Comparison, tally: Tally, found: list[dict[str, Any]]) -> None:
    console = home.console()
    figures = {name: int(count) for name, count in tally.figures.items()}
    console.print(
        f"{figures.get('cases', 0):,} open cases read as {asked.before.words} and as"
        f" {asked.after.words}: {figures.get('moved', 0):,} cases move,"
        f" {figures.get('clocks', 0):,} clocks.",
        highlight=False,
    )
    if figures.get("overdue"):
        console.print(
            f"✗ {figures['overdue']:,} cases would be OVERDUE AT ONCE"
            f" ({figures['clocks_overdue']:,} clocks).",
            style="bold red",
            highlight=False,
        )
    if not figures.get("clocks"):
        return
    counts = _table("Clocks that move", "kind", "clock", *studies.MOVES.values())
    for row in studies.moves_by_clock(tally.as_dict()):
        counts.add_row(
            _plain(row.kind), row.words, *(_figure(row.counts, name) for name in studies.MOVES)
        )
    console.print(counts)
    cases = _table("Cases (UTC)", "case", "clock", "due", "would be due", "rule", "would be by")
    for each in found:
        late = " OVERDUE" if each["urgent"] else ""
        cases.add_row(
            each["ref"],
            studies.clock_words(each["clock"]),
            _instant(each["due_before"]),
            _instant(each["due_after"]) + late,
            each["rule_before"] or "–",
            each["rule_after"] or "–",
        )
    console.print(cases)
    rest = figures["clocks"] - len(found)
    if rest > 0:
        console.print(f"{rest:,} more clocks; --most shows more, --json all.", highlight=False)


def _tell_history(asked: Comparison, tally: Tally) -> None:
    console = home.console()
    figures = {name: int(count) for name, count in tally.figures.items()}
    console.print(
        f"{figures.get('cases', 0):,} cases read as {asked.before.words} and as"
        f" {asked.after.words}: {figures.get('newly_missed', 0):,} deadlines newly missed,"
        f" {figures.get('newly_met', 0):,} newly met,"
        f" {figures.get('other_consequence', 0):,} with another consequence.",
        highlight=False,
    )
    every = studies.history_by_clock(tally.as_dict())
    table = _table(
        "By clock", "kind", "clock", "met", "missed", "would be met", "would be missed",
        "newly missed", "newly met", "hours left", "would be left",
    )  # fmt: skip
    for row in every:
        if not row.differs:
            continue
        counts = (f"{row.count(name):,}" for name in _BY_CLOCK)
        left = (_hours(row.margin(side)) for side in ("before", "after"))
        table.add_row(_plain(row.kind), row.words, *counts, *left)
    if table.row_count:
        console.print(table)
    if table.row_count < len(every):
        console.print(f"{len(every) - table.row_count} clocks are the same by both readings.")
    months = _table("By month of receipt (the plan's own)", "month", *_BY_MONTH_WORDS)
    for month in studies.history_by_month(tally.as_dict()):
        months.add_row(month.month, *(f"{month.count(name):,}" for name in _BY_MONTH))
    console.print(months)


def _table(title: str, *headings: str) -> Table:
    """A table whose first column never wraps: the number of a case is copied from it."""
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0)
    return table


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


def _figure(counts: Mapping[str, int], name: str) -> str:
    return f"{counts[name]:,}" if counts.get(name) else ""


def _hours(hours: float | None) -> str:
    return "" if hours is None else f"{hours:,.0f}"


def _instant(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}" if text else "no clock"
