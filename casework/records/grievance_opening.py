"""Opening a grievance: what happened when, then its receipt; for filing and for conversion."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import insert

from casework import bridge, ledger, seal
from casework.bridge import facts as known
from casework.context import Context
from casework.ledger.entries import case_key
from casework.models import Grievance
from casework.records import filing, issues
from casework.records.categories import Category
from sla.calendars import zone

QUEUE = "grievances"


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What somebody complains about, in their own words, and who they are to us."""

    filing: filing.Filing
    category: Category
    told: str
    member_id: int
    contract_id: int
    contract_version_id: int
    restricted: bool = False
    severity: str = "normal"
    incident_on: date | None = None
    in_writing: bool = True
    about: ledger.Head | None = None
    parties: tuple[tuple[int, str], ...] = ()
    converted_from: str = ""
    split_from: str = ""
    disputes: str = ""


def open_grievance(
    cx: Context, told: Complaint, *, before: Sequence[ledger.Change] = ()
) -> tuple[ledger.Head, tuple[ledger.Recorded, ...]]:
    """Record the incident and the receipt of a new grievance; `before` comes first."""
    new = _new_case(told)
    said = {"category": told.category.code}
    said |= {"converted_from": told.converted_from} if told.converted_from else {}
    said |= {"split_from": told.split_from} if told.split_from else {}
    received = ledger.Change(
        case=new,
        trigger="receive",
        occurred_at=told.filing.received_at,
        facts=replace(
            known.of_actor(cx),
            line=bridge.contract_of(cx, told.contract_version_id).line,
            filer=told.filing.filed_by,
            receipt_known=told.filing.received_at <= cx.now,
            complaint_stated=bool(told.told.strip()),
            category=told.category.code,
        ),
        said=ledger.Said(by=told.filing.said_by, more=said),
        text={"told": told.told},
    )
    recorded = ledger.record(cx, [*before, *_incident(cx, told, new), received])
    case = recorded[-1].case
    _write(cx, case, told)
    return case, tuple(recorded[: len(before)])


def _new_case(told: Complaint) -> ledger.NewCase:
    return ledger.NewCase(
        kind="grievance",
        contract_id=told.contract_id,
        contract_version_id=told.contract_version_id,
        member_id=told.member_id,
        received_at=told.filing.received_at,
        channel=told.filing.channel,
        filed_by=told.filing.filed_by,
        about=told.category.about,
        restricted=told.restricted,
        queue=QUEUE,
        title=f"Grievance: {told.category.label}"[:120],
        parent_id=told.about.id if told.about else None,
        parties=told.parties,
    )


def _incident(cx: Context, told: Complaint, new: ledger.NewCase) -> list[ledger.Change]:
    """When it happened: the Medicare window to complain counts from it (42 CFR 422.564(d))."""
    if told.incident_on is None:
        return []
    where = zone(bridge.contract_of(cx, told.contract_version_id).time_zone)
    at = datetime.combine(told.incident_on, time(), where).astimezone(UTC)
    return [ledger.Change(case=new, observation="incident", occurred_at=at)]


def _write(cx: Context, case: ledger.Head, told: Complaint) -> None:
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(Grievance).values(
            case_id=case.id,
            about_case_id=told.about.id if told.about else None,
            category=told.category.code,
            severity=told.severity,
            quality_of_care=told.category.quality,
            incident_on=told.incident_on,
            filer_name=told.filing.name,
            told_ct=seal.seal_text(key, told.told, f"told:{case.id}"),
            in_writing=told.in_writing,
            disputes=told.disputes,
        )
    )
    issues.first(cx, case, told.category.code, told.told)
