"""The demo with members who have cases; one database for each module."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, insert, select

from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.models import Role, User, user_role
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


@pytest.fixture
def son(scene: Scene) -> int:
    """The account of somebody who speaks for the member of Ohio Medicare; no form is on file."""
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        role = connection.execute(select(Role.id).where(Role.name == "representative")).scalar()
        if role is None:
            role = connection.execute(
                insert(Role).values(name="representative").returning(Role.id)
            ).scalar_one()
        connection.execute(delete(User).where(User.email == "son@demo.example"))
        number = connection.execute(
            insert(User)
            .values(
                email="son@demo.example",
                fs_uniquifier="son-of-lena",
                name="Sam Hart",
                kind="member",
                member_id=scene.member_id("OH-MA"),
            )
            .returning(User.id)
        ).scalar_one()
        connection.execute(insert(user_role).values(user_id=number, role_id=role))
    engine.dispose()
    return number
