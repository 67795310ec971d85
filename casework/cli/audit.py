"""`casework audit`: verify the history."""

import json
import sys
from dataclasses import asdict

import click

from casework import audit as proof
from casework import now
from casework.cli import home
from casework.integrity.rounds import of_fault
from casework.services import alarms


@click.group()
def audit() -> None:
    """Tamper evidence of the history.

    \b
    Example:
      casework audit verify
    """


@audit.command()
@click.argument("ref", default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(ref: str, as_json: bool) -> None:
    """Verify one case, or all of them and the security chains (exit code 1: something is wrong).

    \b
    Example:
      casework audit verify PA-2026-000123-7
    """
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
