"""`casework db`: the schema's migrations."""

import click

from casework import code_tables, migrations
from casework.cli import home
from casework.ground import database_for


@click.group()
def db() -> None:
    """Migrations of the schema.

    \b
    Example:
      casework db upgrade
    """


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest revision and load the code tables; again is harmless.

    \b
    Example:
      casework db upgrade
    """
    settings = home.settings_here()
    migrations.upgrade(settings)
    loaded = code_tables.load(settings)
    database = database_for(settings)
    click.echo(f"The schema is at revision {migrations.current(database.engine)}.")
    if loaded:
        click.echo(f"{loaded:,} ICD-10-CM codes were loaded.")


@db.command()
def check() -> None:
    """Say whether the schema is the one that this version needs (exit code 2 when not).

    \b
    Example:
      casework db check
    """
    database = database_for(home.settings_here())
    home.require_newest(database)
    click.echo(f"The schema is at revision {migrations.newest()}, the newest.")
