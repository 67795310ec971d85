"""`casework seed` and `casework story`: the demo town, and the main job without a browser."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress

from casework import config, migrations
from casework.cli import home
from casework.db import Database
from casework.ground import database_for
from casework.seed import planting
from casework.seed.planting import Planted
from casework.story import play
from casework.story.processes import asked_to_end
from casework.worker import Worker


@click.command()
@click.option("--cases", default=400, show_default=True, type=click.IntRange(0, 10_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--as-of", default="", help="ISO instant; default: this hour of case time.")
@click.option("--letters/--no-letters", default=True, help="Real letters for the demo's members.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def seed(cases: int, seed: int, as_of: str, letters: bool, as_json: bool) -> None:
    """Plant a repeatable town in an empty database; same seed and instant, same checksum.

    \b
    Example:
      casework seed --cases 400 --seed 1
    """
    settings = home.settings_here()
    migrations.upgrade(settings)
    database = database_for(settings)
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("The town", total=cases or None)
        done = planting.plant(
            settings,
            cases=cases,
            seed=seed,
            as_of=_instant(as_of, database),
            post_room=Worker if letters else None,
            told=lambda step, count: progress.update(bar, description=step, completed=count),
        )
    _tell(done, as_json=as_json)


@click.command()
@click.option("--keep", is_flag=True, help="Leave database and files where they were played.")
def story(keep: bool) -> None:
    """Play the main job through the real doors on a throw-away database.

    The letters are left in var/demo/letters. Exit code 1: a step or a check did not hold.

    \b
    Example:
      casework story
    """
    letters = config.load().data_dir / "demo" / "letters"
    with asked_to_end():
        code = play.play(home.console(), letters=letters, keep=keep)
    sys.exit(code)


def _instant(text: str, database: Database) -> datetime:
    """The instant that was given, or this hour of case time."""
    if not text:
        found: datetime = database.case_now()
        return found.replace(minute=0, second=0, microsecond=0)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write it as 2026-11-21T14:00:00-05:00.") from None
    if given.tzinfo is None:
        raise click.BadParameter("say the offset, as in 2026-11-21T14:00:00-05:00.")
    return given.astimezone(UTC)


def _tell(done: Planted, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), default=str))
        return
    here = "stood here already" if done.again else "were planted"
    click.echo(f"{done.cases:,} cases with {done.events:,} events {here}, as of {done.as_of}.")
    if done.letters:
        click.echo(f"{done.letters} letters of the demo's members left.")
    click.echo(f"checksum {done.checksum}")
