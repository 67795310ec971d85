"""Working a grievance issue by issue: what it complains of, how grave it is, what was found of
each; and the question whether it also disputes a decision."""

from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import update

from casework import ledger, policy, seal
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.ledger.entries import case_key
from casework.models import Grievance
from casework.records import (
    appeal_facts,
    categories,
    grievance_facts,
    issues,
    observing,
    papers,
    series,
)
from casework.records.answers import Done, done
from casework.records.appeal_opening import AppealAsTold, open_appeal
from casework.records.filing import Filing
from casework.records.forms import asks
from statemachines import engine

# What became of the question whether it also disputes a decision.
NO, YES, FILED = "no", "yes", "filed"


@dataclass(frozen=True, kw_only=True)
class NewIssue:
    """One more thing that the complaint complains of."""

    category: str = field(metadata=asks("Category", choices=categories.codes()))
    words: str = field(metadata=asks("What they say about it, in their words", long=True))


@dataclass(frozen=True, kw_only=True)
class IssueFinding:
    """What was found on one issue, and why."""

    issue: int = field(metadata=asks("Issue"))
    finding: Literal["substantiated", "partly_substantiated", "not_substantiated"] = field(
        metadata=asks("Finding")
    )
    reasons: str = field(metadata=asks("What shows it", long=True))


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How grave it is, and why."""

    severity: Literal["normal", "high"] = field(metadata=asks("How serious"))
    reason: str = field(metadata=asks("Why"))


@dataclass(frozen=True, kw_only=True)
class DisputeAnswer:
    """Whether the complaint also disputes a decision; where it does, which one and why. The appeal
    is opened at once, as received when the complaint was."""

    disputes: Literal["yes", "no"] = field(metadata=asks("Does it also dispute a decision?"))
    about: str = field(
        default="", metadata=asks("Denied request", hint="Its number, such as PA-…", most=24)
    )
    why: str = field(default="", metadata=asks("Why the decision is wrong, in words", long=True))
    expedited: bool = field(default=False, metadata=asks("On the fast track"))


@command
def add_issue(cx: Context, ref: str, seen: int | None, form: NewIssue) -> Done:
    """Write one more issue. Where its category has the sooner clock, the case goes by it from now
    on: nobody waits longer because he complained of two things."""
    case = _open(cx, ref, "add_issue", seen)
    kind = categories.category(form.category)
    if not form.words.strip():
        raise Invalid("Write down what they say.", fields={"words": "Write what they say."})
    if issues.standing(cx, case.id).count >= issues.MOST:
        raise Invalid(
            "That is more than a complaint holds.", fields={"words": "Put it into another issue."}
        )
    number = issues.add(cx, case, kind.code, form.words)
    changes = [
        ledger.Change(
            case=case,
            observation="issue_added",
            said=ledger.Said(more={"issue": number, "category": kind.code}),
            text={"told": form.words},
        )
    ]
    if kind.quality:
        _set(cx, case, quality_of_care=True)
    if issues.is_sooner(cx, case, kind.about):
        changes.append(_by_the_sooner(cx, case, kind, number))
    return done(ledger.record(cx, changes)[-1], {"issue": number})


@command
def find_issue(cx: Context, ref: str, seen: int | None, form: IssueFinding) -> Done:
    """Record what was found on one issue; a later finding takes the place of an earlier one, which
    stays in the history."""
    case = _open(cx, ref, "find_issue", seen)
    if not form.reasons.strip():
        raise Invalid("Say what shows it.", fields={"reasons": "Write what shows it."})
    if not issues.find(cx, case, form.issue, form.finding, form.reasons):
        raise Invalid("It has no such issue.", fields={"issue": "Choose one of its issues."})
    return observing.observe(
        cx,
        case,
        "issue_found",
        said=ledger.Said(more={"issue": form.issue, "result": form.finding}),
        text={"findings": form.reasons},
    )


@command
def rate_severity(cx: Context, ref: str, seen: int | None, form: Severity) -> Done:
    """Say how grave it is."""
    case = _open(cx, ref, "rate_severity", seen)
    if not form.reason.strip():
        raise Invalid("Say why.", fields={"reason": "Write why it is so."})
    _set(cx, case, severity=form.severity)
    return observing.observe(
        cx,
        case,
        "severity_rated",
        said=ledger.Said(more={"severity": form.severity}),
        text={"reason": form.reason},
    )


@command
def answer_dispute(cx: Context, ref: str, seen: int | None, form: DisputeAnswer) -> Done:
    """Answer whether it also disputes a decision. If so, an appeal of that decision is opened with
    the receipt of the complaint (42 CFR 438.406(b)(3)), and the complaint goes on beside it."""
    if form.disputes == NO:
        case = _open(cx, ref, "answer_dispute", seen)
        _set(cx, case, disputes=NO)
        said = ledger.Said(more={"answer": NO})
        return observing.observe(cx, case, "dispute_answered", said=said)
    if not form.about.strip():
        raise Invalid(
            "Say which decision it disputes.", fields={"about": "Enter the denied request."}
        )
    kin, origin = series.family_with(cx, ref, kind="grievance", other=form.about)
    case = kin.case
    policy.require(cx.principal, case.kind, "answer_dispute")
    ledger.unchanged(case, seen)
    _require_open(case)
    if series.detail_of(cx, case).disputes == FILED:
        raise StateRefused(f"The appeal that {case.ref} holds is open already.", source="state")
    if origin.case.member_id != case.member_id:
        raise Invalid(
            "That request is another member's.",
            fields={"about": "Name the request of this member that the complaint disputes."},
        )
    if not appeal_facts.disputable(cx, origin.case, payment=False):
        raise Invalid(
            "Nothing was decided against the member there.",
            fields={"about": f"{origin.case.ref} is not denied: name the request that was."},
        )
    return _beside_it(cx, case, origin, form)


def _beside_it(cx: Context, case: ledger.Head, origin: series.Family, form: DisputeAnswer) -> Done:
    """Open the appeal with the same receipt, and say so on the complaint, which goes on."""
    detail = series.detail_of(cx, case)
    told = seal.unseal_text(case_key(cx.database.settings, case), detail.told_ct, f"told:{case.id}")
    opened = open_appeal(
        cx,
        origin,
        AppealAsTold(
            filing=Filing(
                filed_by=case.filed_by,
                name=detail.filer_name,
                received_at=case.received_at,
                channel=case.channel,
                office_id=None,
            ),
            reason=form.why.strip() or told,
            priority="expedited" if form.expedited else "standard",
        ),
    )
    papers.copy(cx, case, opened.case)
    _set(cx, case, disputes=FILED)
    return observing.observe(
        cx,
        case,
        "dispute_answered",
        {"appeal": opened.case.ref},
        said=ledger.Said(more={"answer": YES, "about": origin.case.ref, "appeal": opened.case.ref}),
    )


def _by_the_sooner(
    cx: Context, case: ledger.Head, kind: categories.Category, number: int
) -> ledger.Change:
    """The case goes by the issue with the sooner clock: its category becomes the case's."""
    facts = grievance_facts.of_grievance(cx, case, known.of_case(cx, case))
    reason = f"Issue {number} has the sooner clock."
    facts = replace(facts, category=kind.code, reason=reason)
    _set(cx, case, category=kind.code)
    return ledger.Change(
        case=case,
        trigger="recategorize",
        facts=facts,
        said=ledger.Said(more={"category": kind.code}),
        text={"reason": reason},
        sets={"about": kind.about, "title": f"Grievance: {kind.label}"[:120]},
    )


def _open(cx: Context, ref: str, action: str, seen: int | None) -> ledger.Head:
    case = observing.take(cx, ref, action, seen=seen)
    _require_open(case)
    return case


def _require_open(case: ledger.Head) -> None:
    if case.state not in engine.open_states(case.kind):
        raise StateRefused(
            f"{case.ref} is answered or ended: nothing of it is changed any more.", source="state"
        )


def _set(cx: Context, case: ledger.Head, **values: object) -> None:
    cx.db.execute(
        update(Grievance)
        .where(Grievance.case_id == case.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
