"""Every refusal and every failure as an answer that a program can read (RFC 9457).

A failure of ours says nothing but its request id. Under /fhir the same becomes an OperationOutcome.
"""

import json
from typing import Any, Final

from flask import Response, request
from flask_limiter import RateLimitExceeded
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from casework import logs
from casework.api import edge
from casework.api.doors import door_of
from casework.api.refusals import Defect, NotOffered, TooMany
from casework.errors import Invalid, NotFound, NotReady, Problem, TooLarge, WrongMedia
from casework.interop.fhir.outcome import outcome_of
from casework.schemas.problems import MEDIA, TYPES
from casework.schemas.strict import pointers

FHIR_MEDIA: Final = "application/fhir+json"
HEADERS: Final = frozenset({"Authorization", "Content-Type", "Idempotency-Key", "If-Match"})
# Seconds after which the same call is worth trying again.
RETRY: Final = {"busy": "1", "not-ready": "5", "too-many": "60"}

log = logs.of(__name__)


def answer(error: Exception) -> Response:
    """The response for whatever was raised at a door of ours; a redirect stays what it is."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        plain = error.get_response(request.environ)
        return Response(status=plain.status, headers=dict(plain.headers))
    problem = problem_of(error)
    response = _written(problem)
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    if problem.type in RETRY:
        response.headers["Retry-After"] = RETRY[problem.type]
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    challenge = getattr(problem, "challenge", "")
    if challenge:
        response.headers["WWW-Authenticate"] = challenge
    return response


def problem_of(error: Exception) -> Problem:
    """The refusal that says this, for every exception there is. Logs what is our own fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, RateLimitExceeded):
        return TooMany(f"More than {error.description} for one client: please wait a minute.")
    if isinstance(error, HTTPException):
        return _problem_of_http(error)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database_lost", exc_info=error)
        return NotReady("The database cannot be reached: nothing was stored. Please try again.")
    return _defect(error)


def invalid(error: ValidationError) -> Problem:
    """What a schema found, each field with its fix."""
    fields = pointers(error.messages)
    if len(fields) == 1:
        ((pointer, fix),) = fields.items()
        return Invalid(f"Please correct {pointer or 'the body'}: {fix}", fields=fields)
    return Invalid(
        f"Please correct these {len(fields)} fields; each is listed with its fix.", fields=fields
    )


def body_of(problem: Problem) -> dict[str, Any]:
    """The members of the problem document, without those that would be empty."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{problem.type}",
        "title": TYPES[problem.type].title,
        "status": problem.status,
        "detail": problem.sentence,
        "errors": [_field(name, fix) for name, fix in problem.fields.items()],
        "citation": problem.citation,
        "source": problem.source,
        "request_id": edge.request_id(),
    }
    return {name: value for name, value in body.items() if value not in ("", [])}


def _written(problem: Problem) -> Response:
    door = door_of(request.path)
    if door is not None and door.refusals == "outcome":
        return Response(json.dumps(outcome_of(problem)), mimetype=FHIR_MEDIA)
    return Response(json.dumps(body_of(problem)), mimetype=MEDIA)


def _field(name: str, fix: str) -> dict[str, str]:
    pointer = name if name.startswith("/") or not name else "/" + name.replace(".", "/")
    if name in HEADERS:
        where = "header"
    else:
        where = "query" if request.method in {"GET", "HEAD", "DELETE"} else "body"
    return {"pointer": pointer, "in": where, "detail": fix}


def _problem_of_http(error: HTTPException) -> Problem:
    if error.code == 404:
        return NotFound("There is nothing at this address: /api/v1/docs lists what there is.")
    if isinstance(error, MethodNotAllowed):
        offered = ", ".join(sorted(error.valid_methods or ()))
        return NotOffered(f"{request.method} is not offered here; this is: {offered}.")
    if isinstance(error, RequestEntityTooLarge):
        most = request.max_content_length or 0
        return TooLarge(f"The body has more than {most:,} bytes: please send less at once.")
    if error.code == 415:
        return WrongMedia("This content type is not taken here: see /api/v1/docs.")
    if error.code is not None and error.code >= 500:
        return _defect(error)
    return Problem("This request cannot be understood: /api/v1/docs says what to send.")


def _defect(error: Exception) -> Problem:
    log.error("defect", exc_info=error)
    return Defect(
        f"Something broke on our side. Please name the request {edge.request_id()} when you ask."
    )
