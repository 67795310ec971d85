"""The JSON API: bearer tokens, problem+json, cursors, versions, and the OpenAPI document.

`register` is all that the application needs of this package. A view decodes, asks a query or calls
a command, and encodes; it holds no rule. It never reads a cookie and imports no page.
"""

from collections.abc import Sequence
from typing import Any, Final

import flask_smorest
from flask import Flask, Response, g, request

from casework.api import (
    access,
    case_files,
    cases,
    claims,
    criteria,
    edge,
    escalations,
    filings,
    gold_record,
    handing_out,
    identity,
    letter_release,
    limits,
    lookups,
    oauth,
    openapi,
    openings,
    pas,
    prior_auths,
    problems,
    queues,
    reference,
    reviewing,
    work,
)
from casework.api.blueprint import ApiBlueprint
from casework.api.doors import door_of
from casework.db import Database
from casework.errors import NotReady
from casework.schemas.problems import ProblemOut

# Every blueprint behind these doors. Add yours here; `register` does the rest.
BLUEPRINTS: Final[tuple[ApiBlueprint, ...]] = (
    prior_auths.blueprint,
    cases.blueprint,
    case_files.blueprint,
    filings.blueprint,
    gold_record.blueprint,
    claims.blueprint,
    criteria.blueprint,
    work.blueprint,
    queues.blueprint,
    handing_out.blueprint,
    escalations.blueprint,
    openings.blueprint,
    letter_release.blueprint,
    pas.blueprint,
    lookups.blueprint,
    oauth.blueprint,
    reference.blueprint,
    reviewing.blueprint,
)


class _Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its own error answers and documentation pages: we have ours."""

    ERROR_SCHEMA = ProblemOut

    def _register_error_handlers(self) -> None:
        """The blueprints answer for themselves; the web's pages keep their own."""


def register(
    app: Flask, database: Database, *, blueprints: Sequence[ApiBlueprint] = BLUEPRINTS
) -> None:
    """Put the doors of programs into this application.

    Raises NotReady, naming the endpoints, when a view behind a door declares nobody who may enter.
    """
    app.extensions[edge.EXTENSION] = {"database": database}
    app.before_request(_recognise)
    limits.install(app, database.settings)
    app.before_request(_admit)
    oauth.install(app)
    api = _Api(
        app,
        spec_kwargs={
            "title": openapi.TITLE,
            "version": openapi.VERSION,
            "openapi_version": openapi.OPENAPI,
        },
    )
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    refuse_undeclared(app)
    raw = api.spec.to_dict()
    app.extensions[edge.EXTENSION]["openapi"] = openapi.document(app, raw)


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of this application, as it is served."""
    found: dict[str, Any] = app.extensions[edge.EXTENSION]["openapi"]
    return found


def refuse_undeclared(app: Flask) -> None:
    """Raises NotReady when a view behind one of our doors does not say who may enter."""
    silent = access.undeclared(app)
    if silent:
        raise NotReady(
            "These views do not say who may enter: " + ", ".join(silent) + ". Put @entry on them."
        )


def _recognise() -> Response | None:
    """First: whose request it is, so that it is counted for the right one. Refuses nothing yet."""
    if door_of(request.path) is None:
        return None
    if request.routing_exception is not None:
        return problems.answer(request.routing_exception)
    declared = access.current()
    if declared is not None:
        access.prepare(declared)
        if not declared.public:
            g.api_refusal = identity.recognise()
    return None


def _admit() -> None:
    """After the count: may this one enter?"""
    if door_of(request.path) is None:
        return
    declared = access.current()
    if declared is None:
        raise NotReady("This view does not say who may enter.")
    access.admit(declared, g.get("api_refusal"))
