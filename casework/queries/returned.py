"""Letters that came back or were sent again, and what that does to the member's time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.models import Case, Clock, Delivery, Letter, Obligation

MOST: Final = 50
WINDOW: Final = "filing_window"


@dataclass(frozen=True, slots=True)
class CameBack:
    """A copy that came back and that nobody has sent again: the case, the letter, why, the task."""

    ref: str
    letter_id: int
    code: str
    title: str
    recipient: str
    reason: str
    returned_at: datetime | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The member's window on a case as it stands: the rule, from which day it counts, the end."""

    rule: str
    citation: str
    due_at: datetime
    anchor_at: datetime
    line: str


def unsettled(cx: Context) -> tuple[CameBack, ...]:
    """Letters within reach that came back and still want something, the oldest task first."""
    rows = cx.db.execute(
        select(
            Case.ref,
            Letter.id,
            Letter.code,
            Letter.title,
            Letter.recipient,
            Delivery.return_reason,
            Delivery.returned_at,
            Obligation.due_at,
        )
        .join(Letter, Letter.id == Delivery.letter_id)
        .join(Case, Case.id == Delivery.case_id)
        .join(
            Obligation,
            (Obligation.case_id == Case.id)
            & (Obligation.kind == func.concat("returned_letter_", Letter.id)),
        )
        .where(Delivery.state == "returned", Obligation.done_at.is_(None))
        .order_by(Obligation.due_at, Delivery.id)
        .limit(MOST)
    )
    return tuple(CameBack(*row) for row in rows)


def window_of(cx: Context, case: Any) -> Window | None:
    """The window that the notices of this case open; None where none does."""
    row = cx.db.execute(
        select(Clock.rule, Clock.citation, Clock.due_at, Clock.anchor_at).where(
            Clock.case_id == case.id, Clock.name == WINDOW
        )
    ).one_or_none()
    if row is None:
        return None
    line = bridge.contract_of(cx, case.contract_version_id).line
    return Window(row.rule, row.citation, row.due_at, row.anchor_at, line)
