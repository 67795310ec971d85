"""The queues through the API: which there are, who works them, which rules fill them now."""

from typing import Any

from casework import policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.queries import queues
from casework.schemas.queues import QueuesOut

blueprint = ApiBlueprint(
    "queues", __name__, description="Queues of the staff's work, and the rules that fill them."
)


@blueprint.route("/queues")
@blueprint.response(200, QueuesOut)
@entry(roles=policy.STAFF | {"admin"})
def get_queues() -> dict[str, Any]:
    """The queues in their order, with the rules that stand now."""
    with edge.reading() as cx:
        return {"items": queues.told(cx)}
