"""Each denial of a period and what became of it, as a part of a statement: the denials, their
appeals and reviews, the last verdict, when it was carried out. It asks nothing by itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, extract, func, or_, select, union_all

from casework.models import Appeal, Case, CaseEvent, Clock, Contract, ExternalReview
from sla.calendars import end_of_day, zone
from statemachines import engine

ZONE: Final = "America/New_York"
ADVERSE: Final = ("denied", "partially_approved")
OVERTURNED, PARTLY, UPHELD = "overturned", "partially_overturned", "upheld"
REVERSED: Final = "terminated_by_reversal"  # the plan itself, before the body decided
VERDICTS: Final = (OVERTURNED, PARTLY, UPHELD, REVERSED)
CARRIED: Final = ("effectuated", "partly_effectuated", "reversal_carried_out")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Decided from the first to the last day, both included, Eastern Time; `line` empty: all."""

    since: date
    until: date
    line: str = ""


def _denials(asked: Asked) -> Any:
    """The last adverse decision of each request in the period, as a named part of the statement."""
    start, end = _instants(asked)
    # Of a request that somebody had decided the clock only says that the notice was late.
    by_law = and_(
        CaseEvent.event == "deadline_missed",
        CaseEvent.from_state.in_(sorted(engine.open_states("prior_auth"))),
        CaseEvent.facts.contains('"clock":"decision"'),
        select(Clock.id)
        .where(
            Clock.case_id == CaseEvent.case_id,
            Clock.name == "decision",
            Clock.consequence == "deemed_denial",
        )
        .exists(),
    )
    last = (
        select(CaseEvent.case_id, func.max(CaseEvent.seq).label("seq"))
        .where(
            CaseEvent.event.in_((*ADVERSE, "deadline_missed")),
            CaseEvent.occurred_at >= start,
            CaseEvent.occurred_at < end,
            or_(CaseEvent.event.in_(ADVERSE), by_law),
        )
        .group_by(CaseEvent.case_id)
        .subquery("last")
    )
    statement: Any = (
        select(
            Case.id,
            Case.ref,
            Case.title,
            CaseEvent.seq,
            CaseEvent.occurred_at.label("at"),
            CaseEvent.event,
            CaseEvent.actor_role.label("role"),
            Contract.line,
        )
        .join(last, last.c.case_id == Case.id)
        .join(CaseEvent, and_(CaseEvent.case_id == Case.id, CaseEvent.seq == last.c.seq))
        .join(Contract, Contract.id == Case.contract_id)
        .where(Case.kind == "prior_auth")
    )
    if asked.line:
        statement = statement.where(Contract.line == asked.line)
    return statement.cte("denial")


def _kin(denial: Any) -> Any:
    """Each denial with the appeals of it and the reviews outside. A dispute about payment is the
    provider's own and says nothing of the denial."""
    appeal = (
        select(denial.c.id.label("denial"), Appeal.case_id.label("case_id"))
        .join(Appeal, Appeal.about_case_id == denial.c.id)
        .join(Case, Case.id == Appeal.case_id)
        .where(Appeal.dispute_about == "service", Case.opened_at >= denial.c.at)
    )
    known = appeal.cte("appealed")
    outside = select(denial.c.id, ExternalReview.case_id).join(
        ExternalReview, ExternalReview.about_case_id == denial.c.id
    )
    after_appeal = select(known.c.denial, ExternalReview.case_id).join(
        ExternalReview, ExternalReview.about_case_id == known.c.case_id
    )
    return union_all(select(known), outside, after_appeal).cte("kin")


def fates_of(asked: Asked) -> Any:
    """The denials of the period, each with what became of it."""
    denial = _denials(asked)
    kin = _kin(denial)
    verdicts = (
        select(
            kin.c.denial,
            CaseEvent.event.label("verdict"),
            func.row_number()
            .over(
                partition_by=kin.c.denial,
                order_by=(
                    CaseEvent.occurred_at.desc(),
                    CaseEvent.case_id.desc(),
                    CaseEvent.seq.desc(),
                ),
            )
            .label("place"),
        )
        .join(CaseEvent, CaseEvent.case_id == kin.c.case_id)
        .where(CaseEvent.event.in_(VERDICTS))
        .subquery("verdicts")
    )
    itself = select(denial.c.id.label("denial"), denial.c.id.label("case_id"))
    there = union_all(select(kin.c.denial, kin.c.case_id), itself).subquery("there")
    carried = (
        select(there.c.denial, func.min(CaseEvent.occurred_at).label("at"))
        .join(CaseEvent, CaseEvent.case_id == there.c.case_id)
        .join(denial, denial.c.id == there.c.denial)
        .where(CaseEvent.event.in_(CARRIED), CaseEvent.occurred_at > denial.c.at)
        .group_by(there.c.denial)
        .subquery("carried")
    )
    any_kin = select(kin.c.denial).distinct().subquery("any_kin")
    seconds = extract("epoch", carried.c.at - denial.c.at)
    statement: Any = (
        select(
            *denial.c,
            any_kin.c.denial.is_not(None).label("appealed"),
            func.coalesce(verdicts.c.verdict, "").label("verdict"),
            (seconds / 86_400.0).label("days"),
        )
        .outerjoin(any_kin, any_kin.c.denial == denial.c.id)
        .outerjoin(verdicts, and_(verdicts.c.denial == denial.c.id, verdicts.c.place == 1))
        .outerjoin(carried, carried.c.denial == denial.c.id)
    )
    return statement.cte("fate")


def _instants(asked: Asked) -> tuple[datetime, datetime]:
    where = zone(ZONE)
    moment = timedelta(seconds=1)
    return end_of_day(asked.since - timedelta(days=1), where) + moment, end_of_day(
        asked.until, where
    ) + moment
