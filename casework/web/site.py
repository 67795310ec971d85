"""The site: every part of the pages, put together in the order in which they stand in a request."""

from typing import Final

from flask import Blueprint, Flask

from casework.config import Settings
from casework.db import Database
from casework.web import (
    access,
    accounts,
    assets,
    csrf,
    edge,
    errors,
    files,
    headers,
    kept,
    language,
    layout,
    requests,
    sessions,
    time_travel,
)
from casework.web.account import account
from casework.web.announcements import announcements
from casework.web.front import front
from casework.web.health import health
from casework.web.letter_paper import paper
from casework.web.lookup import lookup
from casework.web.member import member
from casework.web.passkeys import passkeys
from casework.web.provider import provider
from casework.web.public import public
from casework.web.second_factor import second_factor
from casework.web.staff import staff

PAGES: Final[tuple[Blueprint, ...]] = (
    front,
    second_factor,
    account,
    announcements,
    passkeys,
    lookup,
    public,
    staff,
    provider,
    member,
    paper,
    health,
)
_HERE: Final = ("localhost", "127.0.0.1", "[::1]")


def register(app: Flask, database: Database) -> None:
    """Put the pages into the application."""
    settings = database.settings
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts or _HERE)
    # An address with two slashes is no page; Flask would lead to another one.
    app.url_map.merge_slashes = False
    requests.install(app)
    headers.install(app, settings)
    edge.install(app, database)
    app.session_interface = sessions.DatabaseSessions(database)
    accounts.install(app, database)
    language.install(app)
    csrf.install(app)
    layout.install(app)
    files.install(app)
    kept.install(app)
    errors.install(app)
    app.before_request(access.admit)
    app.before_request(csrf.check)
    for pages in PAGES:
        app.register_blueprint(pages)
    time_travel.install(app, settings)
    _say_what_is_missing(settings)


def _say_what_is_missing(settings: Settings) -> None:
    if assets.missing():
        requests.log.warning("assets_missing", code="run-make-setup", kind=settings.env)
