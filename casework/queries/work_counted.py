"""The cases of some months as a part of a statement: each with its decision, its time, its fast
track and what became of its denial. It asks nothing by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, extract, func, or_, select, true

from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    CaseParty,
    Clock,
    Contract,
    Organization,
    PriorAuth,
    ReportingLine,
    RequestLine,
    User,
)
from casework.queries.overturn_groups import kind_of

ZONE: Final = "America/New_York"
MOST_MONTHS: Final = 24
RECEIVED, DECIDED = "received", "decided"
FOR: Final = ("approved", "deemed_approved", "overturned")
IN_PART: Final = ("partially_approved", "partially_overturned")
AGAINST: Final = ("denied", "upheld")
DECISIONS: Final = (*FOR, *IN_PART, *AGAINST, "resolved")
_DENIED: Final = ("denied", "partially_approved")
NOBODY, RULE, NO_TEAM = "Not decided yet", "By rule or by law", "No team"
NOT_SAID: Final = "Not said"


@dataclass(frozen=True, kw_only=True)
class Months:
    """From the first day of a month until the first day after the last, Eastern Time: cases that
    were received (or decided) in them; `kind` and `line` empty for all."""

    since: date
    until: date
    counted_by: str = RECEIVED
    kind: str = "prior_auth"
    line: str = ""


def counted(asked: Months) -> Any:
    """One row for each case of the months: ids and times, `reviewer_id` 0 for nobody, and flags."""
    inside = _inside(asked)
    told = _told(inside)
    fate = _fate(inside)
    event = _decision(inside)
    clock = and_(Clock.case_id == Case.id, Clock.name == "decision")
    asked_fast = or_(Case.priority == "expedited", func.coalesce(told.c.asked, False))
    refused = func.coalesce(told.c.refused, False)
    no_reason = or_(
        func.coalesce(told.c.no_reason, False),
        and_(
            Case.priority == "expedited",
            func.coalesce(func.length(PriorAuth.priority_reason_ct), 0) == 0,
        ),
    )
    return (
        select(
            Case.id,
            Case.ref,
            Case.title,
            Case.kind,
            Case.contract_id,
            Contract.line,
            Contract.code.label("contract"),
            func.coalesce(Contract.state, NOT_SAID).label("state"),
            Case.received_at,
            event.c.occurred_at.label("decided_at"),
            func.coalesce(event.c.event, "").label("outcome"),
            func.coalesce(event.c.actor_id, 0).label("reviewer_id"),
            func.coalesce(event.c.actor_kind, "").label("actor_kind"),
            (extract("epoch", event.c.occurred_at - Case.received_at) / 86_400.0).label("days"),
            func.coalesce(Clock.satisfied_at <= Clock.due_at, False).label("in_time"),
            func.coalesce(
                or_(Clock.satisfied_at > Clock.due_at, Clock.state == "missed"), False
            ).label("late"),
            asked_fast.label("fast_asked"),
            and_(asked_fast, Case.fast_track).label("fast_granted"),
            and_(asked_fast, refused).label("fast_refused"),
            and_(asked_fast, refused, no_reason).label("fast_misused"),
            func.coalesce(fate.c.appealed, False).label("appealed"),
            func.coalesce(fate.c.fell, False).label("fell"),
        )
        .join(inside, inside.c.id == Case.id)
        .join(Contract, Contract.id == Case.contract_id)
        .outerjoin(PriorAuth, PriorAuth.case_id == Case.id)
        .outerjoin(told, true())
        .outerjoin(event, true())
        .outerjoin(Clock, clock)
        .outerjoin(fate, true())
        .cte("counted")
    )


def _inside(asked: Months) -> Any:
    """The cases of the months by number alone."""
    start, end = _midnight(asked.since), _midnight(asked.until)
    statement: Any = select(Case.id)
    if asked.counted_by == DECIDED:
        last = (
            select(CaseEvent.case_id, func.max(CaseEvent.seq).label("seq"))
            .where(
                CaseEvent.event.in_(DECISIONS),
                CaseEvent.occurred_at >= start,
                CaseEvent.occurred_at < end,
            )
            .group_by(CaseEvent.case_id)
            .subquery("last")
        )
        decided_anew = (
            select(CaseEvent.seq)
            .where(
                CaseEvent.case_id == last.c.case_id,
                CaseEvent.seq > last.c.seq,
                CaseEvent.event.in_(DECISIONS),
            )
            .exists()
        )
        statement = statement.join(last, last.c.case_id == Case.id).where(~decided_anew)
    else:
        statement = statement.where(Case.received_at >= start, Case.received_at < end)
    if asked.kind:
        statement = statement.where(Case.kind == asked.kind)
    if asked.line:
        lines = select(Contract.id).where(Contract.line == asked.line).scalar_subquery()
        statement = statement.where(Case.contract_id.in_(lines))
    return statement.cte("inside")


# What follows is asked case by case through the index of its case: with walls on every table the
# planner cannot guess how many rows there are, and a join of whole sets would be tried row by row.


def _told(inside: Any) -> Any:
    """What was asked for the pace of each case."""
    said = CaseEvent.event
    return (
        select(
            func.bool_or(said == "expedite_requested").label("asked"),
            func.bool_or(said == "expedite_refused").label("refused"),
            func.bool_or(
                and_(said == "expedite_requested", func.length(CaseEvent.body_ct) == 0)
            ).label("no_reason"),
        )
        .where(
            CaseEvent.case_id == inside.c.id,
            said.in_(("expedite_requested", "expedite_refused")),
        )
        .correlate(inside)
        .lateral("told")
    )


def _decision(inside: Any) -> Any:
    """The last decision of each case."""
    return (
        select(
            CaseEvent.event,
            CaseEvent.occurred_at,
            CaseEvent.actor_id,
            CaseEvent.actor_kind,
        )
        .where(CaseEvent.case_id == inside.c.id, CaseEvent.event.in_(DECISIONS))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
        .correlate(inside)
        .lateral("decision")
    )


def _fate(inside: Any) -> Any:
    """Whether each was appealed, and fell, in whole or in part."""
    fell = CaseEvent.event.in_(("overturned", "partially_overturned"))
    return (
        select(
            (func.count() > 0).label("appealed"),
            func.bool_or(CaseEvent.event.is_not(None)).label("fell"),
        )
        .select_from(Appeal)
        .outerjoin(CaseEvent, and_(CaseEvent.case_id == Appeal.case_id, fell))
        .where(Appeal.about_case_id == inside.c.id, Appeal.dispute_about == "service")
        .correlate(inside)
        .lateral("fate")
    )


def denied(row: Any) -> Any:
    """Whether the decision was against the request, whole or in part."""
    return row.c.outcome.in_(_DENIED)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE))


# ── Slices: a statement to which what it needs was joined, and the expression of the group ──────


def _plain(name: str) -> Callable[[Any, Any, Months], tuple[Any, Any]]:
    def group(statement: Any, row: Any, _asked: Months) -> tuple[Any, Any]:
        return statement, row.c[name]

    return group


def _service(statement: Any, row: Any, _asked: Months) -> tuple[Any, Any]:
    """The kind of the first line: a case stands in one group."""
    kind = (
        select(kind_of(func.upper(RequestLine.code)))
        .where(RequestLine.case_id == row.c.id, RequestLine.number == 1)
        .correlate(row)
        .scalar_subquery()
    )
    return statement, func.coalesce(kind, NOT_SAID)


def _reviewer(statement: Any, row: Any, _asked: Months) -> tuple[Any, Any]:
    who = case(
        (row.c.outcome == "", NOBODY),
        (row.c.actor_kind != "user", RULE),
        else_=func.coalesce(User.name, NOT_SAID),
    )
    person = and_(User.id == row.c.reviewer_id, row.c.actor_kind == "user")
    return statement.outerjoin(User, person), who


def _team(statement: Any, row: Any, _asked: Months) -> tuple[Any, Any]:
    """The manager of whoever decided, on the day of the decision."""
    on = func.date(func.timezone(ZONE, row.c.decided_at))
    manager = (
        select(func.min(User.name))
        .join(ReportingLine, ReportingLine.manager_id == User.id)
        .where(
            ReportingLine.user_id == row.c.reviewer_id,
            ReportingLine.starts_on <= on,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= on),
        )
        .correlate(row)
        .scalar_subquery()
    )
    return statement, case(
        (row.c.outcome == "", NOBODY),
        (row.c.actor_kind != "user", RULE),
        else_=func.coalesce(manager, NO_TEAM),
    )


def _provider(statement: Any, row: Any, _asked: Months) -> tuple[Any, Any]:
    asking = (
        select(func.min(Organization.name))
        .join(CaseParty, CaseParty.organization_id == Organization.id)
        .where(CaseParty.case_id == row.c.id, CaseParty.role == "requesting")
        .correlate(row)
        .scalar_subquery()
    )
    return statement, func.coalesce(asking, NOT_SAID)


def _month(statement: Any, row: Any, asked: Months) -> tuple[Any, Any]:
    at = row.c.decided_at if asked.counted_by == DECIDED else row.c.received_at
    return statement, func.to_char(func.timezone(ZONE, at), "YYYY-MM")


SLICES: Final[Mapping[str, Callable[[Any, Any, Months], tuple[Any, Any]]]] = {
    "month": _month,
    "line": _plain("line"),
    "contract": _plain("contract"),
    "state": _plain("state"),
    "kind": _plain("kind"),
    "service": _service,
    "reviewer": _reviewer,
    "team": _team,
    "provider": _provider,
}
