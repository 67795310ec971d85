"""Forwarding by the house itself: no Medicare appeal waits for a hand to go to the review entity.

42 CFR 422.590(a)(2), (d), (g): an adverse decision and a missed clock both go on. Which cases are
owed is read from their clocks, so a path that nobody thought of is found all the same.
"""

from typing import Any, Final

from sqlalchemy import select

from casework import ledger
from casework.bridge import facts as known
from casework.context import SYSTEM, Context
from casework.db import command
from casework.models import Case, Clock
from casework.records import appeal_facts, review_opening, series
from statemachines import engine

LIMIT: Final = 100
CLOCK: Final = "forward_to_ire"
# Where an appeal stands that can still go on.
BEFORE: Final = tuple(
    sorted(
        {
            source
            for edge in engine.edges("appeal")
            if edge.trigger == "forward"
            for source in edge.sources
        }
    )
)


def unforwarded() -> Any:
    """The condition on `Case`: the law's clock for forwarding runs, and nothing went on."""
    runs = (
        select(Clock.id)
        .where(
            Clock.case_id == Case.id,
            Clock.name == CLOCK,
            Clock.satisfied_at.is_(None),
            Clock.ended.is_(False),
        )
        .exists()
    )
    return (Case.kind == "appeal") & Case.state.in_(BEFORE) & runs


def owed(cx: Context, limit: int = LIMIT) -> list[str]:
    """The appeals that are owed to the review entity and did not go on, longest waiting first."""
    rows = cx.db.execute(select(Case.ref).where(unforwarded()).order_by(Case.id).limit(limit))
    return list(rows.scalars())


@command
def forward_owed(cx: Context, ref: str) -> str:
    """Forward this appeal in the name of the house; returns the number of the review, empty where
    somebody was faster or its law does not want it (a dispute under a provider's own contract)."""
    kin = series.family(cx, ref, kind="appeal")
    facts = appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))
    if kin.case.state not in BEFORE:
        return ""
    if ledger.refused(SYSTEM, "appeal", kin.case.state, "forward", facts) is not None:
        return ""
    told, changes = review_opening.forwarding(cx, kin, facts, actor=SYSTEM)
    recorded = ledger.record(cx, changes)
    return review_opening.forwarded(cx, kin, told, recorded)
