"""Requests for prior authorization through the API: submit, list one's own, read."""

from typing import Any, Final

from flask import jsonify, url_for

from casework import policy
from casework.api import cursors, edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.cases import PEOPLE, read_case
from casework.api.versions import created
from casework.queries.own_cases import own_cases
from casework.schemas import cases as shapes
from casework.schemas.page import CursorIn, page_of
from casework.schemas.prior_auth import PriorAuthIn
from casework.schemas.prior_auth_submission import submission
from casework.services.intake import submit_prior_auth

blueprint = ApiBlueprint("prior_auths", __name__, description="Requests for prior authorization.")

SUBMITTERS: Final = policy.OFFICE | {"intake"}
LIST: Final = "prior-auths"
PAGE: Final = 50


@blueprint.route("/prior-auths", methods=["POST"])
@blueprint.arguments(PriorAuthIn)
@blueprint.response(201, shapes.FiledOut)
@entry(scope="requests:submit", roles=SUBMITTERS, creates=True, body=12_000_000)
def submit(asked: dict[str, Any]) -> Any:
    """Submit a request. The clocks run from this moment; the answer says by when we decide.

    Sent twice with one Idempotency-Key it is one request. What is missing is listed, not refused.
    """
    cx = edge.cx()
    filed = submit_prior_auth(cx, submission(asked, received_at=cx.now))
    response = jsonify(shapes.FiledOut().dump(filed))
    location = url_for("prior_auths.read", ref=filed.ref)
    return created(response, location=location, version=filed.version, answer=filed)


@blueprint.route("/prior-auths")
@blueprint.arguments(CursorIn, location="query")
@blueprint.response(200, page_of(shapes.BriefOut))
@entry(scope="cases:read", roles=PEOPLE)
def list_own(asked: dict[str, Any]) -> dict[str, Any]:
    """The requests within your reach, newest first."""
    before = cursors.decode(LIST, asked["cursor"], (int,))[0] if asked["cursor"] else None
    with edge.reading() as cx:
        rows = own_cases(cx, kind="prior_auth", before=before, limit=PAGE)
    following = cursors.encode(LIST, (rows[-1].id,)) if len(rows) == PAGE else None
    return {"items": rows, "next": following}


@blueprint.route("/prior-auths/<ref>")
@blueprint.response(200, shapes.CaseOut)
@entry(scope="cases:read", roles=PEOPLE)
def read(ref: str) -> Any:
    """One request; the same as GET /cases/{ref}."""
    return read_case(ref)
