"""What each case is to the public figures of a year, read from its events: a request decided, an
appeal decided, left out and why, or nothing.

The readings of the rule that it takes, all printed beside the figures: a request counts in the year
in which it was decided, once, by what was decided when the plan first told it; time runs from
receipt; priority is that at the decision; drugs are left out (42 CFR 422.122(c), 438.210(f); 45 CFR
156.223(c)). It writes nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.models import Appeal, Case, CaseEvent
from casework.records import drugs
from casework.records.reporting_units import Unit
from sla.calendars import local_day, zone

PAGE: Final = 500
REQUEST, APPEAL, LEFT_OUT = "request", "appeal", "left_out"
RULINGS: Final = {
    "approved": "approved",
    "deemed_approved": "approved",
    "partially_approved": "partial",
    "denied": "denied",
}
VERDICTS: Final = {
    "upheld": "upheld",
    "overturned": "overturned",
    "partially_overturned": "partial",
}
# Why a case that ended in the year is in no percentage.
DRUG, AFTERWARDS, NOT_REQUIRED = "drug", "afterwards", "not_required"
WITHDRAWN, DISMISSED = "withdrawn", "dismissed"
_ENDS: Final = (WITHDRAWN, DISMISSED)
_TOLD: Final = frozenset({"favorable", "adverse", "resolution"})
_FASTER, _SLOWER = "expedite_granted", "expedite_refused"
_READ: Final = (
    *RULINGS,
    *VERDICTS,
    *_ENDS,
    *("received", "receipt_corrected", "dismissal_vacated", "extended", _FASTER, _SLOWER),
    *("notice_sent", "oral_notice_given"),
)
_COLUMNS: Final = (
    Case.id,
    Case.kind,
    Case.contract_version_id,
    Case.priority,
    Case.timing,
    Case.service,
    Case.pa_required,
)
_EVENTS: Final = (
    CaseEvent.case_id,
    CaseEvent.seq,
    CaseEvent.event,
    CaseEvent.occurred_at,
    CaseEvent.notice_kind,
    CaseEvent.facts,
)


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of a unit, as far as was recorded by an instant."""

    unit: Unit
    year: int
    as_of: datetime

    @property
    def before(self) -> datetime:
        """No case received at or after this instant can belong to the year, in any zone."""
        return datetime(self.year + 1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one case is to the year."""

    case_id: int
    what: str
    priority: str
    outcome: str
    extended: bool
    received_at: datetime
    decided_at: datetime

    @property
    def row(self) -> dict[str, Any]:
        """The same as a row of `year_case`, without the number of the count."""
        return {name: getattr(self, name) for name in self.__slots__}


def how_many(cx: Context, year: Year) -> tuple[int, int]:
    """The highest id of a case that could belong to the year, and how many could; 0 for none."""
    found = cx.db.execute(_within(select(func.max(Case.id), func.count(Case.id)), year)).one()
    return int(found[0] or 0), int(found[1])


def page_after(
    cx: Context, year: Year, after: int, upto: int, *, size: int = PAGE
) -> tuple[int, int, list[Counted]]:
    """The next cases by id: how many were read, the last id, and what they are to the year."""
    cases = cx.db.execute(
        _within(select(*_COLUMNS), year)
        .where(Case.id > after, Case.id <= upto)
        .order_by(Case.id)
        .limit(size)
    ).all()
    if not cases:
        return 0, upto, []
    disputed = _disputed(cx, [case.id for case in cases if case.kind == "appeal"])
    about = _cases(cx, disputed.values())
    ids = {*(case.id for case in cases), *about}
    rows = _events(cx, ids, year.as_of)
    for_drugs = drugs.asked_for_alone(cx, ids)
    counted = []
    for case in cases:
        if case.kind == "prior_auth":
            found = of_request(case, rows.get(case.id, []), drug=_is_drug(case, for_drugs))
        else:
            request = about.get(disputed.get(case.id, 0))
            if request is None or _is_left_out(request, drug=_is_drug(request, for_drugs)):
                continue
            found = of_appeal(case, rows.get(case.id, []), request, rows.get(request.id, []))
        where = zone(bridge.zone_of(cx, case))
        if found is not None and local_day(found.decided_at, where).year == year.year:
            counted.append(found)
    return len(cases), cases[-1].id, counted


def of_request(case: Any, rows: Sequence[Any], *, drug: bool) -> Counted | None:
    """What a request is, in whatever year it was decided or ended; None while it is open."""
    decided = _first_told(rows, RULINGS)
    left_out = _is_left_out(case, drug=drug)
    if decided is None:
        decided, left_out = _ended(rows), ""
        if decided is None:
            return None
    outcome = RULINGS.get(decided.event)
    return Counted(
        case_id=case.id,
        what=LEFT_OUT if left_out or outcome is None else REQUEST,
        priority=_priority(case, rows, decided.occurred_at),
        outcome=left_out or outcome or decided.event,
        extended=any(row.event == "extended" and row.seq < decided.seq for row in rows),
        received_at=_received(rows),
        decided_at=decided.occurred_at,
    )


def of_appeal(
    case: Any, rows: Sequence[Any], request: Any, of_request: Sequence[Any]
) -> Counted | None:
    """What an appeal of a request is; its priority is that of the request when it was appealed."""
    decided = _first_told(rows, VERDICTS)
    if decided is None:
        return None
    received = _received(rows)
    return Counted(
        case_id=case.id,
        what=APPEAL,
        priority=_priority(request, of_request, received),
        outcome=VERDICTS[decided.event],
        extended=False,
        received_at=received,
        decided_at=decided.occurred_at,
    )


def _first_told(rows: Iterable[Any], outcomes: Mapping[str, str]) -> Any:
    """The decision that stood when a person was first told of one: a change before that counts
    once, and a case that is reopened after it is no second request."""
    last = None
    for row in rows:
        if row.event in outcomes:
            last = row
        elif last is not None and _tells(row):
            return last
    return last


def _tells(row: Any) -> bool:
    if row.event == "oral_notice_given":
        return True
    return row.event == "notice_sent" and row.notice_kind in _TOLD


def _ended(rows: Sequence[Any]) -> Any:
    """How a request ended without a decision; None where it did not, or is open again."""
    last = None
    for row in rows:
        if row.event in _ENDS:
            last = row
        elif row.event == "dismissal_vacated":
            last = None
    return last


def _received(rows: Sequence[Any]) -> datetime:
    """When it came in: as corrected, else as first recorded."""
    at: datetime = next(row.occurred_at for row in rows if row.event == "received")
    for row in rows:
        if row.event == "receipt_corrected":
            at = datetime.fromisoformat(json.loads(row.facts)["received_at"])
    return at


def _priority(case: Any, rows: Sequence[Any], at: datetime) -> str:
    """The priority as it stood at an instant."""
    said: str = case.priority
    for row in rows:
        if row.occurred_at <= at:
            said = {_FASTER: "expedited", _SLOWER: "standard"}.get(row.event, said)
    return said


def _is_left_out(case: Any, *, drug: bool) -> str:
    """Why no decision of this request is counted; empty where it is."""
    if drug:
        return DRUG
    if case.timing == "post_service":
        return AFTERWARDS
    return "" if case.pa_required else NOT_REQUIRED


def _is_drug(case: Any, for_drugs: set[int]) -> bool:
    return case.service in drugs.SERVICES or case.id in for_drugs


def _within(statement: Any, year: Year) -> Any:
    return statement.where(
        Case.contract_id.in_(year.unit.contract_ids),
        Case.kind.in_(("prior_auth", "appeal")),
        Case.received_at < year.before,
        Case.opened_at <= year.as_of + timedelta(seconds=1),
    )


def _cases(cx: Context, ids: Iterable[int]) -> dict[int, Any]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = cx.db.execute(select(*_COLUMNS).where(Case.id.in_(wanted)))
    return {row.id: row for row in rows}


def _disputed(cx: Context, appeals: Sequence[int]) -> dict[int, int]:
    """Which request each of these appeals disputes; a dispute about payment disputes none."""
    if not appeals:
        return {}
    rows = cx.db.execute(
        select(Appeal.case_id, Appeal.about_case_id).where(
            Appeal.case_id.in_(appeals),
            Appeal.dispute_about == "service",
            Appeal.about_case_id.is_not(None),
        )
    )
    return {row.case_id: row.about_case_id for row in rows if row.about_case_id}


def _events(cx: Context, ids: Iterable[int], as_of: datetime) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = {}
    for row in cx.db.execute(
        select(*_EVENTS)
        .where(
            CaseEvent.case_id.in_(sorted(ids)),
            CaseEvent.event.in_(_READ),
            CaseEvent.recorded_at <= as_of,
        )
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    ):
        rows.setdefault(row.case_id, []).append(row)
    return rows
