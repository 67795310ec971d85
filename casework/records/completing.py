"""A request that was filed unfinished and is complete now: it meets the approval rules once, in the
same transaction as what completed it.

It reads the stored request as it was sent. What no rule approves waits for a nurse as before; a
request that a person has begun to review, or that is unlike others, is that person's.
"""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select, update

from casework import bridge, ledger
from casework.context import Context
from casework.models import (
    CaseDocument,
    CaseParty,
    Diagnosis,
    OfficeAnswer,
    Organization,
    PriorAuth,
    RequestLine,
)
from casework.records import findings, medical_policies, occasions, office_answers
from casework.records.answers import Done
from casework.records.approval_by_rule import approve_by_rule
from casework.records.findings import Recognised
from casework.records.opening import possible_duplicate
from casework.submission import (
    AnswerAsSent,
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    ProviderAsSent,
    Submission,
)
from sla.calendars import local_day, zone

KIND: Final = "prior_auth"
NEW: Final = "received"


def is_complete_now(cx: Context, case: ledger.Head) -> bool:
    """Bring the list of what is missing up to date with what came; True where by that the last of
    it came. A request from which nothing is missing is asked nothing more."""
    if case.kind != KIND:
        return False
    missing = cx.db.execute(
        select(PriorAuth.missing).where(PriorAuth.case_id == case.id).with_for_update()
    ).scalar_one()
    if not missing:
        return False
    came = _came(cx, case.id)
    left = [sentence for sentence in missing if not came.get(sentence, False)]
    if left == missing:
        return False
    cx.db.execute(
        update(PriorAuth)
        .where(PriorAuth.case_id == case.id)
        .values(missing=left)
        .execution_options(synchronize_session=False)
    )
    return not left


def meet_the_rules(cx: Context, done: Done) -> Done:
    """The answer of the command that completed the request, approved where rules approve it: those
    of the local day on which it is complete."""
    if done.state != NEW:
        return done
    case = ledger.take(cx, done.ref)
    detail = cx.db.execute(select(PriorAuth).where(PriorAuth.case_id == case.id)).scalar_one()
    if occasions.of(detail) is not None:
        return done
    sent = _as_sent(cx, case)
    if possible_duplicate(cx, case, sent):
        return done
    found = _recognised(cx, case, detail, sent)
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    number = approve_by_rule(cx, case, sent, found, on=local_day(cx.now, where))
    if not number:
        return done
    return replace(done, state="approved", version=case.version + 1)


def _came(cx: Context, case_id: int) -> dict[str, bool]:
    """Of what may come later: whether it is there now."""
    lines = cx.db.execute(
        select(RequestLine.from_date, RequestLine.place).where(RequestLine.case_id == case_id)
    ).all()
    diagnosis = select(Diagnosis.number).where(Diagnosis.case_id == case_id).limit(1)
    paper = select(CaseDocument.id).where(CaseDocument.case_id == case_id).limit(1)
    return {
        findings.NO_DATE: any(line.from_date for line in lines),
        findings.NO_PLACE: any(line.place for line in lines),
        findings.NO_DIAGNOSIS: cx.db.execute(diagnosis).first() is not None,
        findings.NO_PAPERS: cx.db.execute(paper).first() is not None,
    }


def _as_sent(cx: Context, case: ledger.Head) -> Submission:
    """The stored request in the shape in which the doors hand it in, as far as rules ask of it."""
    lines = cx.db.execute(
        select(RequestLine).where(RequestLine.case_id == case.id).order_by(RequestLine.number)
    ).scalars()
    diagnoses = cx.db.execute(
        select(Diagnosis).where(Diagnosis.case_id == case.id).order_by(Diagnosis.number)
    ).scalars()
    channel: Any = case.channel
    timing: Any = case.timing
    return Submission(
        channel=channel,
        received_at=case.received_at,
        member=MemberAsSent(numbers=()),
        requester=ProviderAsSent(),
        timing=timing,
        lines=tuple(_line(row) for row in lines),
        diagnoses=tuple(DiagnosisAsSent(number=row.number, code=row.code) for row in diagnoses),
        answers=_answers(cx, case.id),
    )


def _line(row: Any) -> LineAsSent:
    return LineAsSent(
        number=row.number,
        code=row.code,
        system=row.system,
        units=row.units,
        from_date=row.from_date,
        to_date=row.to_date,
        place=row.place,
        diagnosis_numbers=tuple(row.diagnosis_numbers),
    )


def _answers(cx: Context, case_id: int) -> tuple[AnswerAsSent, ...]:
    rows = cx.db.execute(
        select(
            OfficeAnswer.line,
            OfficeAnswer.policy_id,
            OfficeAnswer.criterion,
            OfficeAnswer.answer,
        )
        .where(OfficeAnswer.case_id == case_id)
        .order_by(OfficeAnswer.id)
    ).all()
    editions = medical_policies.editions_by_id(cx, {row.policy_id for row in rows})
    return tuple(
        AnswerAsSent(
            policy=editions[row.policy_id].code,
            version=editions[row.policy_id].version,
            criterion=row.criterion,
            answer=row.answer,
            line=row.line,
        )
        for row in rows
    )


def _recognised(cx: Context, case: ledger.Head, detail: Any, sent: Submission) -> Recognised:
    """What the request names, as intake knew it: its office, who does it, the list of its day."""
    rows = cx.db.execute(
        select(CaseParty.role, CaseParty.organization_id, Organization.in_network)
        .join(Organization, Organization.id == CaseParty.organization_id)
        .where(
            CaseParty.case_id == case.id,
            CaseParty.role.in_(("requesting", "servicing", "facility")),
        )
    ).all()
    by_role = {row.role: row for row in rows}
    offices = {role: row.organization_id for role, row in by_role.items()}
    does_it = by_role.get("servicing") or by_role.get("requesting")
    return Recognised(
        member_id=case.member_id,
        restricted=case.restricted,
        contract_id=case.contract_id,
        contract_version_id=case.contract_version_id,
        line=bridge.contract_of(cx, case.contract_version_id).line,
        requesting_organization_id=offices.get("requesting"),
        servicing_organization_id=offices.get("servicing"),
        in_network=bool(does_it and does_it.in_network),
        facility_organization_id=offices.get("facility"),
        requester=detail.requester,
        servicing=detail.servicing,
        facility=detail.facility,
        pa_rules=findings.rules_of(cx, case.contract_id, sent),
        billable=frozenset(),
        policies=office_answers.policies_for(cx, sent, case.contract_version_id),
    )
