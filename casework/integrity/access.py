"""Was every restricted case that somebody opened with a reason looked at by compliance."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import EmergencyAccess

ALARM: Final = "access_unreviewed"
UNSETTLED: Final = ("", "doubted")


def unreviewed(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Openings that nobody has settled yet: the alarm of each stands since it was made."""
    rows = cx.db.execute(
        select(EmergencyAccess.id, EmergencyAccess.case_id, EmergencyAccess.opened_at).where(
            EmergencyAccess.case_id.in_(ids), EmergencyAccess.verdict.in_(UNSETTLED)
        )
    )
    for row in rows:
        says = says_of(row.id, row.opened_at)
        yield Finding(ALARM, says, row.case_id, f"access/{row.id}")


def says_of(number: int, at: datetime) -> str:
    """What the alarm says of an opening: its number and when, never who or why."""
    return f"Opening {number} of {at:%Y-%m-%d %H:%M} UTC: nobody at compliance has settled it."
