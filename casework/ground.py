"""The ground floor: settings and a wired database for worker, console and web alike.

It joins what the layers above and below may not know of each other: the read filter, and the bell
that tells the worker about new work.
"""

import time
from collections.abc import Collection

from casework import config, scope
from casework.config import Settings
from casework.db import Database, Ring
from sla import timers

# Which bells tell the worker about new work of which topic, in the order in which they are rung.
# After time was moved the letters of the sweep follow at once.
BELLS_OF_TOPIC = {
    "time": ("sweep", "relay"),
    "letter": ("relay",),
    "study": ("relay",),
    "handing_out": ("relay",),
    "queue_move": ("relay",),
    "way_in": ("relay",),
    "case_file": ("relay",),
    "coversheet": ("relay",),
}

# The folder broker hands bells out in the order of their milliseconds.
APART_SECONDS = 0.002


def database_for(settings: Settings, *, ring: Ring | None = None, pool_size: int = 5) -> Database:
    """The database of these settings, with the read filter; `ring` is called after each commit."""
    return Database(settings, criteria=scope.criteria, ring=ring, pool_size=pool_size)


def database_here(*, ring: Ring | None = None) -> Database:
    """The database of this process's environment. Raises NotReady when it is not configured."""
    return database_for(config.load(), ring=ring)


def broker_of(settings: Settings) -> timers.Broker:
    """Redis where it is configured, else the folder of the embedded broker."""
    if settings.redis_url:
        return timers.Broker(redis_url=settings.redis_url)
    return timers.Broker(folder=settings.broker_dir)


def bell_of(settings: Settings) -> Ring:
    """What rings after a commit that made work: a broker that is away costs latency, no work."""
    app = timers.celery_app(broker_of(settings), bells={}, every={})

    def ring(topics: frozenset[str]) -> None:
        for place, bell in enumerate(bells_for(topics)):
            if place:
                time.sleep(APART_SECONDS)
            timers.ring(app, bell)

    return ring


def bells_for(topics: Collection[str]) -> tuple[str, ...]:
    """The bells to ring for work of these topics, each once; a topic without a bell rings none."""
    bells = (bell for topic, of_it in BELLS_OF_TOPIC.items() if topic in topics for bell in of_it)
    return tuple(dict.fromkeys(bells))
