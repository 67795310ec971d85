"""What comes of a grievance: the clinical finding, its resolution, or its turn into an appeal; and
an appeal that disputes no decision, which goes on as a grievance."""

from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import update

from casework import bridge, ledger, seal
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.ledger.entries import case_key
from casework.models import Grievance
from casework.records import (
    appeal_facts,
    categories,
    deciders,
    determinations,
    grievance_facts,
    issues,
    joins,
    papers,
    quality_track,
    series,
)
from casework.records.answers import Done, done, step
from casework.records.appeal_opening import AppealAsTold, open_appeal
from casework.records.determinations import Words
from casework.records.filing import OFFICES, Filing
from casework.records.forms import asks, in_spanish
from casework.records.grievance_opening import Complaint, open_grievance
from casework.records.series import Family
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class ClinicalFinding:
    """The peer review: whether the care met the standard and what shows it, how grave it is, what
    follows, and whose care it was. None of it is in a letter or in a case file."""

    finding: str = field(metadata=asks("Clinical finding", long=True))
    level: int | None = field(
        default=None, metadata=asks("How grave, from 0 (no concern) to 4 (lasting harm)")
    )
    outcome: str = field(
        default="", metadata=asks("What follows", choices=tuple(quality_track.OUTCOMES))
    )
    provider_npi: str = field(
        default="", metadata=asks("Whose care it was: NPI", hint="Ten digits", most=10)
    )
    provider_name: str = field(default="", metadata=asks("Name of the provider", most=120))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found, in words for the member, its outcome, and what is done about it."""

    findings: str = field(metadata=asks("What we found, for the letter", long=True))
    findings_es: str = field(default="", metadata=in_spanish("What we found"))
    outcome: Literal["substantiated", "partly_substantiated", "not_substantiated"] = field(
        metadata=asks("Outcome")
    )
    corrective_action: str = field(
        default="", metadata=asks("What is done, or why nothing is", long=True)
    )
    corrective_action_es: str = field(default="", metadata=in_spanish("What is done"))
    attested: bool = field(
        default=False, metadata=asks("I attest expertise in this kind of service")
    )


@dataclass(frozen=True, kw_only=True)
class IntoAppeal:
    """Which decision the complaint disputes, and why it is an appeal."""

    about: str = field(metadata=asks("Denied request", hint="Its number, such as PA-…", most=24))
    reason: str = field(metadata=asks("Why it is an appeal", long=True))
    expedited: bool = field(default=False, metadata=asks("On the fast track"))


@dataclass(frozen=True, kw_only=True)
class IntoGrievance:
    """What the appeal really complains about, and why it disputes no decision."""

    category: str = field(metadata=asks("Category", choices=categories.codes()))
    told: str = field(metadata=asks("What is complained about", long=True))
    reason: str = field(metadata=asks("Why it disputes no decision", long=True))


@command
def record_clinical_finding(cx: Context, ref: str, seen: int | None, form: ClinicalFinding) -> Done:
    """Sign what a clinician found about the quality of care, behind the wall of the peer review."""
    kin, facts = _taken(cx, ref)
    took_part = facts.earlier_deciders
    facts = known.of_decider(cx, kin.case, facts, user_id=cx.principal.id)
    facts = replace(facts, clinical_finding=form.finding, earlier_deciders=took_part)
    ledger.permit(cx, kin.case, "record_clinical_finding", facts, seen=seen)
    quality_track.answer(
        cx,
        kin.case,
        quality_track.Finding(
            finding=form.finding,
            level=form.level,
            outcome=form.outcome,
            provider_npi=form.provider_npi,
            provider_name=form.provider_name,
        ),
    )
    return step(cx, kin.case, "record_clinical_finding", facts)


@command
def resolve(cx: Context, ref: str, seen: int | None, form: Answer) -> Done:
    """Answer the complaint: findings, outcome and what is done; the letter tells the member."""
    kin, facts = _taken(cx, ref)
    took_part = facts.earlier_deciders
    facts = appeal_facts.of_reviewer(
        cx,
        kin.case,
        facts,
        user_id=cx.principal.id,
        attested=form.attested,
        expert_id=None,
    )
    facts = replace(
        facts,
        earlier_deciders=took_part,
        findings=form.findings,
        grievance_outcome=form.outcome,
        corrective_action=form.corrective_action,
    )
    ledger.permit(cx, kin.case, "resolve", facts, seen=seen)
    said = ("findings", "findings_es", "corrective_action", "corrective_action_es")
    quality_track.require_own_words(cx, kin.case, {each: getattr(form, each) for each in said})
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=kin.case,
                trigger="resolve",
                facts=facts,
                said=ledger.Said(more={"result": form.outcome}),
                text={"findings": form.findings, "corrective_action": form.corrective_action},
                sets={"outcome": "resolved", "new_papers_at": None},
            )
        ],
    )
    _write(cx, recorded.case, form)
    return done(recorded)


@command
def convert_to_appeal(cx: Context, ref: str, seen: int | None, form: IntoAppeal) -> Done:
    """Go on as an appeal of the named decision, from the same instant of receipt."""
    kin, origin = _taken_with(cx, ref, form.about)
    facts = grievance_facts.of_grievance(cx, kin.case, known.of_case(cx, kin.case))
    disputes = appeal_facts.disputable(cx, origin.case, payment=False)
    facts = replace(facts, disputes_decision=True, dispute_named=disputes, reason=form.reason)
    ledger.permit(cx, kin.case, "convert", facts, seen=seen)
    _require_dispute(origin, disputes=disputes)
    detail = series.detail_of(cx, kin.case)
    key = case_key(cx.database.settings, kin.case)
    converted = ledger.Change(
        case=kin.case,
        trigger="convert",
        facts=facts,
        said=ledger.Said(more={"about": origin.case.ref}),
        text={"reason": form.reason},
        sets={"outcome": "converted"},
    )
    opened = open_appeal(
        cx,
        origin,
        AppealAsTold(
            filing=joins.as_filed(cx, kin.case, detail.filer_name),
            reason=seal.unseal_text(key, detail.told_ct, f"told:{kin.case.id}"),
            priority="expedited" if form.expedited else "standard",
            converted_from=kin.case.ref,
            restricted=kin.case.restricted,
        ),
        before=[converted],
    )
    joins.link(cx, opened.before[0], opened.case, joins.CONVERTED)
    joins.bring_parties(cx, kin.case, opened.case)
    papers.copy(cx, kin.case, opened.case)
    return done(opened.before[0], {"appeal": opened.case.ref})


@command
def convert_to_grievance(cx: Context, ref: str, seen: int | None, form: IntoGrievance) -> Done:
    """Go on as a grievance, from the same instant of receipt: it disputes no decision."""
    kin = series.family(cx, ref, kind="appeal")
    case = kin.case
    facts = appeal_facts.of_appeal(cx, case, known.of_case(cx, case))
    facts = replace(facts, disputes_decision=False, reason=form.reason)
    ledger.permit(cx, case, "convert", facts, seen=seen)
    detail = series.detail_of(cx, case)
    converted = ledger.Change(
        case=case,
        trigger="convert",
        facts=facts,
        said=ledger.Said(more={"category": form.category}),
        text={"reason": form.reason},
        sets={"outcome": "converted"},
    )
    grievance, before = open_grievance(
        cx,
        Complaint(
            filing=_of_the_member(case, joins.as_filed(cx, case, detail.filer_name)),
            category=categories.category(form.category),
            told=form.told,
            member_id=case.member_id,
            contract_id=case.contract_id,
            contract_version_id=case.contract_version_id,
            restricted=case.restricted,
            about=kin.about,
            converted_from=case.ref,
        ),
        before=[converted],
    )
    joins.link(cx, before[0], grievance, joins.CONVERTED)
    joins.bring_filer(cx, case, grievance)
    papers.copy(cx, case, grievance)
    return done(before[0], {"grievance": grievance.ref})


def _of_the_member(case: ledger.Head, filed: Filing) -> Filing:
    """An office that appealed for the member spoke for the member: the grievance is the member's,
    who sees it and is answered. What the office filed in its own right stays its own."""
    if bridge.whose(case.kind, case.about, case.filed_by) == "office":
        return filed
    by = "member" if filed.filed_by in OFFICES else filed.filed_by
    return replace(filed, filed_by=by)


def _taken_with(cx: Context, ref: str, about: str) -> tuple[Family, Family]:
    """The grievance and the disputed request, of the same member."""
    kin, origin = series.family_with(cx, ref, kind="grievance", other=about)
    if origin.case.member_id != kin.case.member_id:
        raise Invalid(
            "That request is another member's.",
            fields={"about": "Name the request of this member that the complaint disputes."},
        )
    return kin, origin


def _require_dispute(origin: Family, *, disputes: bool) -> None:
    if not disputes:
        raise Invalid(
            "Nothing was decided against the member there.",
            fields={"about": f"{origin.case.ref} is not denied: name the request that was."},
        )


def _write(cx: Context, case: ledger.Head, form: Answer) -> None:
    """The determination of the grievance, and what the case file shows of it."""
    issues.find_the_only_one(cx, case, form.outcome, form.findings)
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        update(Grievance)
        .where(Grievance.case_id == case.id)
        .values(
            findings_ct=seal.seal_text(key, form.findings, f"findings:{case.id}"),
            outcome=form.outcome,
        )
        .execution_options(synchronize_session=False)
    )
    determinations.write(
        cx,
        case,
        deciders.by_user(cx, case, attested=form.attested),
        outcome="resolved",
        ground="grievance",
        words=Words(
            findings=form.findings,
            remedy=form.corrective_action,
            findings_es=form.findings_es,
            remedy_es=form.corrective_action_es,
        ),
        frozen=determinations.frozen_versions(cx, case),
    )


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="grievance")
    return kin, grievance_facts.of_grievance(cx, kin.case, known.of_case(cx, kin.case))
