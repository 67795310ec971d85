"""The work list through the API: a page of it, and "give me the next"."""

from datetime import datetime
from typing import Any, Final

from casework import policy
from casework.api import cursors, edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import field_invalid
from casework.queries.next_step import pairs_for
from casework.queries.worklist import Wanted, listed
from casework.schemas import cases as shapes
from casework.schemas import handing_out as handing
from casework.schemas.page import page_of
from casework.services.pulling import Pulled, take_next

blueprint = ApiBlueprint("work", __name__, description="The work list of the staff.")

LIST: Final = "worklist"
_FILTERS: Final = (
    *("queue", "kind", "state", "contract", "line", "region", "urgency", "specialty", "due"),
)
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
        **{name: asked[name] for name in _FILTERS},
    )
    with edge.reading() as cx:
        found = listed(cx, wanted, after=after, limit=int(asked["limit"]))
    following = cursors.encode(LIST, found.next_after) if found.next_after else None
    return {"items": found.rows, "next": following}


@blueprint.route("/worklist/next", methods=["POST"])
@blueprint.arguments(handing.NextIn)
@blueprint.response(200, handing.NextOut)
@blueprint.alt_response(204, description="Nothing waits.")
@entry(roles=policy.STAFF - {"compliance"})
def post_next(asked: dict[str, Any]) -> Any:
    """Take the case to work on next, by the rule of the desk: due first among those whose next
    step is yours to take and that nobody has, that are yours, or whose holder is gone."""
    cx = edge.cx()
    states = [pair for pair in pairs_for(cx.principal.roles) if asked["kind"] in ("", pair[0])]
    pulled = take_next(cx, states, asked["skip"]) if states else Pulled()
    return pulled if pulled.ref else ("", 204)
