"""Whether a case still wants something: an open state, a running clock, or something owed.

A decided case whose letter could not leave is not done, and stays on somebody's list. This module
writes one column; it decides nothing and moves no version.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, exists, or_, tuple_, update

from casework.context import Context
from casework.metadata import table_of
from casework.models import Case, Clock, Obligation
from statemachines import engine

_OPEN: Final = tuple(
    (kind, state) for kind in engine.KINDS for state in sorted(engine.open_states(kind))
)


def weigh(cx: Context, case_ids: Collection[int]) -> None:
    """Bring `open` of these cases to what their state, clocks and obligations now say."""
    if not case_ids:
        return
    case, clock, owed = table_of(Case), table_of(Clock), table_of(Obligation)
    runs = exists().where(
        clock.c.case_id == case.c.id,
        clock.c.owner != "member",
        or_(
            clock.c.state == "open", and_(clock.c.state == "missed", clock.c.satisfied_at.is_(None))
        ),
    )
    owes = exists().where(owed.c.case_id == case.c.id, owed.c.done_at.is_(None))
    wants = or_(tuple_(case.c.kind, case.c.state).in_(_OPEN), runs, owes)
    cx.db.connection().execute(
        update(case)
        .where(case.c.id.in_(case_ids), case.c.open.is_distinct_from(wants))
        .values(open=wants)
    )
