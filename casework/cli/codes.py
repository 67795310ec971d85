"""`casework codes`: the table of diagnosis codes, built at set-up."""

from pathlib import Path

import click

from casework import code_tables


@click.group()
def codes() -> None:
    """Code tables that are built at set-up.

    \b
    Example:
      casework codes build
    """


@codes.command()
@click.option("--to", "path", default="var/codes/icd10cm.csv", help="File to write.")
def build(path: str) -> None:
    """Write the billable leaves of ICD-10-CM to a file that `casework db upgrade` loads.

    \b
    Example:
      casework codes build
    """
    written = code_tables.build(Path(path))
    click.echo(f"{written:,} ICD-10-CM codes are in {path}.")
