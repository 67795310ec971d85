"""To which desk of the plan papers about a case are sent. It knows no case."""

from typing import Final

from letters.context import Office, PlanBlock

_DESKS: Final = {"appeal": "appeals", "grievance": "grievances"}


def desk_of(plan: PlanBlock, kind: str) -> Office | None:
    """The desk for papers about this kind of case; where it has none of its own, the records."""
    own: Office | None = getattr(plan, _DESKS.get(kind, "records"))
    return own or plan.records or plan.appeals
