"""A town with offices that can sign in, and the whole application on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from casework.app import create_app
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.services import accounts
from casework.services.new_account import NewAccount
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, Town, a_town
from tests.web.conftest import PASSWORD
from tests.web.provider.filling import Portal

# Who signs in: the office they belong to, and their role there.
PEOPLE = {
    "mae": ("Maple", "provider", "Mae Tolliver"),
    "max": ("Maple", "provider_admin", "Max Manager"),
    "ben": ("Birch", "provider", "Ben Kessler"),
    "oda": ("Oak", "provider", "Oda Outsider"),
    "olaf": ("Oak", "provider_admin", "Olaf Manager"),
}


@dataclass
class Practice:
    """The town, its application, and a browser for each person who signed in."""

    town: Town
    app: Flask
    browsers: dict[str, Portal] = field(default_factory=dict)

    def browser(self, who: str) -> Portal:
        """The browser of this person, signed in once."""
        if who not in self.browsers:
            portal = Portal(self.app.test_client())
            portal.sign_in(f"{who}@people.example", PASSWORD)
            self.browsers[who] = portal
        return self.browsers[who]


@pytest.fixture(scope="module")
def town(database: Database, settings: Settings) -> Town:
    """Contracts, offices, members; case time stands at MONDAY."""
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def app(settings: Settings, database: Database, town: Town) -> Flask:
    """The application on this town."""
    return create_app(settings, database)


@pytest.fixture(scope="module")
def practice(app: Flask, town: Town, settings: Settings) -> Practice:
    """People of three offices who can sign in; Oak has to do with nothing here."""
    add_oak(settings, town)
    system = town.database.context(SYSTEM)
    for who, (office, role, name) in PEOPLE.items():
        new = NewAccount(
            email=f"{who}@people.example",
            name=name,
            kind="provider",
            roles=(role,),
            password=PASSWORD,
            organization_id=town.offices[office],
        )
        town.users[who] = accounts.create_user(system, new)
    return Practice(town, app)


@pytest.fixture(scope="module")
def mae(practice: Practice) -> Portal:
    """Mae of Maple Clinic, signed in."""
    return practice.browser("mae")


@pytest.fixture(scope="module")
def worker(database: Database) -> Iterator[Worker]:
    """The post room: letters leave when it relays."""
    one = Worker(database)
    yield one
    one.close()


def add_oak(settings: Settings, town: Town) -> None:
    """An office that has to do with none of the cases."""
    from sqlalchemy import create_engine, insert

    from casework.models import Organization

    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        town.offices["Oak"] = connection.execute(
            insert(Organization)
            .values(name="Oak Clinic", npi="1912345678", tax_id="310000099")
            .returning(Organization.id)
        ).scalar_one()
    engine.dispose()


@pytest.fixture
def statements(database: Database) -> Callable[[Callable[[], Any]], int]:
    """Counts the SQL statements of one call."""
    from sqlalchemy import event

    def count(run: Callable[[], Any]) -> int:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            run()
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        return len(seen)

    return count
