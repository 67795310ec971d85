"""`casework integrity`: look over the whole house now, and say what nobody would otherwise see."""

import json
import sys
import time
from dataclasses import asdict

import click
from rich.progress import Progress
from sqlalchemy import func, select

from casework import now
from casework.cli import home
from casework.context import SYSTEM
from casework.db import Database
from casework.models import Case
from casework.queries import alarms as standing
from casework.queries.alarms import Standing
from casework.services import alarms, mending

ROUND = "integrity"
PATIENCE = 600.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--mend", is_flag=True, help="Write lost or moved steps of ladders again.")
def integrity(as_json: bool, mend: bool) -> None:
    """Check that nothing of the house is without a timer, an owner or proof.

    What is found stands as an alarm until a later check finds it no more. Exit code 1 when any
    alarm stands.

    \b
    Example:
      casework integrity --mend
    """
    database = home.database_here()
    looked = _look(database, quiet=as_json)
    mended = 0
    if mend:
        mended = _mend(database)
        looked = _look(database, quiet=as_json) if mended else looked
    with database.reading(database.context(SYSTEM)) as cx:
        found = (*standing.of_house(cx, limit=10_000), *standing.of_cases(cx, limit=10_000))
    if as_json:
        told = [asdict(each) | {"mends": each.kind.mends} for each in found]
        answer = {"looked": looked, "mended": mended, "alarms": told}
        click.echo(json.dumps(answer, default=str))
    else:
        _tell(found, looked=looked, mended=mended, asked=mend)
    sys.exit(1 if found else 0)


def _look(database: Database, *, quiet: bool) -> int:
    """One whole round from the first case; another process may carry some slices of it on."""
    alarms.begin_anew(database.context(), ROUND)
    looked, until = 0, now.monotonic() + PATIENCE
    with Progress(console=home.console(), transient=True, disable=quiet) as progress:
        bar = progress.add_task("Looking over the house", total=_cases(database))
        while now.monotonic() < until:
            done = alarms.look_on(database.context(), ROUND)
            looked += done.looked
            progress.update(bar, completed=looked)
            if done.ended or done.idle:
                break
            if done.busy:
                time.sleep(0.2)
    return looked


def _cases(database: Database) -> int:
    with database.reading(database.context(SYSTEM)) as cx:
        return int(cx.db.execute(select(func.count()).select_from(Case)).scalar_one())


def _mend(database: Database) -> int:
    with database.reading(database.context(SYSTEM)) as cx:
        ids = mending.cases_to_mend(cx)
    return sum(mending.mend_ladders(database.context(), case_id) for case_id in ids)


def _tell(found: tuple[Standing, ...], *, looked: int, mended: int, asked: bool) -> None:
    click.echo(f"{looked:,} cases were looked at.")
    if asked:
        click.echo(f"{mended:,} steps of ladders were mended.")
    for code in dict.fromkeys(each.code for each in found):
        of_code = [each for each in found if each.code == code]
        kind = of_code[0].kind
        click.echo(f"\n✗ {kind.title} ({code}, {len(of_code)}; for the {kind.owner})")
        for each in of_code:
            click.echo(f"    {each.ref or 'the house'}: {each.says}")
        click.echo(f"    What mends it: {kind.mends}")
    click.echo("\nNothing was found." if not found else f"\n{_count(found)}")


def _count(found: tuple[Standing, ...]) -> str:
    return "1 alarm stands." if len(found) == 1 else f"{len(found):,} alarms stand."
