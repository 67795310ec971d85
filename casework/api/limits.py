"""How many requests a client may send in a minute, counted in Redis or, without it, in memory.

Not a defence of secrets (tokens have 256 bits) but of everybody else's response times.
"""

from typing import Any, Final

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from casework.api import edge
from casework.api.doors import door_of
from casework.config import Settings

# Off where a test sends thousands of requests in a second; there is no other switch.
SWITCH: Final = "CASEWORK_API_LIMITS"
# A broker that does not answer costs a fifth of a second once, then memory counts.
PATIENCE: Final = 0.2


def install(app: Flask, settings: Settings) -> Limiter:
    """Count every request behind our doors. Counts survive a lost Redis, per process."""
    redis = settings.redis_url
    patience: Any = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    limiter = Limiter(
        key_func=_who,
        application_limits=[_rate],
        application_limits_exempt_when=_not_counted,
        storage_uri=redis or "memory://",
        storage_options=patience if redis else {},
        in_memory_fallback_enabled=bool(redis),
        key_prefix="casework-api",
    )
    limiter.init_app(app)
    return limiter


def _who() -> str:
    """The client or person of the token; the address for whoever has none that lives."""
    who = edge.principal()
    known = f"{who.kind}:{who.id}" if who.kind != "anonymous" else f"at:{get_remote_address()}"
    door = door_of(request.path)
    return f"{door.prefix if door else ''}{known}"


def _rate() -> str:
    door = door_of(request.path)
    return door.rate if door else "1000000 per minute"


def _not_counted() -> bool:
    return door_of(request.path) is None or not current_app.config.get(SWITCH, True)
