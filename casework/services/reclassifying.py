"""What came in under the wrong name goes on under the right one, from the same instant of receipt.

A member's appeal that is a provider's dispute and the other way round; a complaint or an appeal
that asks for care on which nothing was decided yet. (Grievance and appeal change into each other in
`grievance_findings`.) Refused where a decision was made; told to whoever filed it.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import Case, Member, RequestLine
from casework.records import (
    appeal_facts,
    dispute_opening,
    filing,
    findings,
    grievance_facts,
    joins,
    known_claims,
    papers,
    series,
)
from casework.records.answers import Done, done
from casework.records.appeal_opening import AppealAsTold, open_appeal
from casework.records.dispute_opening import DisputeAsTold
from casework.records.forms import asks
from casework.records.known_claims import Claim
from casework.records.opening import open_request
from casework.records.series import Family
from casework.services.splitting import words_of
from casework.submission import LineAsSent, MemberAsSent, PaperAsSent, ProviderAsSent, Submission
from statemachines import engine
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class IntoDispute:
    """The claim of the office that filed, and why it is about money for care already given."""

    claim: str = field(metadata=asks("Claim number", most=40))
    reason: str = field(metadata=asks("Why it is the provider's own dispute", long=True))


@dataclass(frozen=True, kw_only=True)
class IntoMembersAppeal:
    """The member's written consent, for this service and this appeal; why it is the member's."""

    about: str = field(
        default="",
        metadata=asks(
            "Denied request", hint="Only where the dispute names none, such as PA-…", most=24
        ),
    )
    signed_on: date = field(metadata=asks("Signed by the member on"))
    fits: bool = field(
        default=False, metadata=asks("It is for this service and this appeal, and signed")
    )
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("The signed paper"))
    reason: str = field(metadata=asks("Why it is the member's appeal", long=True))


@dataclass(frozen=True, kw_only=True)
class IntoRequest:
    """The service that is asked for, by whom it is ordered, and why it is a request for care."""

    code: str = field(metadata=asks("Service code", most=20))
    label: str = field(default="", metadata=asks("What the service is", most=200))
    units: Decimal | None = field(default=None, metadata=asks("Units"))
    from_date: date | None = field(default=None, metadata=asks("From"))
    to_date: date | None = field(default=None, metadata=asks("To"))
    provider_npi: str = field(metadata=asks("NPI of the provider who orders it", most=10))
    provider_name: str = field(default="", metadata=asks("Name of that provider", most=120))
    priority: Literal["standard", "expedited"] = field(
        default="standard", metadata=asks("How fast it is needed")
    )
    reason: str = field(
        metadata=asks("Why it asks for care on which nothing was decided", long=True)
    )


@command
def take_as_dispute(cx: Context, ref: str, seen: int | None, form: IntoDispute) -> Done:
    """Go on as the provider's own dispute about payment; no right of the member is used up."""
    claim = dispute_opening.claim_of(cx, form.claim) if form.claim.strip() else None
    kin, facts = _appeal(cx, ref, known_claims.request_of(cx, claim) if claim else "")
    facts = replace(facts, claim_named=claim is not None, reason=form.reason)
    ledger.permit(cx, kin.case, "take_as_dispute", facts, seen=seen)
    detail = series.detail_of(cx, kin.case)
    filed = joins.as_filed(cx, kin.case, detail.filer_name)
    if claim is not None:
        _require_own_claim(kin.case, claim, office_id=filed.office_id)
    [converted] = ledger.record(
        cx, [_converted(kin, "take_as_dispute", facts, form.reason, into="dispute")]
    )
    told = DisputeAsTold(filing=filed, claim=form.claim, reason=words_of(cx, kin.case, detail))
    opened = dispute_opening.open_dispute(cx, told)
    _tie(cx, kin.case, converted, opened.case)
    return done(converted, {"dispute": opened.case.ref})


@command
def take_as_appeal(cx: Context, ref: str, seen: int | None, form: IntoMembersAppeal) -> Done:
    """Go on as the member's appeal, on the member's written consent."""
    if form.about.strip():
        kin, origin = series.family_with(cx, ref, kind="appeal", other=form.about)
        facts = appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))
        _require_same_member(kin, origin)
    else:
        kin, facts = _appeal(cx, ref)
        origin = _own_origin(kin)
    disputable = appeal_facts.disputable(cx, origin.case, payment=False)
    facts = replace(
        facts,
        disputes_decision=disputable,
        dispute_named=disputable,
        consent_covers_case=form.fits and form.signed_on <= cx.now.date(),
        reason=form.reason,
    )
    ledger.permit(cx, kin.case, "take_as_appeal", facts, seen=seen)
    papers.require_readable(form.papers, field="papers")
    _require_denied(origin, disputable=disputable)
    papers.attach(cx, kin.case, form.papers, by=cx.principal.name)
    detail = series.detail_of(cx, kin.case)
    opened = open_appeal(
        cx,
        origin,
        AppealAsTold(
            filing=joins.as_filed(cx, kin.case, detail.filer_name),
            reason=words_of(cx, kin.case, detail),
            filer_treats=detail.filer_treats,
            consent_on_file=True,
            converted_from=kin.case.ref,
            restricted=kin.case.restricted,
        ),
        before=[_converted(kin, "take_as_appeal", facts, form.reason, into="appeal")],
    )
    _tie(cx, kin.case, opened.before[0], opened.case)
    return done(opened.before[0], {"appeal": opened.case.ref})


@command
def take_as_request(cx: Context, ref: str, seen: int | None, form: IntoRequest) -> Done:
    """Go on as a request for care on which nothing was decided yet; the hours and days of a request
    run from the receipt that it had."""
    kin, facts = _any(cx, ref)
    decided = _decided_on(cx, kin.case, form.code)
    facts = replace(
        facts,
        member_identified=True,
        requester_identified=bool(form.provider_npi.strip()),
        line_count=int(bool(form.code.strip())),
        decision_made=bool(decided),
        reason=form.reason,
    )
    ledger.permit(cx, kin.case, "take_as_request", facts, seen=seen)
    detail = series.detail_of(cx, kin.case)
    [converted] = ledger.record(
        cx, [_converted(kin, "take_as_request", facts, form.reason, into="request")]
    )
    sent = _submission(cx, kin.case, form, words_of(cx, kin.case, detail))
    recognised, found = findings.examine(cx, sent)
    recognised = replace(recognised, restricted=recognised.restricted or kin.case.restricted)
    filed = open_request(cx, sent, recognised, found)
    new = ledger.take(cx, filed.ref)
    _tie(cx, kin.case, converted, new)
    return done(converted, {"request": new.ref})


def _tie(cx: Context, old: ledger.Head, converted: ledger.Recorded, new: ledger.Head) -> None:
    """The link between the two, and what comes along: parties and papers."""
    joins.link(cx, converted, new, joins.CONVERTED)
    joins.bring_filer(cx, old, new)
    papers.copy(cx, old, new)


def _require_own_claim(case: ledger.Head, claim: Claim, *, office_id: int | None) -> None:
    """The claim is this member's and was billed by the office that filed. Raises Invalid."""
    if claim.member_id != case.member_id or office_id not in (None, claim.organization_id):
        raise Invalid(
            "That claim is not of this member and this office.",
            fields={"claim": "Compare the number with the remittance of the office that filed."},
        )


def _converted(kin: Family, trigger: str, facts: Facts, reason: str, *, into: str) -> ledger.Change:
    return ledger.Change(
        case=kin.case,
        trigger=trigger,
        facts=facts,
        said=ledger.Said(more={"into": into}),
        text={"reason": reason},
        sets={"outcome": joins.CONVERTED},
    )


def _appeal(cx: Context, ref: str, other: str = "") -> tuple[Family, Facts]:
    """The appeal with its facts; a further request that is read, locked with it."""
    if other:
        kin, _ = series.family_with(cx, ref, kind="appeal", other=other)
    else:
        kin = series.family(cx, ref, kind="appeal")
    return kin, appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))


def _any(cx: Context, ref: str) -> tuple[Family, Facts]:
    if ref.strip().upper().startswith("GR-"):
        kin = series.family(cx, ref, kind="grievance")
        facts = known.of_case(cx, kin.case)
        return kin, grievance_facts.of_grievance(cx, kin.case, facts)
    return _appeal(cx, ref)


def _own_origin(kin: Family) -> Family:
    """The disputed request of this appeal, as a family of its own. Raises Invalid without one."""
    if kin.about is None:
        raise Invalid(
            "This dispute names no request.",
            fields={"about": "Enter the number of the denied request, such as PA-…"},
        )
    return Family(kin.about, None, kin.request)


def _require_same_member(kin: Family, origin: Family) -> None:
    if origin.case.member_id != kin.case.member_id:
        raise Invalid(
            "That request is another member's.",
            fields={"about": "Name the request of this member that is disputed."},
        )


def _require_denied(origin: Family, *, disputable: bool) -> None:
    if not disputable:
        raise Invalid(
            "Nothing was decided against the member there.",
            fields={"about": f"{origin.case.ref} is not denied: name the request that was."},
        )


def _decided_on(cx: Context, case: ledger.Head, code: str) -> str:
    """The number of a request of this member in which this very service was denied; empty without
    one."""
    found = cx.db.execute(
        select(Case.ref)
        .join(RequestLine, RequestLine.case_id == Case.id)
        .where(
            Case.member_id == case.member_id,
            Case.kind == "prior_auth",
            Case.state.in_(engine.decided_states("prior_auth")),
            RequestLine.code == code.strip().upper(),
            RequestLine.result != "approved",
        )
        .order_by(Case.id.desc())
        .limit(1)
    ).scalar()
    return str(found or "")


def _submission(cx: Context, case: ledger.Head, form: IntoRequest, told: str) -> Submission:
    number = cx.db.execute(select(Member.number).where(Member.id == case.member_id)).scalar_one()
    by: Any = case.filed_by if case.filed_by in filing.OFFICES else "member"
    channel: Any = case.channel
    line = LineAsSent(
        number=1,
        code=form.code.strip().upper(),
        label=form.label,
        units=form.units,
        from_date=form.from_date,
        to_date=form.to_date,
    )
    return Submission(
        channel=channel,
        received_at=case.received_at,
        member=MemberAsSent(numbers=(number,)),
        requester=ProviderAsSent(npi=form.provider_npi.strip(), name=form.provider_name),
        lines=(line,),
        priority=form.priority,
        filed_by=by,
        note=told,
    )
