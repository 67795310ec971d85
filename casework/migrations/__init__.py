"""The schema's history, run with Flask-Migrate as the owner of the tables."""

import logging
from pathlib import Path
from types import SimpleNamespace

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as run_upgrade
from sqlalchemy import Engine, make_url

from casework.config import Settings
from casework.metadata import Base

FOLDER = Path(__file__).parent


def application(settings: Settings) -> Flask:
    """The smallest Flask application in which Flask-Migrate works."""
    app = Flask("casework.migrations")
    migrate = Migrate(app, db=SimpleNamespace(metadata=Base.metadata), directory=str(FOLDER))

    @migrate.configure  # type: ignore[untyped-decorator]
    def _addresses(config: Config) -> Config:
        config.attributes["owner_url"] = settings.database_owner_url
        config.attributes["application_role"] = make_url(settings.database_url).username
        return config

    return app


def upgrade(settings: Settings) -> None:
    """Bring the schema to the newest revision; nothing happens when it is there."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with application(settings).app_context():
        run_upgrade()


def newest() -> str:
    """The newest revision that this code knows."""
    script = ScriptDirectory(str(FOLDER))
    return script.get_current_head() or ""


def current(engine: Engine) -> str:
    """The revision of this database, empty when it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
