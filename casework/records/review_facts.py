"""How a review outside the plan stands, as facts for its guards: eligibility, window, body."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import CaseEvent, Clock, ExternalReview
from casework.records import windows
from statemachines.facts import Facts


def of_review(cx: Context, case: Any, facts: Facts) -> Facts:
    """The facts of this review as it stands, added to those of any case."""
    body = cx.db.execute(
        select(ExternalReview.body).where(ExternalReview.case_id == case.id)
    ).scalar_one()
    return replace(
        facts,
        body=body,
        filed_late=windows.came_late(cx, case),
        found_eligible=_has(cx, case.id, "found_eligible"),
        perfecting_open=perfecting_open(cx, case) if case.state == "incomplete" else None,
    )


def perfecting_open(cx: Context, case: Any) -> bool:
    """Whether the claimant may still complete the request: until the window ends, and at least 48
    hours after the notice (45 CFR 147.136(d)(2)(ii)); before the notice no time runs."""
    due_at = cx.db.execute(
        select(Clock.due_at).where(Clock.case_id == case.id, Clock.name == "perfect_request")
    ).scalar()
    return due_at is None or bool(cx.now <= due_at)


def _has(cx: Context, case_id: int, event: str) -> bool:
    found = cx.db.execute(
        select(CaseEvent.seq).where(CaseEvent.case_id == case_id, CaseEvent.event == event).limit(1)
    ).scalar()
    return found is not None
