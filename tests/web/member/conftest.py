"""The demo with members who have cases; one database for each module."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from tests.pages import Pages
from tests.web.member.scene import Scene, a_scene


@pytest.fixture(scope="module")
def scene(database: Database, settings: Settings) -> Scene:
    """The house and its members."""
    return a_scene(database, settings)


@pytest.fixture(scope="module")
def site(settings: Settings, scene: Scene) -> Iterator[Flask]:
    """The application as a demo, on the database of the scene."""
    database = database_for(replace(settings, demo=True))
    yield create_app(database=database)
    database.engine.dispose()


@pytest.fixture
def stranger(site: Flask) -> Pages:
    """A browser in which nobody signed in."""
    return Pages(site.test_client())
