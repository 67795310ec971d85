"""The web and API application: settings, database and the two doors, put together for `wsgi.py`."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from casework import api, config, logs
from casework.api import access as api_access
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.web import access, site


def create_app(
    settings: Settings | None = None, database: Database | None = None, *, proxies: int = 0
) -> Flask:
    """The application of this process.

    `proxies` is how many reverse proxies of ours stand before it; without a number nothing that a
    request says about its own address is believed. A database brings its own settings. Raises
    NotReady when the application cannot start safely.
    """
    database = database or database_for(settings or config.load())
    logs.configure(database.settings)
    app = Flask("casework.web", static_folder=None)
    site.register(app, database)
    api.register(app, database)
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    access.refuse_undeclared(app)
    return app


def routes_table(app: Flask) -> list[dict[str, Any]]:
    """Every route as data: path, methods, endpoint, door, roles and scope (`routes --json`)."""
    rows = access.routes_table(app)
    of_programs = api_access.entries(app)
    for row in rows:
        declared = of_programs.get(row["endpoint"])
        row["scope"] = declared.scope if declared else ""
        if declared:
            row["roles"] = [access.PUBLIC] if declared.public else sorted(declared.roles)
    return rows
