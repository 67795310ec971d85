"""The tables as data: every edge of the machines, every route with who may enter it."""

import json

import click
from rich.table import Table

from casework.app import create_app, routes_table
from casework.cli import home
from statemachines import engine


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--kind", default="", help="One kind of case only.")
def machines(as_json: bool, kind: str) -> None:
    """Every edge of every machine, with its guards and citations.

    \b
    Example:
      casework machines --kind prior_auth
    """
    if kind and kind not in engine.KINDS:
        raise click.UsageError(f"{kind!r} is no kind of case: use {', '.join(engine.KINDS)}.")
    rows = [row for row in engine.table() if not kind or row["kind"] == kind]
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table("kind", "trigger", "from", "to", "event")
    for row in rows:
        table.add_row(
            row["kind"],
            row["trigger"],
            ", ".join(row["from"]),
            row["to"] or "↻",
            row["event"],
        )
    home.console().print(table)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def routes(as_json: bool) -> None:
    """Every route, its methods and who may enter.

    \b
    Example:
      casework routes --json
    """
    rows = routes_table(create_app(home.settings_here()))
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table("path", "methods", "door", "who may enter")
    for row in rows:
        table.add_row(row["path"], " ".join(row["methods"]), row["door"], " ".join(row["roles"]))
    home.console().print(table)
