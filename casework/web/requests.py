"""Each request: its number, its size limit, one line in the log, one observation for the metrics.

The line has the template of the route, never the path; ids and codes, never a name.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from casework import logs, now
from casework.web import access, edge, metrics

View = TypeVar("View", bound=Callable[..., Any])

LARGEST: Final = 1024 * 1024
_LIMIT: Final = "casework_body_limit"
log = logs.of("casework.web")


def larger(size: int) -> Callable[[View], View]:
    """Let this view take bodies of up to `size` bytes (uploads); every other takes 1 MB."""

    def mark(view: View) -> View:
        setattr(view, _LIMIT, size)
        return view

    return mark


def install(app: Flask) -> None:
    """Count and time every request; must be installed before everything else."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST

    @app.before_request
    def begin() -> None:
        g.started = now.monotonic()
        edge.request_id()
        view = current_app.view_functions.get(request.endpoint or "")
        limit = getattr(view, _LIMIT, None)
        if limit is not None:
            request.max_content_length = limit

    @app.after_request
    def end(response: Response) -> Response:
        seconds = now.monotonic() - g.get("started", now.monotonic())
        route = metrics.route()
        metrics.SECONDS.labels(route, f"{response.status_code // 100}xx").observe(seconds)
        if request.endpoint not in {"static", "health.alive"}:
            log.info("request", **_facts(response, route, seconds))
        return response


def _facts(response: Response, route: str, seconds: float) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "request_id": edge.request_id(),
        "method": request.method if request.method in access.METHODS else "other",
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    who = g.get("principal") or g.get("api_principal")
    if who is not None and who.kind in {"user", "client"}:
        key = "user_id" if who.kind == "user" else "token_id"
        facts |= {key: who.id, "role": who.role}
    return facts
