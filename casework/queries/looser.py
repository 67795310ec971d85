"""Where a contract runs looser than the law that we ship; worked out once for each version.

A published version of a contract never changes, and the rules change only with the program, so the
answer is kept by the process.
"""

from casework.context import Context
from casework.queries.contracts import Current
from sla.compare import Looser, looser


def looser_of(cx: Context, current: Current) -> tuple[Looser, ...]:
    """Each clock on which this contract gives the plan more time, or the member less, than the
    federal law and the layer of its State."""
    kept = cx.database.remembered
    key = ("looser", current.version_id)
    if key not in kept:
        kept[key] = looser(current.contract)
    found: tuple[Looser, ...] = kept[key]
    return found
