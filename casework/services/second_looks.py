"""A reviewer who was independent when the appeal was given to him, and is so no more.

The organization chart changes, a colleague joins the series. The decision is refused anyhow; here
somebody gets the task to choose another reviewer, and it ends by itself when the doubt is gone.
"""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import or_, select

from casework import ledger
from casework.bridge import facts as known
from casework.bridge import version_of
from casework.context import Context
from casework.db import command
from casework.models import Appeal, Case, Clock, Determination, Obligation
from casework.records import appeal_facts, candidates, obligations, series
from casework.records.candidates import Reason
from statemachines import engine

SAYS: Final = "Choose another reviewer: whoever has this appeal may no longer decide it."


def to_look_at(cx: Context) -> list[str]:
    """The numbers of the open appeals whose task does not fit how their reviewer stands today: it
    is owed and not there, or there and not owed."""
    owed = _owed(cx)
    runs = Case.state.in_(engine.open_states("appeal")) & Appeal.reviewer_id.is_not(None)
    appeals = cx.db.execute(
        select(
            Case.id,
            Case.ref,
            Case.state,
            Case.series_id,
            Case.contract_version_id,
            Appeal.reviewer_id,
        )
        .join(Appeal, Appeal.case_id == Case.id)
        .where(or_(runs, Case.id.in_(owed)))
        .order_by(Case.id)
    ).all()
    doubted = _doubted(cx, appeals)
    return [row.ref for row in appeals if (row.id in owed) != (row.id in doubted)]


@command
def look_again(cx: Context, ref: str) -> bool:
    """Judge the reviewer of this appeal as of today: owe the choice of another one, with the reason
    in the history, or end that task. True where something was written."""
    kin = series.family(cx, ref, kind="appeal")
    reviewer = series.detail_of(cx, kin.case).reviewer_id
    reasons = _reasons(cx, kin.case, reviewer)
    if bool(reasons) == (kin.case.id in _owed(cx, kin.case.id)):
        return False
    if not reasons:
        obligations.settle(cx, kin.case, {obligations.OTHER_REVIEWER})
        return True
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=kin.case,
                observation="reviewer_doubted",
                said=ledger.Said(more={"reviewer": reviewer}),
                text={"reason": reasons[0].sentence},
            )
        ],
    )
    obligations.owe(
        cx,
        # The one who may not decide is not the one who chooses who may.
        replace(recorded.case, assignee_id=None),
        obligations.OTHER_REVIEWER,
        f"{SAYS} {reasons[0].sentence}",
        due_at=_due(cx, recorded.case),
        cause_seq=recorded.seq,
        citation=reasons[0].citation,
    )
    return True


def _reasons(cx: Context, case: ledger.Head, reviewer: int | None) -> tuple[Reason, ...]:
    """Why the reviewer may no longer decide; nothing where nobody has it, or it is over."""
    if reviewer is None or case.state not in engine.open_states("appeal"):
        return ()
    facts = appeal_facts.of_appeal(cx, case, known.of_case(cx, case))
    return candidates.against(
        appeal_facts.of_reviewer(cx, case, facts, user_id=reviewer, attested=True, expert_id=None)
    )


def _due(cx: Context, case: ledger.Head) -> Any:
    """The next business day's end, and no later than the decision itself."""
    decision = cx.db.execute(
        select(Clock.due_at).where(
            Clock.case_id == case.id, Clock.name == "decision", Clock.state == "open"
        )
    ).scalar()
    soon = obligations.business_day_after(cx, case)
    return min(soon, decision) if decision is not None and decision > cx.now else soon


def _owed(cx: Context, case_id: int | None = None) -> set[int]:
    wanted = select(Obligation.case_id).where(
        Obligation.kind == obligations.OTHER_REVIEWER, Obligation.done_at.is_(None)
    )
    if case_id is not None:
        wanted = wanted.where(Obligation.case_id == case_id)
    return set(cx.db.execute(wanted).scalars())


def _doubted(cx: Context, appeals: Any) -> set[int]:
    """Those whose reviewer took part in the matter before, or reports to one who did."""
    took_part: dict[int, set[tuple[int, int]]] = {}
    for row in cx.db.execute(
        select(Case.series_id, Case.id, Determination.decided_by_id)
        .join(Determination, Determination.case_id == Case.id)
        .where(
            Case.series_id.in_({each.series_id for each in appeals}),
            Determination.decided_by_id.is_not(None),
        )
    ):
        took_part.setdefault(row.series_id, set()).add((row.id, row.decided_by_id))
    chart = known.reporting_lines(cx, on=cx.now.date())
    found = set()
    for row in appeals:
        before = {by for case, by in took_part.get(row.series_id, ()) if case != row.id}
        apart = {row.reviewer_id}
        if _checks_subordinates(cx, row.contract_version_id):
            apart |= known.above(chart, row.reviewer_id)
        if row.state in engine.open_states("appeal") and before & apart:
            found.add(row.id)
    return found


def _checks_subordinates(cx: Context, version_id: int) -> bool:
    version = version_of(cx, version_id)
    return version.contract.line != "medicare" or bool(
        version.workflow.get("check_subordinates", True)
    )
