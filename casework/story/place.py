"""Where the story plays: a throw-away database and data folder, with real processes on them.

An embedded server of its own, or a fresh database beside the one that DATABASE_OWNER_URL names.
Both are gone afterwards, unless they are to be kept.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from casework import config, embedded, migrations
from casework.config import Settings
from casework.db import Database
from casework.embedded import Addresses
from casework.errors import NotReady
from casework.ground import database_for
from casework.story.processes import Household, deaf, ears, free_port, wait_until_served

START_SECONDS: Final = 90.0
NAME: Final = "story"
# What a story never takes from outside: its broker, its mail and its time are its own.
_NOT_OURS: Final = ("REDIS_URL", "SMTP_URL", "TRUSTED_HOSTS", "PUBLIC_URL", "CASEWORK_ENV", "ONCE")


@dataclass(frozen=True)
class Place:
    """A house of its own: settings, database, and the address at which it is served."""

    settings: Settings
    database: Database
    address: str
    household: Household


@contextmanager
def a_place(
    *, keep: bool, note: Callable[[str], None], prepare: Callable[[Settings], None]
) -> Iterator[Place]:
    """A migrated place, made ready by `prepare`, with web server, worker and beat running on it."""
    with ears(), ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="casework-story-"))
        folder.chmod(0o755)
        addresses = _database(stack, folder, keep=keep, note=note)
        environ = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        environ |= {
            "CASEWORK_DATA_DIR": str(folder),
            "DATABASE_URL": addresses.application,
            "DATABASE_OWNER_URL": addresses.owner,
            "CASEWORK_DEMO": "1",
        }
        settings = config.settings_from(environ)
        migrations.upgrade(settings)
        household = Household(environ, folder / "log", note)
        stack.callback(household.stop)
        port = free_port()
        household.start("web", "serve", "--port", str(port))
        household.start("worker", "worker")
        household.start("beat", "beat")
        database = database_for(settings)
        stack.callback(database.engine.dispose)
        prepare(settings)  # while the others wake up
        address = f"http://127.0.0.1:{port}"
        wait_until_served(f"{address}/healthz", seconds=START_SECONDS, alive=household.look)
        try:
            yield Place(settings, database, address, household)
        finally:
            deaf()


def _database(
    stack: ExitStack, folder: Path, *, keep: bool, note: Callable[[str], None]
) -> Addresses:
    """A fresh database; what it leaves is removed with the stack, unless it is to be kept."""
    if keep:
        note(f"Everything stays in {folder}")
    else:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    own = config.load()
    if own.database_owner_url:
        return _beside(stack, own, keep=keep)
    server = embedded.Server(embedded.folder_for(folder))
    if not keep and server.folder.is_relative_to(folder) is False:
        stack.callback(shutil.rmtree, server.folder, ignore_errors=True)
    stack.callback(server.stop)
    return server.database(NAME)


def _beside(stack: ExitStack, own: Settings, *, keep: bool) -> Addresses:
    name = f"{NAME}_{secrets.token_hex(4)}"
    _as_owner(own, sql.SQL("create database {}").format(sql.Identifier(name)))
    if not keep:
        dropped = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        stack.callback(_as_owner, own, dropped)
    application, owner = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (own.database_url, own.database_owner_url)
    )
    return Addresses(application=application, owner=owner, superuser="")


def _as_owner(own: Settings, statement: sql.Composed) -> None:
    url = make_url(own.database_owner_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        connection.autocommit = True  # a database is not made inside a transaction
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            raise NotReady(
                "The role of DATABASE_OWNER_URL may not create a database: grant it CREATEDB, or"
                " leave DATABASE_URL and DATABASE_OWNER_URL unset to play on an embedded server."
            ) from None
