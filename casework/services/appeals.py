"""Filing an appeal: by the member, a representative, a provider on behalf, or a clerk for any.

The denied determination is named by its case; only a case within reach can be named. Nothing that
is missing keeps an appeal out: lateness is decided later, consent is asked for.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from casework import ledger, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, WrongDoor
from casework.policy import OFFICE
from casework.records import (
    appeal_facts,
    consents,
    dispute_opening,
    filing,
    papers,
    series,
    speaking,
)
from casework.records.answers import decision_due
from casework.records.appeal_opening import AppealAsTold, open_appeal
from casework.records.dispute_opening import DisputeAsTold
from casework.records.filing import OFFICES, Channel, Filer, Filing
from casework.records.forms import asks
from casework.records.known_claims import Claim
from casework.submission import PaperAsSent


@dataclass(frozen=True, kw_only=True)
class AppealFiling:
    """An appeal as it is filed. `about` is the number of the denied request; an office that
    disputes its own payment names the claim instead."""

    about: str = field(
        default="", metadata=asks("Denied request", hint="Its number, such as PA-…", most=24)
    )
    reason: str = field(default="", metadata=asks("Why the decision is wrong", long=True))
    priority: Literal["standard", "expedited"] = field(
        default="standard", metadata=asks("How fast it is needed")
    )
    dispute: Literal["service", "payment"] = field(
        default="service", metadata=asks("What is disputed")
    )
    claim: str = field(default="", metadata=asks("Claim number, for a payment", most=40))
    continue_benefits: bool = field(
        default=False, metadata=asks("Keep the care going during the appeal")
    )
    consent: bool = field(default=False, metadata=asks("The member's signed consent is attached"))
    filer_treats: bool | None = field(
        default=None, metadata=asks("The provider who files treats the member")
    )
    filed_by: Filer | None = field(default=None, metadata=asks("Who files"))
    filer_name: str = field(default="", metadata=asks("Name of who files", most=120))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received", hint="The first moment at which it reached us")
    )
    channel: Channel | None = field(default=None, metadata=asks("How it came"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))


@dataclass(frozen=True)
class Filed:
    """What the filer is told at once. `decision_due` is ISO 8601, in UTC.

    `consent`: not_needed, on_file, missing. `continuation`: empty (not asked), `continued`, or the
    sentence that says why the benefits do not go on.
    """

    ref: str
    about: str
    state: str
    version: int
    decision_due: str
    late: bool = False
    consent: str = "not_needed"
    continuation: str = ""
    possible_duplicate_of: str = ""
    replayed: bool = False


@command
def file_appeal(cx: Context, form: AppealFiling) -> Filed:
    """Open an appeal of a denied request, with its clocks, its acknowledgement and its papers.

    Raises NotFound for a request that is not within reach, Invalid with the fields that cannot
    stand, NotAllowed for who may not file.
    """
    policy.require(cx.principal, "appeal", "receive")
    said = filing.filing_of(cx, form)
    filing.require_consent_paper(form, form.papers)
    papers.require_readable(form.papers, field="papers")
    if form.dispute == "payment" and said.filed_by in OFFICES:
        claim = _claim(cx, form)
        if dispute_opening.is_under_contract(cx, claim):
            return _own_dispute(cx, form, said)
        _require_waiver(form)
    origin = series.origin(cx, _about(form))
    _require_dispute(cx, form, origin.case)
    opened = open_appeal(
        cx,
        origin,
        AppealAsTold(
            filing=said,
            reason=form.reason,
            priority=form.priority,
            payment=form.dispute == "payment",
            claim=form.claim,
            filer_treats=_treats(cx, form, said, origin.case),
            consent_on_file=form.consent or _has_form(cx, said, origin.case),
            continue_asked_by=said.filed_by if form.continue_benefits else "",
        ),
    )
    papers.attach(cx, opened.case, form.papers, by=cx.principal.name)
    if form.consent and said.filed_by in OFFICES:
        consents.for_appeal(
            cx,
            opened.case,
            signed_on=None,
            fits=True,
            received_at=said.received_at,
            paper=form.papers[0],
        )
    return Filed(
        ref=opened.case.ref,
        about=origin.case.ref,
        state=opened.case.state,
        version=opened.case.version,
        decision_due=decision_due(cx, opened.case),
        late=opened.late,
        consent=opened.consent,
        continuation=opened.continuation,
        possible_duplicate_of=opened.twin,
    )


def _claim(cx: Context, form: AppealFiling) -> Claim:
    if not form.claim.strip():
        raise Invalid(
            "A dispute about payment names the claim.", fields={"claim": "Enter the claim number."}
        )
    return dispute_opening.claim_of(cx, form.claim)


def _own_dispute(cx: Context, form: AppealFiling, said: Filing) -> Filed:
    """The office's own dispute: not the member's appeal, whatever request stands behind it."""
    told = DisputeAsTold(filing=said, claim=form.claim, reason=form.reason)
    opened = dispute_opening.open_dispute(cx, told)
    papers.attach(cx, opened.case, form.papers, by=cx.principal.name)
    return Filed(
        ref=opened.case.ref,
        about=opened.request,
        state=opened.case.state,
        version=opened.case.version,
        decision_due=decision_due(cx, opened.case),
        late=opened.late,
    )


def _require_waiver(form: AppealFiling) -> None:
    """42 CFR 422.574(b): an office without a contract is a party only when it will not bill the
    member, whatever comes of it."""
    if not form.papers:
        raise Invalid(
            "The signed waiver of liability is not attached.",
            fields={"papers": "Attach the waiver by which the member will not be billed."},
        )


def _about(form: AppealFiling) -> str:
    """The request that is named. Raises WrongDoor where a claim is named instead of one."""
    if form.about.strip():
        return form.about
    fix = {"about": "Enter the number of the denied request, PA-…"}
    if form.dispute == "service" and form.claim.strip():
        raise WrongDoor(
            "That names a claim and no request: a payment is disputed in your own right.",
            door="dispute",
            fields=fix,
        )
    raise Invalid("An appeal names the denied request.", fields=fix)


def _require_dispute(cx: Context, form: AppealFiling, about: ledger.Head) -> None:
    payment = form.dispute == "payment"
    if payment and not form.claim.strip():
        raise Invalid(
            "A dispute about payment names the claim.", fields={"claim": "Enter the claim number."}
        )
    approved = about.kind == "prior_auth" and about.state == "approved"
    by_office = bool(cx.principal.roles & OFFICE)
    if by_office and approved and not appeal_facts.disputable(cx, about, payment=payment):
        raise WrongDoor(
            "This request was approved: there is no denial to appeal. Dispute the payment of its"
            " claim.",
            door="dispute",
            fields={"about": f"{about.ref} is not denied: name the request that was."},
        )
    if not appeal_facts.disputable(cx, about, payment=payment):
        raise Invalid(
            "Nothing was decided against the member there.",
            fields={"about": f"{about.ref} is not denied: name the request that was."},
        )


def _treats(cx: Context, form: AppealFiling, said: Filing, about: ledger.Head) -> bool | None:
    """Whether the provider who files treats the member: an office that stands on the request does;
    for others a clerk says it."""
    if said.filed_by not in OFFICES:
        return None
    if not cx.principal.roles & OFFICE:
        return form.filer_treats
    mine = series.parties_of(cx, about)
    return any(organization == said.office_id for organization, _role in mine)


def _has_form(cx: Context, said: Filing, about: ledger.Head) -> bool:
    """Whether a form on file lets this person act in this series."""
    return said.filed_by == "representative" and speaking.may_act(
        cx, about.member_id, series_id=about.series_id, name=said.name
    )
