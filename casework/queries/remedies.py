"""What a member can still do against a decision: appeal it or ask for a review outside, by when.

The days are those of the clocks by which a filing will be judged. It decides nothing: the filing
command does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework import bridge
from casework.bridge.law import clocks_of, consequence_by_law
from casework.context import Context
from casework.models import Appeal, Case, Clock
from casework.queries.case_file import case_by_ref
from casework.queries.member_home import Dispute, disputes_of
from casework.records import appeal_facts, keeping, speaking, windows
from statemachines import engine


@dataclass(frozen=True)
class Remedy:
    """The next step against the decision on one case: `kind` appeal or external_review, empty where
    nothing stands that could be disputed.

    `last_day` is the day that the letter prints (None while no letter opened the window); `late`
    says that a filing now comes after it. `keep_until`: until when care that was cut can be asked
    to go on (`cut` True: something was cut); `unasked`: with an appeal now it goes on by itself.
    """

    case_id: int
    ref: str
    title: str
    member_id: int
    line: str
    timing: str
    zone: str
    kind: str
    dispute: Dispute | None
    last_day: datetime | None
    late: bool
    cut: bool
    keep_open: bool
    keep_until: datetime | None
    unasked: bool
    form_on_file: bool

    @property
    def open(self) -> bool:
        """Whether the step can be taken now."""
        return bool(self.kind) and self.dispute is None


def remedy_of(cx: Context, ref: str) -> Remedy:
    """The next step of the member on this case. Raises NotFound."""
    return remedy_on(cx, case_by_ref(cx, ref))


def remedy_on(cx: Context, case: Any) -> Remedy:
    """The same for a case that is at hand."""
    clock = clocks_of(cx, case)
    window, keep = clock("filing_window"), clock("continuation_window")
    kind = _kind(cx, case)
    line = bridge.contract_of(cx, case.contract_version_id).line
    cut = kind == "appeal" and appeal_facts.was_cut(cx, case.id)
    return Remedy(
        case_id=case.id,
        ref=case.ref,
        title=case.title,
        member_id=case.member_id,
        line=line,
        timing=case.timing,
        zone=bridge.zone_of(cx, case),
        kind=kind,
        dispute=disputes_of(cx, [case.id]).get(case.id) if kind else None,
        last_day=window.due_utc if window else None,
        late=bool(kind and window) and windows.filed_late(cx, case, cx.now),
        cut=cut,
        keep_open=cut and windows.continuation_open(cx, case, cx.now),
        keep_until=keep.due_utc if keep else None,
        unasked=cut and keeping.by_law(cx, case, line=line, came_at=cx.now),
        form_on_file=speaking.may_act(
            cx, case.member_id, series_id=case.series_id, name=cx.principal.name
        ),
    )


@dataclass(frozen=True)
class Disputable:
    """A decision against the member, for the page that asks which one it is about."""

    ref: str
    title: str
    state: str
    zone: str
    received_at: datetime
    last_day: datetime | None
    dispute: Dispute | None


def decisions_against(cx: Context, *, limit: int = 20) -> tuple[Disputable, ...]:
    """The own requests that were denied or approved in part, newest first."""
    rows = cx.db.execute(
        select(
            Case.id,
            Case.ref,
            Case.title,
            Case.state,
            Case.received_at,
            Case.contract_version_id,
            Clock.due_at,
        )
        .outerjoin(Clock, (Clock.case_id == Case.id) & (Clock.name == "filing_window"))
        .where(Case.kind == "prior_auth", Case.state.in_(("denied", "partially_approved")))
        .order_by(Case.id.desc())
        .limit(limit)
    ).all()
    taken = disputes_of(cx, [row.id for row in rows])
    return tuple(
        Disputable(
            ref=row.ref,
            title=row.title,
            state=row.state,
            zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
            received_at=row.received_at,
            last_day=row.due_at,
            dispute=taken.get(row.id),
        )
        for row in rows
    )


def _kind(cx: Context, case: Any) -> str:
    if case.kind == "prior_auth":
        return "appeal" if appeal_facts.disputable(cx, case, payment=False) else ""
    if case.kind == "appeal" and _leads_outside(cx, case):
        return "external_review"
    return ""


def _leads_outside(cx: Context, case: Any) -> bool:
    """Whether the member may ask for a review outside: after a decision against him, or where the
    plan's missed clock counts as one. In Medicare the plan forwards the case itself."""
    line = bridge.contract_of(cx, case.contract_version_id).line
    if line == "medicare":
        return False
    payment = cx.db.execute(select(Appeal.dispute_about).where(Appeal.case_id == case.id)).scalar()
    if payment == "payment":
        return False
    if case.outcome in appeal_facts.ADVERSE:
        return True
    waits = case.state in engine.open_states("appeal")
    return waits and consequence_by_law(cx, case) == "deemed_exhaustion"
