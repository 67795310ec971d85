"""The clocks of stored cases: explained, verified, swept."""

import json
import sys
from datetime import datetime

import click

from casework import clock_proof, now
from casework.cli import home
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Invalid, NotAllowed
from casework.integrity.timers import of_difference
from casework.queries.clocks import explained
from casework.services import alarms
from casework.services.operations import move_time
from casework.worker import Worker


@click.command()
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(ref: str, as_json: bool) -> None:
    """Explain every clock of a case: start, rule, citation, arithmetic, due.

    \b
    Example:
      casework clocks explain PA-2026-000123-7
    """
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        found = explained(cx, ref)
    if as_json:
        click.echo(json.dumps([each.as_dict() for each in found], default=str))
        return
    console = home.console()
    for clock in found:
        console.rule(f"[bold]{clock.words}[/bold] ({clock.name})", align="left")
        for line in clock.lines:
            console.print(f"  {line.text}", highlight=False)
            if line.citation:
                console.print(f"    [dim]{line.citation}[/dim]", highlight=False)
    if not found:
        console.print("This case has no clock.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Recompute every clock from its events and compare it with what is stored.

    Exit code 1 when one differs.

    \b
    Example:
      casework clocks verify
    """
    database = home.database_here()
    started_at = now.wall()
    with database.reading(database.context(SYSTEM)) as cx:
        report = clock_proof.verify(cx)
    alarms.write_round(
        database.context(),
        "clocks",
        started_at=started_at,
        looked=report.cases,
        findings=[of_difference(each) for each in report.found],
    )
    if as_json:
        click.echo(
            json.dumps({"cases": report.cases, "clocks": report.clocks, "differ": report.differ})
        )
    else:
        click.echo(
            f"{report.cases:,} cases, {report.clocks:,} clocks recomputed from their events."
        )
        for each in report.differ:
            click.echo(f"✗ {each}")
        click.echo("All agree." if not report.differ else f"{len(report.differ)} differ.")
    sys.exit(1 if report.differ else 0)


@click.command()
@click.option("--at", "at", default=None, help="Sweep as if it were this instant (ISO 8601).")
def sweep(at: str | None) -> None:
    """Fire every mark of the ladder that is due; with --at, as if it were then.

    --at moves the time of a demonstration forward and is refused in production.

    \b
    Example:
      casework sweep --at 2026-12-24T00:00:00Z
    """
    database = home.database_here()
    if at is not None:
        _travel(database, at)
    one = Worker(database)
    try:
        fired = one.sweep()
    finally:
        one.close()
    click.echo(f"{fired} steps fired at {database.case_now():%Y-%m-%d %H:%M:%S} UTC.")


def _travel(database: Database, at: str) -> None:
    if database.settings.production:
        raise NotAllowed("--at is for demonstrations and tests; it is refused in production.")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(
            f"{at!r} is no instant.",
            fields={"--at": "Write it with its offset, such as 2026-12-24T00:00:00Z."},
        )
    move_time(database.context(SYSTEM), instant)
