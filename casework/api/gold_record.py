"""The measured record of an office through the API: its own alone."""

from typing import Any, Final

from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.queries import own_gold_record
from casework.records.gold_cards import BAR
from casework.schemas.gold_record import CountedOut, GoldRecordOut

blueprint = ApiBlueprint(
    "gold_record", __name__, description="The record of your office, and its gold cards."
)

OFFICES: Final = ("provider", "provider_admin")


@blueprint.route("/gold-record")
@blueprint.response(200, GoldRecordOut)
@entry(scope="cases:read", roles=OFFICES)
def get_gold_record() -> dict[str, Any]:
    """How many of your requests people approved, by policy, what a gold card needs, and yours."""
    with edge.reading() as cx:
        return {"bar": BAR, "items": own_gold_record.own(cx)}


@blueprint.route("/gold-record/<int:organization_id>/<policy>")
@blueprint.response(200, CountedOut(many=True))
@entry(scope="cases:read", roles=OFFICES)
def get_counted(organization_id: int, policy: str) -> Any:
    """The requests behind one of these records, the newest first, at most 100. 404 for a record
    that is not yours."""
    with edge.reading() as cx:
        _record, rows = own_gold_record.counted(cx, organization_id, policy[:40])
    return list(rows)
