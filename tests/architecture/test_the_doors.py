"""A view that does not say who may enter stops the start, behind each of the doors."""

import pytest
from flask import Flask

from casework import api
from casework.api.blueprint import ApiBlueprint
from casework.app import create_app, routes_table
from casework.db import Database
from casework.errors import NotReady
from casework.web import site


def test_every_route_declares_who_may_enter(database: Database) -> None:
    table = routes_table(create_app(database=database))
    assert table
    assert [row for row in table if not row["roles"] and not row["scope"]] == []


def test_a_planted_page_stops_the_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = site.register

    def with_open_door(app: Flask, database: Database) -> None:
        original(app, database)
        app.add_url_rule("/open-door", endpoint="open_door", view_func=lambda: "anybody")

    monkeypatch.setattr(site, "register", with_open_door)
    with pytest.raises(NotReady, match="open_door"):
        create_app(database=database)


def test_a_planted_verb_of_the_api_stops_the_start(database: Database) -> None:
    planted = ApiBlueprint("planted", __name__, url_prefix="/api/v1/planted")
    planted.add_url_rule("/", endpoint="open_verb", view_func=lambda: "anybody")
    with pytest.raises(NotReady, match="open_verb"):
        api.register(Flask("planted"), database, blueprints=(planted,))
