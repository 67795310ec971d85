"""When something is refused or breaks: a page that says what happened and what to do next.

No page shows a trace, a query or a value; the request number is what support needs. The other doors
(API, FHIR, X12) answer in their own formats.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from casework import logs
from casework.errors import Problem
from casework.web import access, edge, kept

_log = logs.of("casework.web")

# What happened, and what to do next, for each status.
WORDS: Final[Mapping[int, tuple[Any, Any]]] = {
    400: (
        lazy_gettext("This did not work"),
        lazy_gettext("Go back and try again. If it happens again, tell us the number below."),
    ),
    401: (
        lazy_gettext("Please sign in"),
        lazy_gettext("Your sign-in has ended. Sign in again, then send the form once more."),
    ),
    403: (
        lazy_gettext("You cannot do this"),
        lazy_gettext("If you think that you should, ask whoever manages your account."),
    ),
    404: (
        lazy_gettext("Page not found"),
        lazy_gettext("Check the address or the number. It may also belong to somebody else."),
    ),
    405: (
        lazy_gettext("This did not work"),
        lazy_gettext("This page cannot be used in this way. Go back and try again."),
    ),
    409: (
        lazy_gettext("This cannot be done now"),
        lazy_gettext("Nothing was changed. Go back, reload the page and look at what is new."),
    ),
    412: (
        lazy_gettext("This was changed by somebody else"),
        lazy_gettext("Nothing of yours was stored. Go back and look at what is new."),
    ),
    413: (
        lazy_gettext("This is too large"),
        lazy_gettext("Send a smaller file, or send it in parts."),
    ),
    415: (
        lazy_gettext("This did not work"),
        lazy_gettext("This page takes only its own form. Go back and try again."),
    ),
    422: (
        lazy_gettext("Please correct this"),
        lazy_gettext("Nothing was stored. Go back, correct it and send it again."),
    ),
    429: (
        lazy_gettext("Please wait a moment"),
        lazy_gettext("There were too many tries. Please wait 15 minutes, then try again."),
    ),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("It is not your fault. Try again; if it happens again, tell us the number."),
    ),
    503: (
        lazy_gettext("Casework is not available right now"),
        lazy_gettext("Nothing was stored. Please try again in a few minutes."),
    ),
}


# Rooms in which people write at length; what their forms carry for us is no one's words.
_WORK: Final = frozenset({"staff", "provider", "member", "public"})
_OURS: Final = frozenset({"csrf_token", "password", "form_id", "once", "seen", "seen_seq"}) | {
    "version", "story", "then", "act", "more", "kept", "like", "skip", "tab", "next", "back"
}  # fmt: skip
MOST_SHOWN: Final = 60


def install(app: Flask) -> None:
    """Answer every refusal and every defect with a page."""
    app.register_error_handler(Problem, refused)
    app.register_error_handler(HTTPException, answered)
    app.register_error_handler(Exception, broken)


def refused(problem: Problem) -> Response:
    """The page of a refusal of ours."""
    if problem.status >= 500:
        _log.error("not_ready", code=problem.type, exc_info=problem)
    if access.is_other_door(request.path):
        # Those doors answer for themselves; this is for what fails before they are reached.
        return Response(problem.sentence + "\n", problem.status, content_type="text/plain")
    again = kept.keep() if request.method == "POST" and _of_the_sign_in(problem) else ""
    sentence = gettext(problem.sentence)
    response = page(problem.status, sentence=sentence, fields=problem.fields, again=again)
    retry_after = getattr(problem, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _of_the_sign_in(problem: Problem) -> bool:
    """Whether the form came too late for its sign-in, and nothing is wrong with what it says."""
    return problem.status == 401 or getattr(problem, "source", "") == "csrf"


def answered(error: HTTPException) -> Any:
    """The page of an answer of the framework: not found, too large, broken."""
    original = getattr(error, "original_exception", None)
    if isinstance(original, Problem):
        return refused(original)
    if original is not None:
        return broken(original)
    if isinstance(error, SecurityError):
        # The host is not ours: no page of ours, which would hold links, is given to it.
        return Response("This host is not served here.\n", 400, content_type="text/plain")
    if access.is_other_door(request.path) or (error.code or 500) < 400:
        return error
    response = page(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def broken(error: Exception) -> Any:
    """The page of a defect of ours, or of a database that went away."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    gone = lost or type(error).__name__ in {"OperationalError", "InterfaceError", "TimeoutError"}
    _log.error("database_lost" if gone else "broken", request_id=edge.request_id(), exc_info=error)
    if access.is_other_door(request.path):
        return InternalServerError()
    g.bare = True
    response = page(503 if gone else 500)
    if gone:
        response.headers["Retry-After"] = "30"
    return response


def page(
    status: int, *, sentence: str = "", fields: Mapping[str, str] | None = None, again: str = ""
) -> Response:
    """An error page with this status; a part of a page gets the sentence alone. `again`: the page
    in whose form what was typed stands again."""
    title, advice = WORDS.get(status, WORDS[400 if status < 500 else 500])
    if status >= 500:
        g.bare = True
    if request.headers.get("HX-Request"):
        return make_response(f"{title}. {sentence or advice}\n", status)
    body = render_template(
        "error.html",
        status=status,
        title=title,
        sentence=sentence,
        advice=advice,
        fields=fields or {},
        typed=_typed(),
        again=again,
        request_id=edge.request_id(),
    )
    return make_response(body, status)


def _typed() -> list[tuple[str, str]]:
    """What the form held that could not be taken, to be copied: (field, words). Nothing of a page
    that asks for secrets, and nothing that another site sent in somebody's name."""
    if request.method != "POST" or request.blueprint not in _WORK:
        return []
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # too large to be read at all
        return []
    return [
        (name.replace("-", " ").replace("_", " "), value)
        for name, value in sent
        if value.strip() and name not in _OURS and not name.startswith("at-")
    ][:MOST_SHOWN]
