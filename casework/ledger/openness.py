"""Whether a case still wants something: an open state, a running clock, or something owed.

A decided case whose letter could not leave is not done, and stays on somebody's list. On a case
that is closed nobody waits for an answer or a talk any more. It decides nothing and moves no
version.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, exists, or_, select, tuple_, update

from casework.context import Context
from casework.metadata import table_of
from casework.models import Case, Clock, InformationRequest, Obligation, PeerToPeer
from statemachines import engine

CLOSED: Final = "the case was closed"
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
        ~clock.c.ended,
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
    _end_waits(cx, case_ids)


def _end_waits(cx: Context, case_ids: Collection[int]) -> None:
    case, asked, talk = table_of(Case), table_of(InformationRequest), table_of(PeerToPeer)
    closed = select(case.c.id).where(case.c.id.in_(case_ids), case.c.open.is_(False))
    cx.db.connection().execute(
        update(asked)
        .where(
            asked.c.case_id.in_(closed), asked.c.answered_at.is_(None), asked.c.lapsed_at.is_(None)
        )
        .values(lapsed_at=cx.now)
    )
    cx.db.connection().execute(
        update(talk)
        .where(talk.c.case_id.in_(closed), talk.c.held_at.is_(None), talk.c.closed_at.is_(None))
        .values(closed_at=cx.now, outcome=CLOSED)
    )
