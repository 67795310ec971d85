"""Claims for reference, and consents as an office's own system sends them. It prices nothing."""

from typing import Any, Final

from flask import Response, jsonify, url_for

from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.versions import mark_replayed
from casework.errors import NotFound
from casework.queries import claims
from casework.schemas import claims as shapes
from casework.schemas.forms import schema_of
from casework.services.consents import ConsentFiling, keep_consent

blueprint = ApiBlueprint("claims", __name__, description="Claims for reference, and consents.")

READERS: Final = policy.STAFF | policy.OFFICE
KEEPERS: Final = policy.OFFICE | {"intake", "ag_specialist"}
BODY: Final = 12_000_000


@blueprint.route("/claims/<number>")
@blueprint.response(200, shapes.ClaimOut)
@entry(scope="cases:read", roles=READERS)
def get_claim(number: str) -> dict[str, Any]:
    """One claim as the claims system told of it. One of another office is not there."""
    with edge.reading() as cx:
        found = claims.claim_numbered(cx, number)
        if found is None:
            raise NotFound(f"There is no claim {number[:40]} here.")
        request = claims.request_of(cx, found)
        dispute = claims.disputes_of(cx, [found]).get(found.number, ("", ""))[0]
    observations.look(edge.cx(), member_id=found.member_id, what="claim")
    return {**vars(found), "request": request, "dispute": dispute}


@blueprint.route("/consents", methods=["POST"])
@blueprint.arguments(schema_of(ConsentFiling))
@blueprint.response(201, shapes.ConsentKeptOut)
@entry(scope="documents:add", roles=KEEPERS, creates=True, body=BODY)
def send_consent(form: ConsentFiling) -> Response:
    """Keep a consent with what it lacks. Without a claim number it counts for later claims only."""
    kept = keep_consent(edge.cx(), form)
    response = jsonify(shapes.ConsentKeptOut().dump(kept))
    response.status_code = 201
    if kept.claim:
        response.headers["Location"] = url_for("claims.get_claim", number=kept.claim)
    return mark_replayed(response, kept)
