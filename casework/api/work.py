"""The work list through the API: a page of it, and "give me the next"."""

from datetime import datetime
from typing import Any, Final

from casework import policy
from casework.api import cursors, edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import field_invalid
from casework.queries.worklist import Wanted, listed, next_for
from casework.schemas import cases as shapes
from casework.schemas.page import page_of

blueprint = ApiBlueprint("work", __name__, description="The work list of the staff.")

LIST: Final = "worklist"
_WHO: Final = {"me": "u{me}", "nobody": "nobody", "anyone": ""}


@blueprint.route("/worklist")
@blueprint.arguments(shapes.WorklistIn, location="query")
@blueprint.response(200, page_of(shapes.WorkRowOut))
@entry(roles=policy.STAFF)
def get_worklist(asked: dict[str, Any]) -> dict[str, Any]:
    """Open cases within your reach, what is due first first."""
    if not asked["limit"].isdigit() or not 1 <= int(asked["limit"]) <= 100:
        raise field_invalid("limit", "Send a whole number from 1 to 100.")
    after = None
    if asked["cursor"]:
        due_at, case_id = cursors.decode(LIST, asked["cursor"], (datetime, int))
        after = (due_at, case_id)
    wanted = Wanted(
        who=_WHO[asked["assignee"]].format(me=edge.principal().id),
        **{name: asked[name] for name in ("queue", "kind", "state", "contract", "due")},
    )
    with edge.reading() as cx:
        found = listed(cx, wanted, after=after, limit=int(asked["limit"]))
    following = cursors.encode(LIST, found.next_after) if found.next_after else None
    return {"items": found.rows, "next": following}


@blueprint.route("/worklist/next", methods=["POST"])
@blueprint.arguments(shapes.NextIn)
@blueprint.response(200, shapes.WorkRowOut)
@blueprint.alt_response(204, description="Nothing waits.")
@entry(roles=policy.STAFF)
def post_next(asked: dict[str, Any]) -> Any:
    """The case to work on next: due first, nobody's or yours. Taking it is a step of its own."""
    with edge.reading() as cx:
        found = next_for(cx, Wanted(queue=asked["queue"], kind=asked["kind"]))
    return found if found is not None else ("", 204)
