"""Audit universes in the manner of CMS's Part C program audit (ODAG): every case of a Medicare
contract that was decided in a period, as rows of facts. Which column says what is told elsewhere.

A universe holds members' names; whoever reads it is written down by the door that shows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.errors import Invalid, NotFound
from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    Contract,
    Determination,
    FormSignature,
    Grievance,
    Member,
)
from casework.records import drugs
from sla.calendars import zone

MOST_ROWS: Final = 20_000
LONGEST: Final = timedelta(days=366)
KINDS: Final[Mapping[str, str]] = {
    "od": "prior_auth",
    "recon": "appeal",
    "grv_c": "grievance",
}
_DECIDED: Final[Mapping[str, tuple[str, ...]]] = {
    "od": ("approved", "deemed_approved", "partially_approved", "denied", "dismissed"),
    "recon": ("upheld", "overturned", "partially_overturned", "dismissed"),
    "grv_c": ("resolved", "dismissed"),
}
_READ: Final = (
    *sorted({event for events in _DECIDED.values() for event in events}),
    *("received", "receipt_corrected", "extended", "notice_sent", "oral_notice_given"),
    *("expedite_granted", "expedite_refused", "forwarded", "reversal_carried_out"),
)
_WRITTEN: Final = frozenset({"favorable", "adverse", "resolution", "dismissal"})


@dataclass(frozen=True)
class Period:
    """One universe: which table, of which contract, decided from the first to the last day."""

    table: str
    contract: str
    since: date
    until: date


@dataclass(frozen=True)
class Fact:
    """What is known of one case of a universe: instants are aware, `zone` says where it is."""

    id: int
    ref: str
    member_id: int
    given_name: str
    family_name: str
    number: str
    contract: str
    title: str
    part_b: bool
    filed_by: str
    channel: str
    fast: bool
    zone: str
    received_at: datetime
    decided: str
    decided_at: datetime
    ground: str
    extended: bool
    oral_at: datetime | None
    written_at: datetime | None
    form_at: datetime | None
    forwarded_at: datetime | None
    carried_out_at: datetime | None
    category: str = ""
    outcome: str = ""


@dataclass
class _Beside:
    """The rows beside the cases, by case or member."""

    members: dict[int, Any] = field(default_factory=dict)
    events: dict[int, list[Any]] = field(default_factory=dict)
    grounds: dict[tuple[int, int], str] = field(default_factory=dict)
    forms: dict[int, datetime] = field(default_factory=dict)
    grievances: dict[int, Any] = field(default_factory=dict)
    drugs: set[int] = field(default_factory=set)


def contracts(cx: Context) -> tuple[tuple[str, str], ...]:
    """The Medicare contracts: code and name."""
    rows = cx.db.execute(
        select(Contract.code, Contract.name)
        .where(Contract.line == "medicare")
        .order_by(Contract.name)
    )
    return tuple((row.code, row.name) for row in rows)


def facts(cx: Context, period: Period) -> tuple[Fact, ...]:
    """The cases of a universe by receipt and number. Raises Invalid for a period that is too long
    or in the wrong order, or one with more cases than a file can hold; NotFound for a contract."""
    _require_period(period)
    contract = cx.db.execute(
        select(Contract.id, Contract.code).where(
            Contract.code == period.contract, Contract.line == "medicare"
        )
    ).first()
    if contract is None:
        raise NotFound("There is no such Medicare contract.")
    cases = _cases(cx, period, contract.id)
    beside = _beside(cx, period, cases)
    found = [
        fact
        for case in cases
        if (fact := _fact(cx, period, case, beside, contract.code)) is not None
    ]
    return tuple(sorted(found, key=lambda fact: (fact.received_at, fact.ref)))


def _require_period(period: Period) -> None:
    if period.until < period.since:
        raise Invalid("The dates are in the wrong order.", fields={"until": "After the first."})
    if period.until - period.since > LONGEST:
        raise Invalid("The period is too long.", fields={"until": "Choose at most a year."})
    if period.table not in KINDS:
        raise NotFound("There is no such table.")


def _cases(cx: Context, period: Period, contract_id: int) -> Sequence[Any]:
    """Cases of the kind with a deciding event near the period; which day it was is told later."""
    start = datetime.combine(period.since, time(), UTC) - timedelta(days=1)
    end = datetime.combine(period.until, time(), UTC) + timedelta(days=2)
    decided = (
        select(CaseEvent.case_id)
        .where(
            CaseEvent.case_id == Case.id,
            CaseEvent.event.in_(_DECIDED[period.table]),
            CaseEvent.occurred_at >= start,
            CaseEvent.occurred_at < end,
        )
        .exists()
    )
    statement = select(Case).where(
        Case.contract_id == contract_id,
        Case.kind == KINDS[period.table],
        Case.received_at < end,
        decided,
    )
    if period.table == "od":
        statement = statement.where(Case.timing != "post_service")
    if period.table == "recon":
        statement = statement.join(Appeal, Appeal.case_id == Case.id).where(
            Appeal.dispute_about == "service"
        )
    rows = cx.db.execute(statement.order_by(Case.id).limit(MOST_ROWS + 1)).scalars().all()
    if len(rows) > MOST_ROWS:
        raise Invalid("There are too many cases.", fields={"until": "Choose a shorter period."})
    return rows


def _beside(cx: Context, period: Period, cases: Sequence[Any]) -> _Beside:
    ids = [case.id for case in cases]
    members = sorted({case.member_id for case in cases})
    found = _Beside()
    for member in cx.db.execute(select(Member).where(Member.id.in_(members))).scalars():
        found.members[member.id] = member
    for event in cx.db.execute(
        select(CaseEvent)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.event.in_(_READ))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    ).scalars():
        found.events.setdefault(event.case_id, []).append(event)
    for ruling in cx.db.execute(
        select(Determination.case_id, Determination.event_seq, Determination.ground).where(
            Determination.case_id.in_(ids)
        )
    ):
        found.grounds[ruling.case_id, ruling.event_seq] = ruling.ground
    for form in cx.db.execute(
        select(FormSignature.member_id, func.max(FormSignature.at).label("at"))
        .where(FormSignature.member_id.in_(members))
        .group_by(FormSignature.member_id)
    ):
        found.forms[form.member_id] = form.at
    if period.table == "grv_c":
        for row in cx.db.execute(select(Grievance).where(Grievance.case_id.in_(ids))).scalars():
            found.grievances[row.case_id] = row
    else:
        found.drugs = drugs.asked_for_alone(cx, ids)
    return found


def _fact(cx: Context, period: Period, case: Any, beside: _Beside, contract: str) -> Fact | None:
    """What is known of a case; None where it was decided on another day than the period's."""
    events = beside.events.get(case.id, [])
    where = bridge.zone_of(cx, case)
    decided = next(
        (
            event
            for event in events
            if event.event in _DECIDED[period.table]
            and period.since <= event.occurred_at.astimezone(zone(where)).date() <= period.until
        ),
        None,
    )
    member = beside.members.get(case.member_id)
    if decided is None or member is None:
        return None
    after = [event for event in events if event.seq > decided.seq]
    grievance = beside.grievances.get(case.id)
    by_other = case.filed_by not in ("member", "provider", "physician")
    return Fact(
        id=case.id,
        ref=case.ref,
        member_id=case.member_id,
        given_name=member.given_name,
        family_name=member.family_name,
        number=member.number,
        contract=contract,
        title=case.title,
        part_b=case.service == "part_b_drug" or case.id in beside.drugs,
        filed_by=case.filed_by,
        channel=case.channel,
        fast=_was_fast(case, events, decided.seq),
        zone=where,
        received_at=case.received_at,
        decided=decided.event,
        decided_at=decided.occurred_at,
        ground=beside.grounds.get((case.id, decided.seq), ""),
        extended=any(e.event == "extended" and e.seq < decided.seq for e in events),
        oral_at=_first(after, "oral_notice_given"),
        written_at=next(
            (
                e.occurred_at
                for e in after
                if e.event == "notice_sent" and e.notice_kind in _WRITTEN
            ),
            None,
        ),
        form_at=beside.forms.get(case.member_id) if by_other else None,
        forwarded_at=_first(events, "forwarded"),
        carried_out_at=_first(after, "reversal_carried_out"),
        category=grievance.category if grievance else "",
        outcome=grievance.outcome if grievance else case.outcome,
    )


def _was_fast(case: Any, events: Sequence[Any], before: int) -> bool:
    fast: bool = case.priority == "expedited"
    for event in events:
        if event.seq < before and event.event in ("expedite_granted", "expedite_refused"):
            fast = event.event == "expedite_granted"
    return fast


def _first(events: Sequence[Any], name: str) -> datetime | None:
    return next((event.occurred_at for event in events if event.event == name), None)
