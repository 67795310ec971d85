"""How a case stands, as facts for its guards: fast track, windows, reversals, what is open.

Looked up here for commands and for the buttons of a page alike, so that both see the same.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from casework import bridge
from casework.bridge import facts as known
from casework.bridge import office_matters
from casework.context import Context
from casework.models import (
    Appeal,
    Authorization,
    Case,
    CaseEvent,
    Contact,
    Determination,
    ExternalReview,
)
from statemachines import engine
from statemachines.facts import Facts

REOPEN_DAYS = 60  # policy of the contract where its workflow says nothing
REVERSED = ("overturned", "partial")  # of an appeal or a review outside
VACATE_DAYS = 183  # Medicare: six months, 42 CFR 422.582(f)-(h); elsewhere the contract's policy


def expedite_facts(cx: Context, case: Any) -> Facts:
    """Who asked for the fast track so far, and whether somebody still waits for the answer."""
    rows = cx.db.execute(
        select(CaseEvent.event, CaseEvent.said_by)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.event.in_(("expedite_requested", "expedite_granted", "expedite_refused")),
        )
        .order_by(CaseEvent.seq)
    ).all()
    asked = [row.said_by for row in rows if row.event == "expedite_requested"]
    if case.priority == "expedited":
        asked.insert(0, case.filed_by)
    answered = any(row.event != "expedite_requested" for row in rows[-1:])
    return replace(
        known.of_case(cx, case),
        expedite_supporters=tuple(asked) or None,
        expedite_unanswered=bool(asked) and not answered,
    )


def authorization_facts(cx: Context, case: Any, facts: Facts) -> Facts:
    """Whether an authorization of this case still stands today."""
    found = cx.db.execute(
        select(Authorization.id)
        .where(Authorization.case_id == case.id, Authorization.ended_on.is_(None))
        .limit(1)
    ).scalar()
    return replace(facts, authorization_stands=found is not None)


def reversal_of(cx: Context, case: Any) -> int | None:
    """The appeal or outside review whose reversal of this request's denial stands, or None.

    A review that is about the appeal of this request counts like one about the request itself. The
    newest wins. A provider's own dispute gives money, never the service.
    """
    appeals = select(Appeal.case_id).where(Appeal.about_case_id == case.id)
    told = or_(
        Appeal.about_case_id == case.id,
        ExternalReview.about_case_id == case.id,
        ExternalReview.about_case_id.in_(appeals),
    )
    found = cx.db.execute(
        select(Case.id)
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .outerjoin(ExternalReview, ExternalReview.case_id == Case.id)
        .where(told, Case.outcome.in_(REVERSED), Case.about != office_matters.DISPUTE)
        .order_by(Case.id.desc())
        .limit(1)
    ).scalar()
    return int(found) if found is not None else None


def vacate_window_open(cx: Context, case: Any) -> bool:
    """Whether the last dismissal of this case is recent enough to be vacated."""
    dismissed = cx.db.execute(
        select(func.max(CaseEvent.occurred_at)).where(
            CaseEvent.case_id == case.id,
            CaseEvent.event.in_(("dismissed", "late_filing_refused")),
        )
    ).scalar()
    workflow = bridge.version_of(cx, case.contract_version_id).workflow
    days = timedelta(days=int(workflow.get("vacate_days", VACATE_DAYS)))
    return dismissed is not None and cx.now <= dismissed + days


def contact_attempts(cx: Context, case: Any) -> int:
    """How often we tried to reach somebody about this case."""
    return int(
        cx.db.execute(
            select(func.count())
            .select_from(Contact)
            .where(Contact.case_id == case.id, Contact.direction == "out")
        ).scalar_one()
    )


def appeal_open(cx: Context, case: Any) -> bool:
    """Whether an appeal of this request is being worked on."""
    return bool(
        cx.db.execute(
            select(func.count())
            .select_from(Appeal)
            .join(Case, Case.id == Appeal.case_id)
            .where(Appeal.about_case_id == case.id, Case.state.in_(engine.open_states("appeal")))
            .where(Case.about != office_matters.DISPUTE)
        ).scalar_one()
    )


def reopen_window_open(cx: Context, case: Any) -> bool:
    """Whether the contract still lets the last determination be looked at again."""
    decided = cx.db.execute(
        select(func.max(Determination.decided_at)).where(Determination.case_id == case.id)
    ).scalar()
    workflow = bridge.version_of(cx, case.contract_version_id).workflow
    days = timedelta(days=int(workflow.get("reopen_days", REOPEN_DAYS)))
    return decided is not None and cx.now <= decided + days


def withdrawn_by_filer(facts: Facts) -> Facts:
    """The facts of a withdrawal that the filer's own message asks for."""
    return replace(facts, withdrawal_by_party=True)
