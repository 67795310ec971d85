"""The queues through the API: which there are, who works them, which rules fill them now."""

from typing import Any

from casework import policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.queries import queues
from casework.schemas.queues import QueuesOut, ReasonIn
from casework.services import queues as commands

blueprint = ApiBlueprint(
    "queues", __name__, description="Queues of the staff's work, and the rules that fill them."
)

WRITERS = ("supervisor", "admin")


@blueprint.route("/queues")
@blueprint.response(200, QueuesOut)
@entry(roles=policy.STAFF | {"admin"})
def get_queues() -> dict[str, Any]:
    """The queues in their order, with the rules that stand now."""
    return _told()


@blueprint.route("/queues/<code>/close", methods=["POST"])
@blueprint.arguments(ReasonIn)
@blueprint.response(200, QueuesOut)
@entry(roles=WRITERS)
def post_close_queue(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Close a queue: nothing goes there any more, its history stays. 409 while open cases lie there
    or rules lead into it; it says how many, and where they go."""
    commands.close_queue(edge.cx(), code, reason=asked["reason"])
    return _told()


@blueprint.route("/queues/<code>/reopen", methods=["POST"])
@blueprint.arguments(ReasonIn)
@blueprint.response(200, QueuesOut)
@entry(roles=WRITERS)
def post_reopen_queue(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Open a closed queue again. 409 where it is open."""
    commands.reopen_queue(edge.cx(), code, reason=asked["reason"])
    return _told()


def _told() -> dict[str, Any]:
    """The queues as they stand now."""
    with edge.reading() as cx:
        return {"items": queues.told(cx)}
