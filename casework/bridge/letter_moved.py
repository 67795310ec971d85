"""What the letters say of a case that goes on in another one: its number, kind, receipt, due day.

They say nothing of the services or of any decision: none was made.
"""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func, select

from casework.bridge import office_matters
from casework.bridge.clocks import contract_of
from casework.bridge.letter_sources import Sources
from casework.context import Context
from casework.models import Case, CaseLink, Clock, Obligation
from letters.context import Deadline, LetterContext, Moved
from sla.calendars import local_day, zone

CODES: Final = frozenset({"case_joined", "case_parted", "case_renamed", "office_goes_on"})
PROMISED: Final = "kept_promise"  # the obligation that an earlier day promised elsewhere is kept
_KINDS: Final = {"prior_auth": "request", "appeal": "appeal", "grievance": "grievance"}


def filled(cx: Context, whole: LetterContext, sources: Sources) -> LetterContext:
    """The context with what a letter about a moved case says; any other letter stays as it is."""
    if whole.code not in CODES:
        return whole
    row = cx.db.execute(
        select(Case, CaseLink.relation)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(CaseLink.case_id == sources.case.id, CaseLink.seq == sources.event.seq)
    ).one_or_none()
    if row is None:
        return whole
    other = row.Case
    where = zone(contract_of(cx, other.contract_version_id).time_zone)
    return replace(
        whole,
        services=(),
        decision=None,
        moved=Moved(
            relation=row.relation,
            ref=other.ref,
            kind=kind_of(other),
            received_on=local_day(other.received_at, where),
        ),
        dates=replace(whole.dates, decide_by=_decide_by(cx, other)),
    )


def kind_of(case: Any) -> str:
    """What a letter calls this case: appeal, dispute, grievance or request."""
    own = office_matters.is_of_an_office(case.kind, case.about, case.filed_by)
    return "dispute" if own and case.kind == "appeal" else _KINDS[case.kind]


def _decide_by(cx: Context, case: Any) -> Deadline | None:
    """The decision clock of that case; a day that was promised elsewhere, where it comes first."""
    clock = cx.db.execute(
        select(Clock.due_at, Clock.zone, Clock.by_day).where(
            Clock.case_id == case.id, Clock.name == "decision"
        )
    ).one_or_none()
    if clock is None:
        return None
    promised = cx.db.execute(
        select(func.min(Obligation.due_at)).where(
            Obligation.case_id == case.id,
            Obligation.kind == PROMISED,
            Obligation.done_at.is_(None),
        )
    ).scalar()
    due = min(clock.due_at, promised) if promised else clock.due_at
    if clock.by_day:
        return Deadline(on=local_day(due, zone(clock.zone)))
    return Deadline.moment(due, clock.zone)
