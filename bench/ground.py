"""The ground of a run: a server of its own in a temporary folder, and a fresh town for each theme.

The town, its offices and its people are those of the tests; cases come in by submissions or, by the
thousand, as told histories. It measures nothing, and nothing of it is left behind.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.cases import multiplying, tellers
from casework import config, embedded, migrations
from casework.config import Settings
from casework.context import Context
from casework.db import Database
from casework.embedded import Addresses
from casework.ground import database_for
from casework.ledger.copying import connect, copy_rows
from casework.ledger.histories import import_histories
from casework.metadata import table_of
from casework.models import CoverageSpan, Member
from tests.builders import MONDAY, Town
from tests.web.staff.scene import a_bare_desk

TEMPLATE: Final = "town"
MEMBERS: Final = 8_000


@dataclass(frozen=True)
class Place:
    """One database with the town in it, and the folder that belongs to it."""

    settings: Settings
    addresses: Addresses
    database: Database
    town: Town
    members: tuple[tuple[str, int, str], ...]

    def cx(self, who: str, now: datetime = MONDAY) -> Context:
        """The context of somebody of the town."""
        return self.town.cx(who, now)

    def fill(self, count: int, *, as_of: datetime = MONDAY, **told: Any) -> None:
        """Tell so many open requests as of this instant (`told` as in `tellers`), and let the
        planner look at them."""
        authors = tellers(self.town, self.members, count, **told)
        import_histories(self.database, authors, as_of=as_of)
        with superuser(self.addresses) as connection:
            connection.execute("analyze")

    def multiply(self, times: int) -> None:
        """So many times the cases that are there, row by row in SQL: for reading only."""
        with superuser(self.addresses) as connection:
            for statement in multiplying(times):
                connection.execute(statement)
            connection.execute("analyze")


class Ground:
    """The running server and the template of every town."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = embedded.Server(folder / "pg")
        self._settings = _settings(self.server.database(TEMPLATE), folder / TEMPLATE)
        migrations.upgrade(self._settings)
        database = database_for(self._settings)
        try:
            self._town = a_bare_desk(database, self._settings).town
        finally:
            database.engine.dispose()
        self._members = more_members(self._settings, self._town, MEMBERS)

    @contextmanager
    def place(self, name: str) -> Iterator[Place]:
        """A fresh town for one theme, dropped after it."""
        addresses = self.server.copy(TEMPLATE, name)
        settings = _settings(addresses, self.folder / name)
        database = database_for(settings)
        try:
            town = replace(self._town, database=database)
            yield Place(settings, addresses, database, town, self._members)
        finally:
            database.engine.dispose()
            self.server.drop(name)
            shutil.rmtree(settings.data_dir, ignore_errors=True)


@contextmanager
def standing() -> Iterator[Ground]:
    """The ground while the block runs; the server is stopped and the folder removed after it."""
    # As root the server runs as a user of its own, which must be able to enter the folder.
    above = "/var/lib" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-", dir=above))
    ground = None
    try:
        ground = Ground(folder)
        yield ground
    finally:
        if ground is not None:
            ground.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def superuser(addresses: Addresses) -> psycopg.Connection[Any]:
    """A connection that sees every row, for looking at what was written."""
    return _plain(addresses.superuser)


def application(addresses: Addresses, *, reach: str, ids: tuple[int, ...] = ()) -> Any:
    """A plain connection in the application's role, bound once to this reach: for floors."""
    connection = _plain(addresses.application)
    connection.execute("set timezone to 'UTC'")
    bound = {"reach": reach, "ids": "{" + ",".join(map(str, ids)) + "}", "restricted": "yes"}
    for name, value in bound.items():
        connection.execute(
            sql.SQL("set {} = {}").format(sql.Identifier("app", name), sql.Literal(value))
        )
    return connection


def _plain(address: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(address.replace("+psycopg", ""))
    connection.set_autocommit(True)
    return connection


def _settings(addresses: Addresses, folder: Path) -> Settings:
    return config.settings_from(
        {
            "DATABASE_URL": addresses.application,
            "DATABASE_OWNER_URL": addresses.owner,
            "CASEWORK_DATA_DIR": str(folder),
            "CASEWORK_DEMO": "1",
        }
    )


def more_members(settings: Settings, town: Town, count: int) -> tuple[tuple[str, int, str], ...]:
    """So many more members with coverage, the contracts in turns: (number, id, contract)."""
    codes = tuple(town.contracts)
    made = tuple(
        (f"2020202{index:05d}", 100_000 + index, codes[index % len(codes)])
        for index in range(count)
    )
    people = [
        {
            "id": member_id,
            "number": number,
            "family_name": f"Sample{member_id}",
            "given_name": "Robin",
            "birth_date": date(1960, 1, 1) + timedelta(days=member_id % 9000),
            "address": ["7 Elm Street", "Columbus, OH 43085"],
            "zip_code": "43085",
        }
        for number, member_id, _ in made
    ]
    spans = [
        {
            "member_id": member_id,
            "contract_id": town.contracts[code][0],
            "starts_on": date(2024, 1, 1),
        }
        for _, member_id, code in made
    ]
    with connect(settings) as connection:
        copy_rows(connection, table_of(Member), people)
        copy_rows(connection, table_of(CoverageSpan), spans)
        connection.execute("analyze")
    return made
