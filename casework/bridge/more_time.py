"""What the rule of the decision clock allows by way of extension, as facts for the guards."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.bridge.clocks import answer
from casework.bridge.vocabulary import CLOCK_EVENTS
from casework.context import Context
from casework.models import CaseEvent
from sla.values import Answer, Candidate
from statemachines.facts import Facts

REQUESTED = "requested"


def history(cx: Context, case_id: int) -> list[Any]:
    """The events of a case that say something to its clocks, oldest first."""
    return list(
        cx.db.execute(
            select(CaseEvent)
            .where(CaseEvent.case_id == case_id, CaseEvent.event.in_(CLOCK_EVENTS))
            .order_by(CaseEvent.seq)
        ).scalars()
    )


def standing_answer(cx: Context, case: Any) -> Answer:
    """What the clock engine says of the case as it stands, recomputed from its events."""
    return answer(cx, case, history(cx, case.id))


def of_extension(
    cx: Context, case: Any, facts: Facts, *, asked_by: str, found: Answer | None = None
) -> Facts:
    """Days left and grounds accepted from this requester (`member`, `provider`, `plan`); `found` is
    the standing answer of the clock engine where it is at hand."""
    found = found or standing_answer(cx, case)
    clock = found.clock("decision")
    federal = [c for c in clock.candidates if c.layer == "federal"] if clock else []
    terms = [c for c in federal if c.terms.extension is not None and cx.now <= c.due]
    return replace(
        facts,
        extension_days_left=max((_left(c) for c in terms), default=0),
        extension_grounds=tuple(sorted({g for c in terms for g in _grounds(c, asked_by)})),
        extension_notice_in_time=bool(terms),
        decision_due_passed=not terms if federal else facts.decision_due_passed,
    )


def _left(candidate: Candidate) -> int:
    terms = candidate.terms.extension
    if terms is None or (terms.once and candidate.extensions):
        return 0
    return terms.days - sum(extension.days for extension in candidate.extensions)


def _grounds(candidate: Candidate, asked_by: str) -> Iterable[str]:
    terms = candidate.terms.extension
    if terms is None:
        return ()
    if asked_by == "plan":
        return terms.plan_grounds
    return (REQUESTED,) if asked_by in terms.asked_by else ()
