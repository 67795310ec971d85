"""`casework audit`: verify the history, or an export of it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from casework import audit as proof
from casework import export_proof, now
from casework.cli import exporting, home
from casework.integrity.rounds import of_fault
from casework.services import alarms


@click.group()
def audit() -> None:
    """Tamper evidence of the history.

    \b
    Example:
      casework audit verify
      casework audit export /media/auditor PA-2026-000123-7
    """


audit.add_command(exporting.export)


@audit.command()
@click.argument("ref", default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Verify an export in this folder instead: needs no database.",
)
def verify(ref: str, as_json: bool, folder: Path | None) -> None:
    """Verify one case, or all of them and the security chains (exit code 1: something is wrong).

    \b
    Example:
      casework audit verify PA-2026-000123-7
      casework audit verify --export /media/auditor
    """
    if folder is not None:
        _verify_export(folder, as_json=as_json)
    database = home.database_here()
    started_at = now.wall()
    with database.reading(database.context()) as cx:
        report = proof.verify(cx, ref=ref.strip().upper())
    if not ref:
        findings = [of_fault(fault) for fault in report.faults]
        alarms.write_round(
            database.context(),
            "audit",
            started_at=started_at,
            looked=report.cases,
            findings=findings,
        )
    if as_json:
        click.echo(json.dumps(asdict(report) | {"holds": report.holds}))
    else:
        _told(report, ref)
    sys.exit(0 if report.holds else 1)


def _verify_export(folder: Path, *, as_json: bool) -> None:
    """Verify an export offline, and end."""
    found = export_proof.faults(folder)
    if as_json:
        click.echo(json.dumps({"holds": not found, "faults": found}))
    else:
        for each in found:
            click.echo(f"✗ {each}")
        cases, events = (0, 0) if found else export_proof.counted(folder)
        click.echo(
            f"{len(found)} faults." if found else f"{cases:,} cases, {events:,} events. All holds."
        )
    sys.exit(1 if found else 0)


def _told(report: proof.Report, ref: str) -> None:
    if ref and not report.cases:
        raise click.ClickException(f"There is no case {ref}.")
    click.echo(
        f"{report.cases:,} cases, {report.events:,} events,"
        f" {report.security_events:,} security entries."
    )
    if not report.macs_checked:
        click.echo("The audit key is not here: hashes were checked, MACs were not.")
    for fault in report.faults:
        click.echo(f"✗ {fault.where}: {fault.what}.")
    click.echo("Everything holds." if report.holds else f"{len(report.faults)} faults.")
