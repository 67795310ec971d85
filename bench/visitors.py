"""Who calls the application: people and programs with tokens, and browsers that have signed in."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bench.ground import Place
from casework import now
from casework.api import limits
from casework.app import create_app
from casework.services import tokens
from tests.pages import Pages


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The log line of each request is made and written as always, to nowhere."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield


def application_of(place: Place) -> Flask:
    """The application as it is served; more requests a minute than a person may send."""
    app = create_app(database=place.database)
    app.config[limits.SWITCH] = False
    return app


def token(place: Place, who: str) -> str:
    """A token of somebody of the staff, or of an office's program with every scope."""
    whose: dict[str, Any] = {"user_id": place.town.users.get(who)}
    if who in place.town.offices:
        whose = {"organization_id": place.town.offices[who], "scopes": tuple(tokens.SCOPES)}
    made = tokens.create_token(place.database.context(), f"bench {who}", wall=now.wall(), **whose)
    return made.token


def signed_in(app: Flask, place: Place, who: str) -> FlaskClient:
    """A browser in which this person has signed in."""
    pages = Pages(app.test_client())
    pages.get("/")
    pages.post("/demo-sign-in", {"person": str(place.town.users[who])})
    return pages.client
