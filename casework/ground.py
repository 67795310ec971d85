"""The ground floor: settings and a wired database for worker, console and web alike.

It joins what the layers above and below may not know of each other: the read filter, and the bell
that tells the worker about new work.
"""

from casework import config, scope
from casework.config import Settings
from casework.db import Database, Ring


def database_for(settings: Settings, *, ring: Ring | None = None, pool_size: int = 5) -> Database:
    """The database of these settings, with the read filter; `ring` is called after each commit."""
    return Database(settings, criteria=scope.criteria, ring=ring, pool_size=pool_size)


def database_here(*, ring: Ring | None = None) -> Database:
    """The database of this process's environment. Raises NotReady when it is not configured."""
    return database_for(config.load(), ring=ring)
