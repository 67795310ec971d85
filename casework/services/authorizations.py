"""After an approval: change what was authorized, reduce or end it, carry out a reversal.

A change opens a new linked request and leaves the old determination as history. A reduction or an
end takes effect only after the advance notice (42 CFR 438.404(c)(1), 431.211).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import insert, select, update

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.models import (
    Authorization,
    CaseParty,
    Diagnosis,
    PriorAuth,
    RequestLine,
)
from casework.records import cuts, determinations, lines, standing
from casework.records.answers import Done, done
from casework.records.cuts import Reduction
from casework.records.forms import asks
from sla.calendars import local_day, zone

DOMAIN = "medical"


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """What is to change about an authorization, in a new linked request."""

    change: Literal["extend_dates", "add_line", "cancel"] = field(metadata=asks("What changes"))
    reason: str = field(metadata=asks("Why", long=True))
    ends_on: date | None = field(default=None, metadata=asks("New last day"))
    add_code: str = field(default="", metadata=asks("Code to add", most=20))


@dataclass(frozen=True, kw_only=True)
class CarryingOut:
    """The window in which the service is authorized after a reversal."""

    starts_on: date = field(metadata=asks("First day"))
    ends_on: date = field(metadata=asks("Last day"))


@command
def change_authorization(cx: Context, ref: str, seen: int | None, form: Alteration) -> Done:
    """Ask for a change of an approved request: a new linked request is opened for review."""
    case = ledger.take(cx, ref)
    facts = replace(
        standing.authorization_facts(cx, case, known.of_case(cx, case)),
        change_kind=form.change,
        change_on_approved=_touches_approved_only(cx, case, form),
    )
    ledger.permit(cx, case, "change_authorization", facts, seen=seen)
    opened = ledger.NewCase(
        kind="prior_auth",
        contract_id=case.contract_id,
        contract_version_id=case.contract_version_id,
        member_id=case.member_id,
        received_at=cx.now,
        channel=cx.channel or "portal",
        filed_by="provider",
        timing=case.timing,
        service=case.service,
        specialty=case.specialty,
        pa_required=case.pa_required,
        restricted=case.restricted,
        queue="review",
        title=f"Change: {case.title}"[:120],
        parent_id=case.id,
        series_id=case.series_id,
        parties=_parties(cx, case),
    )
    recorded = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="change_authorization",
                facts=facts,
                said=ledger.Said(more={"change": form.change}),
                text={"reason": form.reason},
            ),
            ledger.Change(
                case=opened,
                trigger="receive",
                facts=replace(
                    facts,
                    receipt_known=True,
                    member_identified=True,
                    requester_identified=True,
                    line_count=1,
                ),
                said=ledger.Said(by="provider"),
                text={"reason": form.reason},
            ),
        ],
    )
    _copy_request(cx, case, recorded[1].case, form)
    return done(recorded[0], {"request": recorded[1].case.ref})


@command
def reduce(cx: Context, ref: str, seen: int | None, form: Reduction) -> Done:
    """Authorize less from a day on; the member is told before and may keep the care."""
    return _cut(cx, ref, seen, form, trigger="reduce")


@command
def terminate(cx: Context, ref: str, seen: int | None, form: Reduction) -> Done:
    """End an authorization from a day on; the member is told before and may keep the care."""
    return _cut(cx, ref, seen, form, trigger="terminate")


@command
def carry_out_reversal(cx: Context, ref: str, seen: int | None, form: CarryingOut) -> Done:
    """Authorize on the denied request what an appeal or a review outside gave the member."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        reversal_stands=standing.reversal_of(cx, case) is not None,
        carried_out_proof="authorization",
    )
    ledger.permit(cx, case, "carry_out_reversal", facts, seen=seen)
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, trigger="carry_out_reversal", facts=facts)]
    )
    number = determinations.authorize(
        cx,
        recorded.case,
        determination_id=None,
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        effectuates_case_id=standing.reversal_of(cx, case),
    )
    return done(recorded, {"authorization": number})


def _cut(cx: Context, ref: str, seen: int | None, form: Reduction, *, trigger: str) -> Done:
    case = ledger.take(cx, ref)
    contract = bridge.contract_of(cx, case.contract_version_id)
    today = local_day(cx.now, zone(contract.time_zone))
    first = cuts.earliest(contract.line, form.ground, today=today)
    facts = standing.authorization_facts(cx, case, known.of_case(cx, case))
    facts = replace(
        known.of_decider(cx, case, facts, user_id=cx.principal.id),
        reason=form.reason,
        service_domain=DOMAIN,
        expertise_domains=(DOMAIN,) if form.attested else (),
        advance_notice_kept=first is None or form.effective_on >= first,
    )
    ledger.permit(cx, case, trigger, facts, seen=seen)
    cuts.require_ground(contract.line, form)
    cuts.require_words(contract.line, form, trigger=trigger)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger=trigger,
                facts=facts,
                said=ledger.Said(
                    ground=form.ground,
                    more={"effective_date": form.effective_on.isoformat()}
                    | ({"exempt_why": form.exempt_why} if form.exempt_why else {}),
                ),
                text=cuts.words_of(form),
            )
        ],
    )
    if trigger == "terminate":
        cx.db.execute(
            update(Authorization)
            .where(Authorization.case_id == case.id, Authorization.ended_on.is_(None))
            .values(ended_on=form.effective_on)
            .execution_options(synchronize_session=False)
        )
    return done(recorded)


def _touches_approved_only(cx: Context, case: ledger.Head, form: Alteration) -> bool:
    results = cx.db.execute(
        select(RequestLine.result).where(RequestLine.case_id == case.id)
    ).scalars()
    if form.change == "add_line":
        return bool(form.add_code.strip())
    if form.change == "extend_dates" and form.ends_on is None:
        return False
    return any(result.startswith("approved") for result in results)


def _parties(cx: Context, case: ledger.Head) -> tuple[tuple[int, str], ...]:
    rows = cx.db.execute(
        select(CaseParty.organization_id, CaseParty.role).where(CaseParty.case_id == case.id)
    )
    return tuple(sorted({(row.organization_id, row.role) for row in rows}))


def _copy_request(cx: Context, old: ledger.Head, new: ledger.Head, form: Alteration) -> None:
    """The approved lines again, as they are to be; what was denied stays with the old request."""
    detail = cx.db.execute(select(PriorAuth).where(PriorAuth.case_id == old.id)).scalar_one()
    cx.db.execute(
        insert(PriorAuth).values(
            case_id=new.id,
            requester=detail.requester,
            servicing=detail.servicing,
            facility=detail.facility,
            contact_name=detail.contact_name,
            contact_phone=detail.contact_phone,
            wire={"changes": old.ref, "change": form.change},
        )
    )
    asked = lines.asked(cx, old.id)
    rows = [_line(new, row, form) for row in asked.values()]
    if form.change == "add_line":
        first = next(iter(asked.values()))
        rows.append(_line(new, first, form) | {"number": max(asked) + 1, "code": form.add_code})
    cx.db.execute(insert(RequestLine), rows)
    diagnoses = cx.db.execute(select(Diagnosis).where(Diagnosis.case_id == old.id)).scalars().all()
    if diagnoses:
        cx.db.execute(
            insert(Diagnosis),
            [
                {
                    "case_id": new.id,
                    "number": row.number,
                    "code": row.code,
                    "kind": row.kind,
                    "billable": row.billable,
                }
                for row in diagnoses
            ],
        )


def _line(new: ledger.Head, row: Any, form: Alteration) -> dict[str, Any]:
    return {
        "case_id": new.id,
        "number": row.number,
        "system": "procedure",
        "code": row.code,
        "label": row.label,
        "units": row.units,
        "from_date": row.from_date,
        "to_date": form.ends_on or row.to_date,
        "place": row.place,
        "servicing": row.servicing,
    }
