"""The real application on a real database, a small town, and callers with tokens of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import now
from casework.api import limits
from casework.app import create_app
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.services import tokens
from tests.api.planted import planted
from tests.builders import Town, a_town

EVERYTHING = tuple(tokens.SCOPES)


@dataclass
class Caller:
    """Somebody with a token who calls the API as a program does."""

    client: FlaskClient
    token: str = ""
    token_id: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        return self.client.get(path, query_string=query, headers=self._with(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.client.post(path, json=body, headers=self._with(headers))

    def send(self, path: str, data: bytes, content_type: str, **headers: str) -> TestResponse:
        return self.client.post(
            path, data=data, content_type=content_type, headers=self._with(headers)
        )

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**bearer, **self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}


@pytest.fixture(scope="module")
def town(database: Database, settings: Settings) -> Town:
    return a_town(database, settings)


@pytest.fixture(scope="module")
def app(settings: Settings, database: Database, town: Town) -> Flask:
    """The application as it is served, with the planted views; limits off until a test says so."""
    made = create_app(settings, database)
    made.register_blueprint(planted)
    made.config[limits.SWITCH] = False
    return made


NewCaller = Callable[..., Caller]


@pytest.fixture(scope="module")
def caller(app: Flask, database: Database, town: Town) -> NewCaller:
    """A new caller: of an office (`office="Maple"`), of nobody, or a person (`who="nurse"`)."""

    def make(
        *,
        office: str = "Maple",
        who: str = "",
        scopes: tuple[str, ...] = EVERYTHING,
        **options: Any,
    ) -> Caller:
        whose = (
            {"user_id": town.users[who]} if who else {"organization_id": town.offices.get(office)}
        )
        made = tokens.create_token(
            database.context(SYSTEM),
            f"test {who or office}",
            wall=now.wall(),
            scopes=scopes if not who else options.pop("held", ()),
            **whose,
            **options,
        )
        return Caller(app.test_client(), made.token, made.id)

    return make


@pytest.fixture(scope="module")
def maple(caller: NewCaller) -> Caller:
    """A program of Maple Clinic with every scope."""
    return caller()


@pytest.fixture(scope="module")
def nobody(app: Flask) -> Caller:
    """A caller without a token."""
    return Caller(app.test_client())
