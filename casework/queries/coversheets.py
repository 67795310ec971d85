"""The coversheets that somebody asked for, to show them. It changes nothing."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.bridge.letter_plan import block_now
from casework.context import Context
from casework.models import Coversheet
from casework.records.mailing_desks import desk_of
from letters.context import Office
from letters.coversheet import in_groups


@dataclass(frozen=True)
class Sheet:
    """One sheet: its number as people read it, which way, its state, the hash of its PDF."""

    number: str
    way: str
    state: str
    sha256: str


def own_sheets(cx: Context, case_id: int) -> tuple[Sheet, ...]:
    """What the acting person asked for on this case and what did not come back yet, newest
    first."""
    rows = cx.db.execute(
        select(Coversheet)
        .where(
            Coversheet.case_id == case_id,
            Coversheet.asked_by_id == cx.principal.id,
            Coversheet.came_at.is_(None),
        )
        .order_by(Coversheet.id.desc())
    ).scalars()
    return tuple(Sheet(in_groups(row.number), row.way, row.state, row.sha256) for row in rows)


def where_to(cx: Context, contract_id: int, kind: str) -> Office | None:
    """The desk to which papers about this kind of case go."""
    return desk_of(block_now(cx, contract_id), kind)
