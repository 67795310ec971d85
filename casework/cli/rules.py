"""`casework rules`: the clock rules as data, their validity, and contracts looser than the law."""

import json
import sys

import click
from rich.table import Table

from casework.cli import home
from casework.cli.lazy import Lazy
from casework.context import SYSTEM
from casework.queries.contracts import current_versions
from casework.queries.looser import looser_of
from sla import cards, compare
from sla import rules as rulebook


@click.group(
    cls=Lazy,
    commands_in={
        "diff": "casework.cli.studying:diff",
        "replay": "casework.cli.studying:replay",
    },
)
def rules() -> None:
    """The rules of the clocks.

    \b
    Example:
      casework rules check
    """


@rules.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_rules(as_json: bool) -> None:
    """Every published rule version with its citation and how it was checked.

    \b
    Example:
      casework rules list --json
    """
    rows = cards.rule_rows()
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table("rule", "version", "clock", "limit", "citation", "tag")
    for row in rows:
        table.add_row(
            f"{row['layer']}/{row['rule']}",
            str(row["version"]),
            row["clock"],
            row["limit"],
            row["citation"],
            row["tag"],
        )
    home.console().print(table)


@rules.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Check the rule files, and name each contract that runs looser than the law that we ship.

    Exit code 1 when a rule file is wrong; looser contracts are told, loudly, and are no error.

    \b
    Example:
      casework rules check
    """
    faults = rulebook.check()
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        looser = [
            (version.code, version.name, one)
            for version in current_versions(cx)
            for one in looser_of(cx, version)
        ]
    if as_json:
        click.echo(
            json.dumps(
                {
                    "faults": list(faults),
                    "looser": [
                        {
                            "contract": code,
                            "what": one.what,
                            "kind": one.kind,
                            "ours": one.ours,
                            "law": one.law,
                            "ours_rule": one.ours_rule,
                            "law_rule": one.law_rule,
                            "citation": one.citation,
                        }
                        for code, _name, one in looser
                    ],
                }
            )
        )
    else:
        _told(faults, looser)
    sys.exit(1 if faults else 0)


def _told(faults: tuple[str, ...], looser: list[tuple[str, str, compare.Looser]]) -> None:
    console = home.console()
    for fault in faults:
        console.print(f"✗ {fault}", highlight=False)
    if not faults:
        console.print("The rule files are sound.")
    table = Table("contract", "what", "ours", "law", "citation", title="Looser than the law")
    for code, _name, one in looser:
        table.add_row(code, f"{one.kind}: {one.what}", one.ours, one.law, one.citation)
    if looser:
        console.print(table)
    else:
        console.print("No contract runs looser than the law that we ship.")
