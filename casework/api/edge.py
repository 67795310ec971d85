"""Where a request becomes a `Context`: who, when, which request, and which use of a key.

Built once for each request from what `identity` found; it reads no body but to hash it.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import current_app, g, request

from casework.context import ANONYMOUS, Context, Idempotency, Principal, idempotency
from casework.db import Database

EXTENSION: Final = "casework.api"
MAX_ROUTE: Final = 120


def database() -> Database:
    """The database that `register` was given."""
    found: Database = current_app.extensions[EXTENSION]["database"]
    return found


def request_id() -> str:
    """The id of this request: the web's when it gave one, else our own."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex
    return str(g.request_id)


def principal() -> Principal:
    """Whom the token stands for; nobody at a public address."""
    found: Principal = g.get("api_principal", ANONYMOUS)
    return found


def cx(*, channel: str = "api") -> Context:
    """The context of this request: case time is read once, and the key only where a view creates.

    Raises what reading the body raises (413).
    """
    if "api_context" not in g:
        g.api_context = database().context(
            principal(),
            request_id=request_id()[:40],
            session_ref=g.get("api_session_ref", ""),
            channel=channel,
            idempotency=_use_of_key() if g.get("api_creates") else None,
        )
    context: Context = g.api_context
    return context


@contextmanager
def reading(*, channel: str = "api") -> Iterator[Context]:
    """The context of this request on a read-only session: for questions."""
    with database().reading(cx(channel=channel)) as inside:
        yield inside


def _use_of_key() -> Idempotency | None:
    """The key belongs to one method and path: the same key elsewhere is another key."""
    route = f"{request.method} {request.path}"
    if len(route) > MAX_ROUTE:
        route = hashlib.sha256(route.encode()).hexdigest()
    body = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    sent = {"Idempotency-Key": request.headers.get("Idempotency-Key", "")}
    return idempotency(sent, route=route, body_sha256=body)
