"""What the page of a restricted case says about its restriction. It writes nothing."""

from typing import Any, Final

from casework import now as clock
from casework import policy
from casework.context import Context
from casework.queries import emergency_access
from casework.queries.case_file import CaseFile
from casework.records import restrictions

# Of a page that is only read: nobody is offered what the ledger refuses.
_READ: Final = dict.fromkeys(("may_note", "may_write", "may_settle", "by_line", "own_work"), False)


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What the page of a restricted case says about it: to who sees it by right the grounds and who
    set them; to who opened it with a reason only until when, and none of what changes a case."""
    if not file.case.restricted:
        return {}
    wall = clock.wall()
    until = emergency_access.mine(cx, file.case, wall=wall)
    if until is not None:
        return {"open_until": until + (cx.now - wall), **_READ}
    may = policy.refusal(cx.principal, file.case.kind, "lift_restriction") is None
    return {"grounds": restrictions.standing(cx, file.case), "may_lift": may}
