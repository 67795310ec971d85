"""`casework up`: everything on one machine, and one Ctrl-C that ends it.

Embedded PostgreSQL unless an address is set; web server, worker, beat and watch as children.
"""

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import select

from casework import code_tables, config, embedded, migrations
from casework.cli import home
from casework.config import Settings
from casework.db import Database
from casework.errors import NotReady
from casework.ground import broker_of, database_for
from casework.models import User
from casework.queries import accounts
from casework.seed import planting
from casework.seed.town import DEMO_PASSWORD
from casework.story import play
from casework.story.processes import (
    Household,
    asked_to_end,
    deaf,
    require_free,
    wait_until_served,
)
from casework.worker import Worker
from sla import timers

START_SECONDS = 60.0
LOOK_EVERY = 0.5


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="Play the main job first, then serve the demo town.")
@click.option("--story/--no-story", default=True, help="Whether --demo plays the main job first.")
@click.option("--cases", default=400, show_default=True, help="Cases of the demo town.")
@click.option("--seed", default=1, show_default=True, help="Seed of the demo town.")
def up(port: int, demo: bool, story: bool, cases: int, seed: int) -> None:
    """Run everything on this machine until Ctrl-C; embedded unless addresses are set.

    With ONCE=1 in the environment `--demo` stops after the story, with its exit code.

    \b
    Example:
      casework up --demo --port 8000
    """
    console = home.console()
    if demo:
        os.environ["CASEWORK_DEMO"] = "1"
    if demo and os.environ.get("ONCE"):
        with asked_to_end():
            code = play.play(console, letters=_letters_folder())
        sys.exit(code)
    settings = config.load()
    with asked_to_end(), ExitStack() as house:
        _lock(house, settings)
        require_free(port)
        try:
            if demo and story:
                play.play(console, letters=_letters_folder())
            _serve(console, house, port=port, demo=demo, cases=cases, seed=seed)
        except KeyboardInterrupt:
            deaf()
            console.print("Stopping …")
    console.print("Stopped.")


def _serve(
    console: Console, house: ExitStack, *, port: int, demo: bool, cases: int, seed: int
) -> None:
    settings = _with_database(console, house)
    migrations.upgrade(settings)
    code_tables.load(settings)
    console.print("[green]✓[/] The schema is the newest; the code tables are loaded")
    database = database_for(settings)
    house.callback(database.engine.dispose)
    if demo:
        _plant(console, settings, database, cases=cases, seed=seed)
    household = Household(dict(os.environ), settings.data_dir / "log", console.print)
    house.callback(household.stop)
    household.start("web", "serve", "--port", str(port))
    household.start("worker", "worker")
    household.start("beat", "beat")
    household.start("watch", "watch")
    address = f"http://127.0.0.1:{port}"
    wait_until_served(f"{address}/healthz", seconds=START_SECONDS, alive=household.look)
    _ring(settings)
    console.print("[green]✓[/] Web server, worker, beat and watch are running")
    if demo:
        _introduce(console, database)
    console.print(f"\nOpen [bold]{address}[/]   Logs: {household.logs}   Stop: Ctrl-C")
    while True:
        household.look()
        time.sleep(LOOK_EVERY)


def _ring(settings: Settings) -> None:
    """The first sweep at once: until then every page would say that the timers do not run."""
    timers.ring(timers.celery_app(broker_of(settings), bells={}, every={}), "sweep")


def _lock(house: ExitStack, settings: Settings) -> None:
    try:
        house.enter_context(embedded.holding(settings.data_dir / "up.lock"))
    except embedded.Taken as taken:
        raise NotReady(str(taken)) from None


def _with_database(console: Console, house: ExitStack) -> Settings:
    """The settings with addresses: those that are set, or those of the embedded server."""
    settings = config.load()
    if settings.database_url:
        console.print("[green]✓[/] The database is the one that DATABASE_URL names")
        return settings
    server = embedded.Server(embedded.folder_for(settings.data_dir))
    house.callback(server.stop)
    addresses = server.database(home.EMBEDDED_NAME)
    os.environ["DATABASE_URL"] = addresses.application
    os.environ["DATABASE_OWNER_URL"] = addresses.owner
    console.print(f"[green]✓[/] PostgreSQL is running on {server.folder}")
    return config.load()


def _plant(
    console: Console, settings: Settings, database: Database, *, cases: int, seed: int
) -> None:
    """The demo town, where the base is empty; a base with contracts of its own is left alone."""
    if planting.is_half(database):
        raise NotReady(
            f"The demo town was planted only in part, because it was stopped. Remove the folder"
            f" {embedded.folder_for(settings.data_dir)} and start again."
        )
    if not planting.is_free(database):
        console.print("[green]✓[/] The database is not empty: it is served as it is")
        return
    as_of = database.case_now().replace(minute=0, second=0, microsecond=0)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("The demo town", total=cases)
        done = planting.plant(
            settings,
            cases=cases,
            seed=seed,
            as_of=as_of,
            post_room=Worker,
            told=lambda step, count: progress.update(bar, description=step, completed=count),
        )
    console.print(
        f"[green]✓[/] The demo town: {done.cases:,} cases, {done.letters} letters,"
        f" checksum {done.checksum[:16]}"
    )


def _introduce(console: Console, database: Database) -> None:
    """Who can sign in to the demo, with one click or with the documented password."""
    with database.reading(database.context()) as cx:
        people = accounts.demo_people(cx)
        addresses = dict(cx.db.execute(select(User.id, User.email)).tuples().all())
    table = Table(title="The people of the demo", box=None, title_justify="left")
    for heading in ("name", "what they do", "role", "e-mail"):
        table.add_column(heading, no_wrap=heading in {"name", "e-mail"})
    for person in people:
        table.add_row(person.name, person.title, ", ".join(person.roles), addresses[person.id])
    console.print()
    console.print(table)
    console.print(f"One click on the sign-in page, or the demo password: {DEMO_PASSWORD}")


def _letters_folder() -> Path:
    return config.load().data_dir / "demo" / "letters"
