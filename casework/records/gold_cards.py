"""The measured record of offices: how many of their requests of one policy were approved.

Counted are requests that people decided: what a rule approved proves nothing about the office, and
is told beside. A request is approved when its first decision gave every line as asked, or when an
appeal or a review outside gave it back. It reads and writes nothing but figures.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, select

from casework.context import Context
from casework.models import Case, CaseParty, Determination, GoldCard, PaRule, RequestLine


@dataclass(frozen=True, slots=True)
class Bar:
    """What a record must reach: over so many months at least so many requests that people decided,
    of which so many of a hundred were approved. Texas asks 90 of 100 and five requests (Tex. Ins.
    Code 4201.653); a card is looked at again when it falls below `keep`."""

    months: int = 12
    least: int = 5
    rate: int = 90
    keep: int = 85


BAR: Final = Bar()


@dataclass(frozen=True, slots=True)
class Record:
    """Figures of one office for one policy between two days: requests that people decided, of them
    approved; those that a rule approved."""

    organization_id: int
    policy: str
    decided: int
    approved: int
    by_rule: int
    since: str
    until: str

    @property
    def rate(self) -> float | None:
        """Approved of a hundred; None where nothing was decided."""
        return 100 * self.approved / self.decided if self.decided else None

    @property
    def reaches(self) -> bool:
        """Whether it is good enough for a card."""
        return self.decided >= BAR.least and 100 * self.approved >= BAR.rate * self.decided

    @property
    def falls(self) -> bool:
        """Whether a card with this record ought to end: enough was decided, and too little of it
        approved."""
        return self.decided >= BAR.least and 100 * self.approved < BAR.keep * self.decided

    def stored(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


def measured(
    cx: Context, *, until: date, organizations: Collection[int] | None = None
) -> tuple[Record, ...]:
    """The record of every office and policy with anything decided in the months before this day
    (its own included), by office and policy. One statement over the decisions of that time."""
    since = until - timedelta(days=round(BAR.months * 30.44))
    decided = _decided(since, until, organizations).subquery()
    by_rule = func.count().filter(decided.c.by_rule)
    by_people = func.count().filter(~decided.c.by_rule)
    approved = func.count().filter(and_(~decided.c.by_rule, decided.c.approved))
    rows = cx.db.execute(
        select(decided.c.organization_id, decided.c.policy, by_people, approved, by_rule)
        .group_by(decided.c.organization_id, decided.c.policy)
        .order_by(decided.c.organization_id, decided.c.policy)
    )
    return tuple(
        Record(row[0], row[1], row[2], row[3], row[4], since.isoformat(), until.isoformat())
        for row in rows
    )


def cases_behind(
    cx: Context, organization_id: int, policy: str, *, until: date, most: int
) -> tuple[Any, ...]:
    """The requests behind a record, newest first, within the principal's reach."""
    since = until - timedelta(days=round(BAR.months * 30.44))
    decided = _decided(since, until, (organization_id,)).subquery()
    rows = cx.db.execute(
        select(
            Case.ref,
            Case.title,
            Case.received_at,
            Case.state,
            decided.c.by_rule,
            decided.c.approved,
        )
        .join(decided, decided.c.case_id == Case.id)
        .where(decided.c.policy == policy)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(most)
    )
    return tuple(rows)


def of_card(cx: Context, card: GoldCard, *, until: date) -> Record:
    """The record behind a card as it is measured now."""
    found = measured(cx, until=until, organizations=(card.organization_id,))
    empty = Record(card.organization_id, card.policy, 0, 0, 0, "", until.isoformat())
    return next((each for each in found if each.policy == card.policy), empty)


def _decided(since: date, until: date, organizations: Collection[int] | None) -> Any:
    """Requests whose first decision fell into this time: one row for each office and policy."""
    given_back = (
        select(1)
        .where(
            _LATER.c.series_id == Case.series_id,
            _LATER.c.kind.in_(("appeal", "external_review")),
            _LATER.c.outcome == "overturned",
        )
        .exists()
    )
    policy = (
        select(PaRule.contract_id, PaRule.code, func.max(PaRule.policy).label("policy"))
        .where(PaRule.policy != "")
        .group_by(PaRule.contract_id, PaRule.code)
        .subquery()
    )
    statement = (
        select(
            Case.id.label("case_id"),
            CaseParty.organization_id,
            policy.c.policy,
            (Determination.ground == "rule").label("by_rule"),
            case((Determination.outcome == "approved", True), else_=given_back).label("approved"),
        )
        .join(Determination, and_(Determination.case_id == Case.id, Determination.version == 1))
        .join(CaseParty, and_(CaseParty.case_id == Case.id, CaseParty.role == "requesting"))
        .join(RequestLine, RequestLine.case_id == Case.id)
        .join(
            policy,
            and_(policy.c.contract_id == Case.contract_id, policy.c.code == RequestLine.code),
        )
        .where(
            Case.kind == "prior_auth",
            Determination.decided_at >= _midnight(since),
            Determination.decided_at < _midnight(until + timedelta(days=1)),
        )
        .distinct()
    )
    if organizations is not None:
        statement = statement.where(CaseParty.organization_id.in_(organizations))
    return statement


_LATER: Final = Case.__table__.alias("later")


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
