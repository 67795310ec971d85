"""`casework contracts`: what each contract says, and publishing its next version from a file."""

import json
import sys
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from casework.cli import home
from casework.context import SYSTEM
from casework.queries import contracts as queries
from casework.queries.looser import looser_edition
from casework.records.contract_differences import said
from casework.records.contract_terms import as_it_is
from casework.records.contract_versions import Edition
from casework.services.contracts import publish_version
from sla.compare import Looser

PARTS = ("terms", "workflow", "plan")


@click.group()
def contracts() -> None:
    """Contracts: the rule layers that they adopt and the policies that they set.

    \b
    Example:
      casework contracts list
    """


@contracts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_contracts(as_json: bool) -> None:
    """Each contract with its version in force, what is planned, and where it stands to the law.

    \b
    Example:
      casework contracts list
    """
    database = home.database_here()
    rows: list[dict[str, Any]] = []
    with database.reading(database.context(SYSTEM)) as cx:
        for named, editions in queries.every_contract(cx):
            edition = queries.in_force(editions, cx)
            if edition is not None:
                rows.append(
                    {
                        "code": named.code,
                        "name": named.name,
                        "line": named.line,
                        "version": edition.version,
                        "planned": [each.version for each in queries.planned(editions, cx)],
                        "layers": list(edition.terms["layers"]),
                        "time_zone": edition.time_zone,
                        "looser": len(looser_edition(cx, edition)),
                    }
                )
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table("code", "name", "line", "version", "planned", "layers", "zone", "looser")
    for row in rows:
        table.add_row(
            *(row[name] for name in ("code", "name", "line")),
            str(row["version"]),
            ", ".join(map(str, row["planned"])),
            ", ".join(row["layers"]),
            row["time_zone"],
            f"in {row['looser']} places" if row["looser"] else "nowhere",
        )
    home.console().print(table)


@contracts.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(code: str, as_json: bool) -> None:
    """What a contract says now, its versions as a story, and where it runs looser than the law.

    \b
    Example:
      casework contracts show OH-MCD
    """
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        named, editions = queries.contract_named(cx, code)
        chapters = queries.story(cx, editions)
        edition = queries.in_force(editions, cx) or editions[0]
        looser = looser_edition(cx, edition)
    rows = said(as_it_is(edition.terms, edition.workflow))
    if as_json:
        click.echo(
            json.dumps(
                {
                    "code": named.code,
                    "name": named.name,
                    "line": named.line,
                    "state": named.state,
                    "version": edition.version,
                    "terms": edition.terms,
                    "workflow": edition.workflow,
                    "looser": [_place(one) for one in looser],
                    "versions": [_chapter(each) for each in chapters],
                }
            )
        )
        return
    console = home.console()
    console.print(f"{named.name} ({named.code}), version {edition.version}", highlight=False)
    _print_pairs("What holds now", rows)
    _print_story(chapters)
    if looser:
        table = Table("what", "ours", "law", "citation", title="Looser than the law")
        for one in looser:
            table.add_row(one.what, one.ours, one.law, one.citation)
        console.print(table)
    else:
        console.print("It runs nowhere looser than the law that we ship.")


@contracts.command()
@click.argument("code")
@click.option(
    "--file",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML with a table [terms] (layers, time_zone, rating_period_start, policies),"
    " [workflow] (ladder, reopen_days, …) or [plan] (addresses, phones, reading_grade: what letters"
    " print); only what changes.",
)
@click.option("--reason", required=True, help="Why; it stays in the history.")
@click.option("--from", "first", required=True, help="First day, like 2027-01-01; today: from now.")
@click.option("--seen", type=int, help="The newest version that you saw; a newer one refuses.")
@click.option("--knows-looser", is_flag=True, help="I know that this is looser than the law.")
def publish(
    code: str, path: Path, reason: str, first: str, seen: int | None, knows_looser: bool
) -> None:
    """Publish the next version of a contract: the newest one with the file's changes laid over it.

    Exit code 1 when it was published and runs looser than the law; 2 when nothing was published.

    \b
    Example:
      casework contracts publish OH-MCD --file change.toml --reason "The State asks for it" \\
        --from 2027-01-01
    """
    changes = _changes(path)
    try:
        effective_from = date.fromisoformat(first)
    except ValueError:
        raise click.BadParameter(
            f"{first!r} is no day; write it like 2027-01-01.", param_hint="--from"
        ) from None
    database = home.database_here()
    told = publish_version(
        database.context(SYSTEM),
        code,
        terms=changes.get("terms", {}),
        workflow=changes.get("workflow", {}),
        plan=changes.get("plan", {}),
        reason=reason,
        effective_from=effective_from,
        seen=seen,
        knows_looser=knows_looser,
    )
    click.echo(f"Version {told.version} of {told.code} holds from {told.effective_from}.")
    if told.looser:
        click.echo(f"It runs looser than the law in {told.looser} places.", err=True)
        sys.exit(1)


def _changes(path: Path) -> dict[str, Any]:
    """The tables of the file, its dates as text."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path.name} is no TOML: {error}.") from None
    unknown = sorted(data.keys() - set(PARTS))
    if unknown or not data:
        what = f"{', '.join(unknown)} is unknown" if unknown else "it changes nothing"
        raise click.UsageError(f"{path.name}: {what}; use [terms], [workflow] and [plan].")
    for name, table in data.items():
        if not isinstance(table, dict):
            raise click.UsageError(f"{path.name}: {name} is no table; write [{name}].")
    plain: dict[str, Any] = _as_json(data)
    return plain


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _place(one: Looser) -> dict[str, str]:
    return {
        "what": one.what,
        "ours": one.ours,
        "law": one.law,
        "ours_rule": one.ours_rule,
        "law_rule": one.law_rule,
        "citation": one.citation,
    }


def _chapter(chapter: queries.Chapter) -> dict[str, Any]:
    edition: Edition = chapter.edition
    return {
        "version": edition.version,
        "standing": str(chapter.standing),
        "effective_from": edition.effective_from.isoformat(),
        "reason": edition.reason,
        "created_by": edition.created_by,
        "created_at": edition.created_at.isoformat(),
        "changed": [
            {"what": one.what, "before": one.before, "after": one.after} for one in chapter.changed
        ],
        "open_cases": chapter.open_cases,
    }


def _print_pairs(title: str, rows: dict[str, str]) -> None:
    table = Table(title=title, show_header=False)
    for what, text in rows.items():
        table.add_row(what, escape(text))
    home.console().print(table)


def _print_story(chapters: tuple[queries.Chapter, ...]) -> None:
    table = Table("version", "", "from", "by", "why", "what changed", "open", title="Versions")
    for each in chapters:
        changed = [f"{one.what}: {one.before} → {one.after}" for one in each.changed]
        table.add_row(
            str(each.edition.version),
            str(each.standing).replace("_", " "),
            each.edition.effective_from.isoformat(),
            escape(each.edition.created_by),
            escape(each.edition.reason),
            escape("\n".join(changed)),
            str(each.open_cases),
        )
    home.console().print(table)
