"""Views that exist in the tests only: they prove the foundation that the cases stand on.

They use the real parser, schema, translation and command; only their addresses are planted.
"""

from typing import Any

from flask import Response, jsonify, request

from casework.api import cursors, edge, versions
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.errors import Busy, NotReady, Stale, StateRefused
from casework.schemas.page import CursorIn
from casework.schemas.prior_auth import PriorAuthIn
from casework.schemas.prior_auth_submission import submission
from casework.services import intake

BASE = "/api/v1/planted"
OFFICE = {"provider", "provider_admin"}
planted = ApiBlueprint("planted", __name__, url_prefix=BASE)
RAISED: dict[str, Exception] = {
    "busy": Busy("Somebody else is changing this right now."),
    "refused": StateRefused("The case is closed.", citation="42 CFR 438.404"),
    "not-ready": NotReady("The disk is nearly full."),
    "defect": ZeroDivisionError("secret of Alex Example"),
}


@planted.route("/prior-auths", methods=["POST"])
@planted.arguments(PriorAuthIn)
@entry(scope="requests:submit", roles=OFFICE, creates=True, body=8 * 1024 * 1024)
def post_prior_auth(data: dict[str, Any]) -> Response:
    """Submit."""
    cx = edge.cx()
    filed = intake.submit_prior_auth(cx, submission(data, received_at=cx.now))
    response = jsonify(ref=filed.ref, state=filed.state, missing=filed.missing)
    location = f"/api/v1/prior-auths/{filed.ref}"
    return versions.created(response, location=location, version=filed.version, answer=filed)


@planted.route("/change", methods=["POST"])
@entry(scope="cases:act", roles=OFFICE, changes=True)
def post_change() -> Response:
    """Change something whose version is 7."""
    seen = versions.if_match(request)
    if seen != 7:
        raise Stale("The case changed since you read it.")
    response = jsonify(seen=seen)
    response.headers["ETag"] = versions.etag(8)
    return response


@planted.route("/list")
@planted.arguments(CursorIn, location="query")
@entry(scope="cases:read", roles=OFFICE)
def get_list(asked: dict[str, Any]) -> Response:
    """Count on from the cursor."""
    (after,) = cursors.decode("planted", asked["cursor"], (int,)) if asked["cursor"] else (0,)
    return jsonify(items=[after + 1], next=cursors.encode("planted", [after + 1]))


@planted.route("/raise/<name>")
@entry(public=True)
def get_raised(name: str) -> Response:
    """Raise what the tests want to see answered."""
    raise RAISED[name]


@planted.route("/people-only")
@entry(roles={"nurse"})
def get_people_only() -> Response:
    """No client."""
    return jsonify(ok=True, kind=edge.principal().kind, reach=edge.principal().reach)
