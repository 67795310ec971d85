"""Escalations through the API: what waits for an answer, and "I have it"."""

from datetime import datetime
from typing import Any, Final

from casework import policy
from casework.api import cursors, edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import field_invalid
from casework.errors import NotFound
from casework.queries import escalations
from casework.schemas import escalations as shapes
from casework.schemas.cases import DoneOut
from casework.schemas.page import page_of
from casework.services.escalations import Acknowledgement, acknowledge_escalation

blueprint = ApiBlueprint(
    "escalations", __name__, description="Escalations: what waits for an answer, and the answer."
)

LIST: Final = "escalations"


@blueprint.route("/escalations")
@blueprint.arguments(shapes.EscalationsIn, location="query")
@blueprint.response(200, page_of(shapes.EscalatedOut))
@entry(roles=policy.STAFF)
def get_escalations(asked: dict[str, Any]) -> dict[str, Any]:
    """Escalations within your reach, the nearest due first: `mine` wait for you, `open` for
    anybody; `answered` are in somebody's hands and still owed."""
    if not asked["limit"].isdigit() or not 1 <= int(asked["limit"]) <= 100:
        raise field_invalid("limit", "Send a whole number from 1 to 100.")
    after = None
    if asked["cursor"]:
        due_at, number = cursors.decode(LIST, asked["cursor"], (datetime, int))
        after = (due_at, number)
    with edge.reading() as cx:
        found = escalations.listed(cx, asked["view"], after=after, limit=int(asked["limit"]))
    following = cursors.encode(LIST, found.next_after) if found.next_after else None
    return {"items": found.rows, "next": following}


@blueprint.route("/escalations/<number>/acknowledge", methods=["POST"])
@blueprint.arguments(shapes.AnswerIn)
@blueprint.response(200, DoneOut)
@entry(roles=policy.STAFF)
def post_acknowledge(asked: dict[str, Any], number: str) -> Any:
    """Say "I have it" to what stands under an ESC- number now; nobody else is called because of it.

    Said twice it changes nothing, so it needs no If-Match. 403 when it is neither yours nor that of
    somebody below you, 404 for a number that is not within your reach, 409 when it is over.
    """
    with edge.reading() as cx:
        found = escalations.by_number(cx, number)
    if found is None:
        raise NotFound(f"There is no escalation {number[:24]!r} here.")
    ref, row = found
    form = Acknowledgement(escalation_id=row, answer=asked["answer"])
    return acknowledge_escalation(edge.cx(), ref, None, form)
