"""The desk of a fictional plan for each module, with the application that serves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from sqlalchemy import event

from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from tests import browser
from tests.browser import Served
from tests.web.staff.scene import Desk, a_bare_desk


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Iterator[Database]:
    """The database of this module, wired for the demonstration: people sign in with one click."""
    wired = database_for(replace(settings, demo=True))
    yield wired
    wired.engine.dispose()


@pytest.fixture(scope="module")
def desk(demo: Database) -> Desk:
    """The town without a case; each test opens what it needs."""
    return a_bare_desk(demo, demo.settings)


@pytest.fixture(scope="module")
def app(demo: Database, desk: Desk) -> Flask:
    """The application on it."""
    return create_app(database=demo)


@pytest.fixture(scope="module")
def house(demo: Database, desk: Desk, chromium: object) -> Iterator[Served]:
    """The same served by a real server, for real Chromium."""
    with browser.served(demo.settings) as found:
        yield found


@dataclass
class Statements:
    """What was asked of the database while it was watched."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@pytest.fixture
def watched(demo: Database):
    """A context in which every SQL statement of the application is written down."""

    @contextmanager
    def watching() -> Iterator[Statements]:
        seen = Statements()

        def note(_connection, _cursor, statement, *_more) -> None:
            seen.texts.append(" ".join(statement.split()))

        event.listen(demo.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(demo.engine, "before_cursor_execute", note)

    return watching
