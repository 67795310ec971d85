"""Opening a provider's dispute about its payment: it names a claim of that office, and runs on the
contract. It uses up no right of the member, and nothing of it goes to the member.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select

from casework import bridge, ledger, refs, seal
from casework.bridge import facts as known
from casework.bridge import office_matters
from casework.context import Context
from casework.errors import Invalid, WrongDoor
from casework.ledger.entries import case_key
from casework.models import Appeal, Case, Determination
from casework.records import filing, known_claims, series
from casework.records.known_claims import Claim
from sla.calendars import local_day, zone
from statemachines import engine

QUEUE: Final = "disputes"
_VOID: Final = ("withdrawn", "dismissed", "converted")
_UNKNOWN: Final = (
    "We have no claim with this number from your office: compare it with the remittance."
)


@dataclass(frozen=True, kw_only=True)
class DisputeAsTold:
    """What the office says: which claim, and why its payment is wrong."""

    filing: filing.Filing
    claim: str
    reason: str


@dataclass(frozen=True)
class OpenedDispute:
    """The dispute as it was opened; `request` stands behind the claim, empty where none does."""

    case: ledger.Head
    claim: Claim
    request: str
    level: int
    late: bool


@dataclass(frozen=True)
class _Ladder:
    """Where this dispute stands: its level, the one before it, and its own terms."""

    level: int
    before: Any
    days: int
    window: int


def claim_of(cx: Context, number: str) -> Claim:
    """The claim that a dispute names. Raises WrongDoor for the number of a request, Invalid for a
    claim that is not there, not of this office (the two look the same), or not decided yet."""
    kind = refs.kind_of(number)
    if kind in ("prior_auth", "authorization"):
        raise WrongDoor(
            "That is the number of a request, no claim: care that is still needed is appealed for"
            " the patient.",
            door="appeal",
            fields={"claim": "Enter the number of the claim as the remittance has it."},
        )
    claim = known_claims.claim_numbered(cx, number)
    if claim is None:
        raise Invalid("There is no such claim here.", fields={"claim": _UNKNOWN})
    if claim.adjudicated_on is None:
        raise Invalid(
            "This claim is not decided yet: there is nothing to dispute.",
            fields={"claim": f"{claim.number} is still pending: wait for the remittance."},
        )
    return claim


def is_under_contract(cx: Context, claim: Claim) -> bool:
    """Whether the office disputes under its contract with us. Without one, on Medicare, its payment
    appeal is Medicare's own, with a waiver of liability (42 CFR 422.574(b), 422.578)."""
    version_id = bridge.version_at(cx, claim.contract_id, cx.now)
    return claim.in_network or bridge.contract_of(cx, version_id).line != "medicare"


def open_dispute(cx: Context, told: DisputeAsTold) -> OpenedDispute:
    """Open it with its clock and its letter to the office.

    Raises WrongDoor and Invalid as `claim_of` does, and Invalid where the claim is disputed already
    or the contract has no further level.
    """
    claim = claim_of(cx, told.claim)
    if not is_under_contract(cx, claim):
        raise WrongDoor(
            "Your office has no contract with this Medicare plan: its payment is appealed under"
            " Medicare's rules, with a signed waiver of liability (42 CFR 422.574(b)).",
            door="appeal",
            fields={"claim": "File it as an appeal about payment, with the waiver."},
        )
    ladder = _ladder(cx, claim, told)
    request = known_claims.request_of(cx, claim)
    behind = series.origin(cx, request).case if request else None
    office = told.filing.office_id or claim.organization_id
    late = _late(cx, claim, ladder, told)
    [recorded] = ledger.record(
        cx, [_received(cx, told, claim, behind, ladder=ladder, office=office)]
    )
    _write(cx, recorded.case, told, claim, behind=behind, late=late)
    return OpenedDispute(recorded.case, claim, request, ladder.level, late)


def _ladder(cx: Context, claim: Claim, told: DisputeAsTold) -> _Ladder:
    """Which level of the contract this is. One dispute of a claim runs at a time."""
    version = bridge.version_of(
        cx, bridge.version_at(cx, claim.contract_id, told.filing.received_at)
    )
    rows = cx.db.execute(
        select(Case.id, Case.ref, Case.state, Case.series_id)
        .join(Appeal, Appeal.case_id == Case.id)
        .where(
            Appeal.claim == claim.number,
            Case.contract_id == claim.contract_id,
            Case.about == office_matters.DISPUTE,
            Case.state.not_in(_VOID),
        )
        .order_by(Case.id)
    ).all()
    running = next((r for r in rows if r.state in engine.open_states("appeal")), None)
    if running is not None:
        raise Invalid(
            "This claim is disputed already.",
            fields={"claim": f"{running.ref} is open: add your papers there."},
        )
    levels = office_matters.term(version.workflow, office_matters.LEVELS)
    if len(rows) >= levels:
        count = "one level" if levels == 1 else f"{levels} levels"
        raise Invalid(
            f"The contract has {count} of disputes, and this claim has had them.",
            fields={"claim": f"{rows[-1].ref} was the last."},
        )
    return _Ladder(
        level=len(rows) + 1,
        before=rows[-1] if rows else None,
        days=office_matters.term(version.workflow, office_matters.LIMIT),
        window=office_matters.term(version.workflow, office_matters.WINDOW),
    )


def _late(cx: Context, claim: Claim, ladder: _Ladder, told: DisputeAsTold) -> bool:
    """Whether it came after the contract's days, from the decision of the claim or of the level
    before; a late one is taken, and its good cause decided."""
    contract = bridge.contract_of(
        cx, bridge.version_at(cx, claim.contract_id, told.filing.received_at)
    )
    where = zone(contract.time_zone)
    since: date | None = claim.adjudicated_on
    if ladder.before is not None:
        decided = cx.db.execute(
            select(func.max(Determination.decided_at)).where(
                Determination.case_id == ladder.before.id
            )
        ).scalar()
        since = local_day(decided, where) if decided else since
    assert since is not None
    return local_day(told.filing.received_at, where) > since + timedelta(days=ladder.window)


def _received(
    cx: Context,
    told: DisputeAsTold,
    claim: Claim,
    behind: ledger.Head | None,
    *,
    ladder: _Ladder,
    office: int,
) -> ledger.Change:
    received_at = told.filing.received_at
    version_id = bridge.version_at(cx, claim.contract_id, received_at)
    before = ladder.before
    new = ledger.NewCase(
        kind="appeal",
        contract_id=claim.contract_id,
        contract_version_id=version_id,
        member_id=claim.member_id,
        received_at=received_at,
        channel=told.filing.channel,
        filed_by=told.filing.filed_by,
        timing="post_service",
        about=office_matters.DISPUTE,
        restricted=_restricted(cx, claim, behind),
        queue=QUEUE,
        title=f"Payment dispute: claim {claim.number}"[:120],
        parent_id=before.id if before else behind.id if behind else None,
        series_id=before.series_id if before else behind.series_id if behind else None,
        parties=((office, "filing"),),
    )
    facts = replace(
        known.of_actor(cx),
        line=bridge.contract_of(cx, version_id).line,
        filer=told.filing.filed_by,
        about="payment",
        receipt_known=received_at <= cx.now,
        dispute_named=True,
    )
    more = {"claim": claim.number, "level": ladder.level, office_matters.LIMIT: ladder.days}
    return ledger.Change(
        case=new,
        trigger="receive",
        occurred_at=received_at,
        facts=facts,
        said=ledger.Said(by="provider", more=more),
        text={"reason": told.reason} if told.reason else {},
    )


def _restricted(cx: Context, claim: Claim, behind: ledger.Head | None) -> bool:
    """As guarded as the member and the request are, whoever sees the claim."""
    if behind is not None and behind.restricted:
        return True
    return bool(filing.member_of(cx, claim.member_number).restricted)


def _write(
    cx: Context,
    case: ledger.Head,
    told: DisputeAsTold,
    claim: Claim,
    *,
    behind: ledger.Head | None,
    late: bool,
) -> None:
    determination: Any = None
    if behind is not None:
        determination = cx.db.execute(
            select(func.max(Determination.id)).where(Determination.case_id == behind.id)
        ).scalar()
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(Appeal).values(
            case_id=case.id,
            about_case_id=behind.id if behind else None,
            determination_id=determination,
            dispute_about="payment",
            claim=claim.number,
            filer_name=told.filing.name,
            filer_treats=None,
            reason_ct=seal.seal_text(key, told.reason, f"reason:{case.id}"),
            late=late,
            consent="not_needed",
        )
    )
