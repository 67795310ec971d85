"""Asking for a review outside the plan, and the preliminary review of the request.

Marketplace: an IRO; Medicaid: the State fair hearing. A Medicare appeal is forwarded by the plan
(`appeal_decisions.forward`); only after a dismissal the member asks.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from casework import bridge, ledger, policy
from casework.bridge import facts as known
from casework.bridge.law import consequence_by_law
from casework.context import Context
from casework.db import command
from casework.records import (
    filing,
    obligations,
    papers,
    review_facts,
    review_opening,
    series,
)
from casework.records.answers import Done, done, step
from casework.records.filing import Channel, Filer
from casework.records.forms import asks
from casework.records.incoming import Came, take_in
from casework.records.review_opening import ReviewAsTold
from casework.records.series import Family
from casework.submission import PaperAsSent
from statemachines import engine
from statemachines.facts import Facts
from statemachines.grounds import INELIGIBILITY_GROUNDS

ADVERSE_APPEALS = ("upheld", "partial")
_ELIGIBILITY = "45 CFR 147.136(d)(2)(ii)"


@dataclass(frozen=True, kw_only=True)
class ReviewFiling:
    """The request for a review. `about` is the number of the appeal (or, where the law opens the
    way at once, of the request)."""

    about: str = field(metadata=asks("Appeal", hint="Its number, such as AP-…", most=24))
    reason: str = field(default="", metadata=asks("Why the decision is wrong", long=True))
    urgent: bool = field(default=False, metadata=asks("Waiting could do harm"))
    filed_by: Filer | None = field(default=None, metadata=asks("Who asks"))
    filer_name: str = field(default="", metadata=asks("Name of who asks", most=120))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received", hint="The first moment at which it reached us")
    )
    channel: Channel | None = field(default=None, metadata=asks("How it came"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))


@dataclass(frozen=True)
class Filed:
    """What the claimant is told at once. `body`: iro, ire, state_fair_hearing."""

    ref: str
    about: str
    state: str
    version: int
    body: str
    late: bool = False
    replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What the request still needs, each by name; the notice says it."""

    items: tuple[str, ...] = field(metadata=asks("What is missing, each by name"))


@dataclass(frozen=True, kw_only=True)
class Ineligible:
    """Why it is not eligible, and what proves it."""

    ground: str = field(metadata=asks("Ground", choices=INELIGIBILITY_GROUNDS))
    evidence: str = field(metadata=asks("What proves it", long=True))


@command
def request_review(cx: Context, form: ReviewFiling) -> Filed:
    """Open the review with the body of the line; on the appeal below it stands that the member
    took the step.

    Raises NotFound for a case that is not within reach, StateRefused where no way to a review is
    open, NotAllowed for who may not ask.
    """
    policy.require(cx.principal, "external_review", "request")
    said = filing.filing_of(cx, form)
    papers.require_readable(form.papers, field="papers")
    about = series.origin(cx, form.about).case
    told = _told_of(cx, about, said, form)
    recorded = ledger.record(
        cx, [*_taken_below(about, said), *review_opening.opening(cx, about, told)]
    )
    case = recorded[-1].case
    review_opening.write(cx, case, about, told)
    papers.attach(cx, case, form.papers, by=cx.principal.name)
    late = review_facts.of_review(cx, case, Facts()).filed_late
    return Filed(
        ref=case.ref,
        about=about.ref,
        state=case.state,
        version=case.version,
        body=review_opening.body_of(cx, case),
        late=bool(late),
    )


@command
def start_preliminary_review(cx: Context, ref: str, seen: int | None) -> Done:
    """Begin to check whether the request is complete and eligible (Marketplace)."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "start_preliminary_review", facts, seen=seen)
    return step(cx, kin.case, "start_preliminary_review", facts)


@command
def find_incomplete(cx: Context, ref: str, seen: int | None, form: Missing) -> Done:
    """List what is missing; the claimant is told and has time to complete it."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, missing_items=form.items)
    ledger.permit(cx, kin.case, "find_incomplete", facts, seen=seen)
    obligations.settle(cx, kin.case, [obligations.LOOK_AGAIN])
    text = {"missing": list(form.items)}
    return step(cx, kin.case, "find_incomplete", facts, text=text)


@command
def perfect(cx: Context, ref: str, seen: int | None, form: Came) -> Done:
    """Record what completes the request: back to the preliminary review, which is owed by the end
    of the next business day. The law sets no second clock for it, so it is a task."""
    kin, facts = _taken(cx, ref)
    recorded = take_in(cx, kin, facts, form, seen=seen, trigger="perfect")
    obligations.owe(
        cx,
        recorded.case,
        obligations.LOOK_AGAIN,
        obligations.LOOK_AGAIN_SAYS,
        due_at=obligations.business_day_after(cx, recorded.case),
        cause_seq=recorded.seq,
        citation=_ELIGIBILITY,
    )
    return done(recorded)


@command
def find_eligible(cx: Context, ref: str, seen: int | None) -> Done:
    """Find the request complete and eligible; the letter says so."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "find_eligible", facts, seen=seen)
    obligations.settle(cx, kin.case, [obligations.LOOK_AGAIN])
    return step(cx, kin.case, "find_eligible", facts)


@command
def find_ineligible(cx: Context, ref: str, seen: int | None, form: Ineligible) -> Done:
    """Find it not eligible on a proven ground; the claimant is told the reasons."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, ineligibility_ground=form.ground, evidence=form.evidence)
    ledger.permit(cx, kin.case, "find_ineligible", facts, seen=seen)
    obligations.settle(cx, kin.case, [obligations.LOOK_AGAIN])
    return step(
        cx,
        kin.case,
        "find_ineligible",
        facts,
        said=ledger.Said(ground=form.ground),
        text={"evidence": form.evidence},
        sets={"outcome": "ineligible"},
    )


def _told_of(
    cx: Context, about: ledger.Head, said: filing.Filing, form: ReviewFiling
) -> ReviewAsTold:
    """The request with the ways to a review that are open from that case; the machine refuses
    where none is. A dismissed Medicare appeal goes to the review entity (42 CFR 422.590(i))."""
    line = bridge.contract_of(cx, about.contract_version_id).line
    appeal = about.kind == "appeal" and not bridge.is_dispute(about)
    closed = line == "medicare" and about.state == "dismissed"
    running = about.state in engine.open_states(about.kind)
    return ReviewAsTold(
        filing=said,
        reason=form.reason,
        urgent=form.urgent or about.fast_track,
        final_adverse_appeal=appeal and (about.outcome in ADVERSE_APPEALS or closed),
        deemed_exhausted=consequence_by_law(cx, about) == "deemed_exhaustion",
        urgent_with_appeal=appeal and running and form.urgent and about.fast_track,
    )


def _taken_below(about: ledger.Head, said: filing.Filing) -> list[ledger.Change]:
    """On the appeal below: the member took the step that its window is about."""
    if about.kind != "appeal":
        return []
    return [
        ledger.Change(
            case=about,
            observation="appealed",
            occurred_at=said.received_at,
            said=ledger.Said(by=said.said_by),
        )
    ]


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="external_review")
    return kin, review_facts.of_review(cx, kin.case, known.of_case(cx, kin.case))
