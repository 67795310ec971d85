"""How a case stands, for whoever knows its number, the birth date and the ZIP of its member.

Unknown and wrong are one answer and cost one statement. Nothing of a restricted case or member is
told, and of any other only its kind, its state and by when the answer is due.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, Text, column, func, select

from casework import bridge
from casework.context import Context


@dataclass(frozen=True)
class CaseStatus:
    """All that is told. `case_id` and `member_id` are for the history of looks alone."""

    kind: str
    state: str
    due_at: datetime | None
    zone: str
    case_id: int
    member_id: int


def status_of(cx: Context, ref: str, *, born: date, zip_code: str) -> CaseStatus | None:
    """The case of this number, when all three fit together; else None."""
    found = func.public_case_status(ref.strip().upper(), born, zip_code.strip()[:5]).table_valued(
        column("id", BigInteger),
        column("kind", Text),
        column("state", Text),
        column("member_id", BigInteger),
        column("contract_version_id", BigInteger),
        column("due_at", DateTime(timezone=True)),
    )
    row = cx.db.execute(select(found)).one_or_none()
    if row is None:
        return None
    return CaseStatus(
        kind=row.kind,
        state=row.state,
        due_at=row.due_at,
        zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
        case_id=row.id,
        member_id=row.member_id,
    )
