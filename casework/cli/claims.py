"""`casework claims`: what the claims system says of claims, taken in from a file; no pricing."""

from pathlib import Path

import click

from casework.cli import home
from casework.context import SYSTEM
from casework.errors import Invalid
from casework.records import claims_file
from casework.services.claims import import_claims as run_import


@click.group()
def claims() -> None:
    """Claims of offices, for reference: beside a dispute, beside an authorization.

    \b
    Example:
      casework claims import claims.csv
    """


@claims.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_claims(file: Path) -> None:
    """Take in a CSV of claims: the whole file, or nothing with each fault by row and column.

    The same file twice changes nothing. The columns, in any order: number, contract, member, npi,
    service_date, received_date, codes, billed, paid, status, denial_code, denial_words,
    adjudicated_date, authorization.

    \b
    Example:
      casework claims import claims.csv
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(
            "Nothing was imported: the file is not UTF-8.",
            fields={"file": "Save it as CSV UTF-8 and try again."},
        ) from error
    rows = claims_file.read(text)
    database = home.database_here()
    done = run_import(database.context(SYSTEM), rows)
    click.echo(f"{done.new:,} new, {done.changed:,} told anew, {done.same:,} as they were.")
