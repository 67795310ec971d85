"""Working an appeal up to its decision: consent, lateness, reviewer, evidence, benefits, parties.

What must be true is the machine's; who may is policy. Each command writes its own rows beside the
event that the ledger appends.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import update

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import Appeal
from casework.policy import CLINICIANS
from casework.records import appeal_facts, candidates, consents, obligations, papers, people, series
from casework.records.answers import Done, done, step
from casework.records.forms import asks, in_spanish
from casework.records.series import Family
from casework.submission import PaperAsSent
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The member's signed consent, or the representative's form, as it came."""

    signed_on: date = field(metadata=asks("Signed on"))
    fits: bool = field(metadata=asks("It is for this service and this appeal"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("The signed paper"))


@dataclass(frozen=True, kw_only=True)
class GoodCause:
    """Why a late filing is taken, in the words that the letter and an auditor will read."""

    good_cause: str = field(metadata=asks("Good cause", long=True))


@dataclass(frozen=True, kw_only=True)
class TooLate:
    """Why a late filing is refused, and what the member can still do, both for the letter."""

    reason: str = field(metadata=asks("Why, in plain words for the letter", long=True))
    reason_es: str = field(default="", metadata=in_spanish("Why"))
    next_step: str = field(
        default="", metadata=asks("What the member can still do, for the letter", long=True)
    )
    next_step_es: str = field(default="", metadata=in_spanish("What the member can still do"))


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Who is to decide the appeal."""

    reviewer_id: int = field(metadata=asks("Reviewer"))
    expertise: bool = field(
        default=False, metadata=asks("The reviewer is expert in this kind of service")
    )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """New evidence or a new rationale that the plan means to use, and by when to answer it."""

    evidence: tuple[str, ...] = field(metadata=asks("What is sent, each by name"))
    answer_by: datetime = field(metadata=asks("Time to answer until"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))


@dataclass(frozen=True, kw_only=True)
class Continuation:
    """Who asks that benefits which were cut go on during the appeal."""

    asked_by: Literal["member", "representative", "provider"] = field(metadata=asks("Who asks"))


@dataclass(frozen=True, kw_only=True)
class NewSubject:
    """What is appealed now, and why that changed."""

    subject: str = field(metadata=asks("What is appealed now", long=True))
    reason: str = field(metadata=asks("Why it changed"))


@command
def require_consent(cx: Context, ref: str, seen: int | None) -> Done:
    """Ask for the consent or the form that is owed and not on file; the appeal waits for it."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "require_consent", facts, seen=seen)
    return step(cx, kin.case, "require_consent", facts)


@command
def record_consent(cx: Context, ref: str, seen: int | None, form: Consent) -> Done:
    """Take in the signed consent; it counts for this service and this appeal only."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, consent_covers_case=form.fits and form.signed_on <= cx.now.date())
    ledger.permit(cx, kin.case, "record_consent", facts, seen=seen)
    papers.require_readable(form.papers, field="papers")
    papers.attach(cx, kin.case, form.papers, by=cx.principal.name)
    _set(cx, kin, consent="on_file")
    consents.for_appeal(
        cx,
        kin.case,
        signed_on=form.signed_on,
        fits=form.fits,
        received_at=cx.now,
        paper=form.papers[0] if form.papers else None,
    )
    said = ledger.Said(more={"signed_on": form.signed_on.isoformat()})
    return step(cx, kin.case, "record_consent", facts, said=said)


@command
def accept_late(cx: Context, ref: str, seen: int | None, form: GoodCause) -> Done:
    """Take a late filing for good cause (42 CFR 422.582(c))."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, good_cause=form.good_cause)
    ledger.permit(cx, kin.case, "accept_late", facts, seen=seen)
    _set(cx, kin, late_decided="accepted")
    return step(cx, kin.case, "accept_late", facts, text={"good_cause": form.good_cause})


@command
def refuse_late(cx: Context, ref: str, seen: int | None, form: TooLate) -> Done:
    """Dismiss a late filing without good cause; the notice has its own rights."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, reason=form.reason)
    ledger.permit(cx, kin.case, "refuse_late", facts, seen=seen)
    _set(cx, kin, late_decided="refused")
    return step(
        cx,
        kin.case,
        "refuse_late",
        facts,
        said=ledger.Said(ground="filed_late"),
        text={
            "letter_reason": form.reason,
            "letter_reason_es": form.reason_es,
            "next_step": form.next_step,
            "next_step_es": form.next_step_es,
        },
        sets={"outcome": "dismissed"},
    )


@command
def assign_reviewer(cx: Context, ref: str, seen: int | None, form: Assignment) -> Done:
    """Give the appeal to a reviewer; independence and expertise of the one named are judged now,
    and again when he decides (42 CFR 438.406(b)(2); 422.590(h); 29 CFR 2560.503-1(h)(3))."""
    kin, facts = _taken(cx, ref)
    reviewer = people.colleague(
        cx,
        form.reviewer_id,
        contract_id=kin.case.contract_id,
        roles=CLINICIANS,
        field="reviewer_id",
    )
    if kin.case.restricted and not reviewer.sees_restricted:
        raise Invalid(
            "This case is restricted.",
            fields={"reviewer_id": "Choose a reviewer who may see restricted cases."},
        )
    facts = appeal_facts.of_reviewer(
        cx, kin.case, facts, user_id=reviewer.id, attested=form.expertise, expert_id=None
    )
    ledger.permit(cx, kin.case, "assign_reviewer", facts, seen=seen)
    away = candidates.away_too_long(cx, kin.case, reviewer.id)
    if away:
        raise Invalid("This reviewer is away.", fields={"reviewer_id": away})
    _set(cx, kin, reviewer_id=reviewer.id)
    obligations.settle(cx, kin.case, {obligations.OTHER_REVIEWER})
    return step(
        cx,
        kin.case,
        "assign_reviewer",
        facts,
        said=ledger.Said(more={"reviewer": reviewer.id}),
        sets={"assignee_id": reviewer.id, "queue": "appeal_review"},
    )


@command
def share_new_evidence(cx: Context, ref: str, seen: int | None, form: Evidence) -> Done:
    """Note what new evidence or rationale was sent to the member, and by when to answer it
    (45 CFR 147.136(b)(3)(ii)(C); 42 CFR 438.406(b)(5))."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, new_evidence=form.evidence)
    ledger.permit(cx, kin.case, "share_new_evidence", facts, seen=seen)
    papers.require_readable(form.papers, field="papers")
    papers.attach(cx, kin.case, form.papers, by=cx.principal.name)
    return step(
        cx,
        kin.case,
        "share_new_evidence",
        facts,
        said=ledger.Said(more={"answer_by": form.answer_by.isoformat()}),
        text={"evidence": list(form.evidence)},
    )


@command
def continue_benefits(cx: Context, ref: str, seen: int | None, form: Continuation) -> Done:
    """Let benefits that were cut go on during the appeal (42 CFR 438.420); the ask stands on the
    request that was cut, the going on stands here."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, continuation_asked_by=form.asked_by)
    ledger.permit(cx, kin.case, "continue_benefits", facts, seen=seen)
    assert kin.about is not None
    asked = ledger.Change(
        case=kin.about,
        observation="continuation_requested",
        said=ledger.Said(by="provider" if form.asked_by == "provider" else "member"),
    )
    going_on = ledger.Change(
        case=kin.case,
        trigger="continue_benefits",
        facts=facts,
        said=ledger.Said(by="member"),
        sets={"benefits_continued": True},
    )
    _set(cx, kin, continuation=True)
    return done(ledger.record(cx, [asked, going_on])[-1])


@command
def change_subject(cx: Context, ref: str, seen: int | None, form: NewSubject) -> Done:
    """Change what is appealed; the reviewer must acknowledge it before deciding."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, dispute_named=bool(form.subject.strip()), reason=form.reason)
    ledger.permit(cx, kin.case, "change_subject", facts, seen=seen)
    text = {"subject": form.subject, "reason": form.reason}
    return step(cx, kin.case, "change_subject", facts, text=text)


@command
def acknowledge_subject(cx: Context, ref: str, seen: int | None) -> Done:
    """The reviewer has read what is appealed now."""
    kin, facts = _taken(cx, ref)
    facts = known.of_decider(cx, kin.case, facts, user_id=cx.principal.id)
    ledger.permit(cx, kin.case, "acknowledge_subject", facts, seen=seen)
    return step(cx, kin.case, "acknowledge_subject", facts)


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="appeal")
    return kin, appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))


def _set(cx: Context, kin: Family, **values: Any) -> None:
    cx.db.execute(
        update(Appeal)
        .where(Appeal.case_id == kin.case.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
