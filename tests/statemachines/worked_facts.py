"""Facts with which an edge is possible, and facts with which one of its guards alone refuses."""

from datetime import date
from decimal import Decimal
from typing import Any

from statemachines.edges import Edge
from statemachines.facts import Facts, ServiceLine
from tests.statemachines.worked_guards import GUARDS

APPROVED = ServiceLine(
    number=1,
    result="approved",
    codes=("70551",),
    units=Decimal(1),
    starts=date(2026, 11, 2),
    ends=date(2026, 12, 31),
    servicing_provider="Lakeside Imaging",
    place="22",
)
LESS = APPROVED._replace(number=2, result="approved_other", reason="Six visits meet the criterion")
LESS = LESS._replace(criterion="Physical therapy 4.2")
DENIED = ServiceLine(
    number=3, result="denied", reason="No trial of therapy is documented", criterion="Spine 2.1"
)

# Line results depend on the step, so they stand by step: what opens it, and what shuts which guard.
OPEN_LINES = {
    "auto_approve": (APPROVED,),
    "approve": (APPROVED,),
    "confirm_deemed_approval": (APPROVED,),
    "approve_in_part": (APPROVED, LESS, DENIED),
    "deny": (DENIED,),
    "deny_administratively": (DENIED,),
}
SHUT_LINES = {
    "every_approved_line_is_complete": {
        "approve": (APPROVED._replace(place=""),),
        "approve_in_part": (APPROVED._replace(units=Decimal(0)), DENIED),
    },
    "every_line_is_approved": {"approve": (APPROVED, LESS)},
    "the_lines_differ": {"approve_in_part": (APPROVED, DENIED, APPROVED._replace(result="odd"))},
    "every_line_is_denied": {"deny": (DENIED, DENIED._replace(result=""))},
    "every_refusal_says_why": {
        "deny": (DENIED._replace(criterion=" "),),
        "approve_in_part": (APPROVED, DENIED._replace(reason="")),
    },
}
SAME_LINES = {
    "auto_approve": "approve",
    "confirm_deemed_approval": "approve",
    "deny_administratively": "deny",
}

BASE: dict[str, Any] = {"line": "medicaid", "priority": "standard", "timing": "pre_service"}


def opened(edge: Edge, **changes: Any) -> Facts:
    """Facts that open every guard of the edge, with changes laid over them."""
    known = dict(BASE)
    for guard in edge.guards:
        known |= GUARDS[guard.name][0]
    if edge.trigger in OPEN_LINES:
        known["lines"] = OPEN_LINES[edge.trigger]
    return Facts(**(known | changes))


def shut(edge: Edge, name: str) -> Facts:
    """Facts that open every guard of the edge but the named one."""
    changes = dict(GUARDS[name][1])
    if name in SHUT_LINES:
        step = SAME_LINES.get(edge.trigger, edge.trigger)
        changes["lines"] = SHUT_LINES[name][step]
    return opened(edge, **changes)
