"""Where a console command finds its database (the configured one, or the embedded) and its paper.

A command that had to start the embedded server stops it again when it ends.
"""

import atexit
import os

from rich.console import Console

from casework import config, embedded, migrations
from casework.config import Settings
from casework.db import Database, Ring
from casework.errors import NotReady
from casework.ground import database_for

EMBEDDED_NAME = "casework"
PIPE_WIDTH = 120


def settings_here() -> Settings:
    """The settings of this console, with the embedded server's addresses where none are set."""
    settings = config.load()
    if settings.database_url:
        return settings
    server = embedded.Server(embedded.folder_for(settings.data_dir))
    if not server.running_before:
        atexit.register(server.stop)
    addresses = server.database(EMBEDDED_NAME)
    os.environ["DATABASE_URL"] = addresses.application
    os.environ["DATABASE_OWNER_URL"] = addresses.owner
    return config.load()


def database_here(*, ring: Ring | None = None, check: bool = True) -> Database:
    """A wired database whose schema is the newest. Raises NotReady when it is not."""
    database = database_for(settings_here(), ring=ring)
    if check:
        require_newest(database)
    return database


def require_newest(database: Database) -> None:
    """Raises NotReady when the schema is not the one that this code knows."""
    found, wanted = migrations.current(database.engine), migrations.newest()
    if found != wanted:
        raise NotReady(
            f"The database is at revision {found or 'none'}, this version needs {wanted}:"
            " run `casework db upgrade`."
        )


def console() -> Console:
    """Where tables are printed; a pipe has no width of its own, and gets enough for a table."""
    found = Console()
    if not found.is_terminal:
        found.width = max(found.width, PIPE_WIDTH)
    return found
