"""Opening a request: the case with its first event, what it says, and perhaps a quick approval.

Every door's command comes here once it has examined what was sent. What is missing keeps no request
out; it is listed and asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from casework import ledger
from casework.context import Context
from casework.errors import Invalid, NotAllowed
from casework.models import Case, RequestLine
from casework.records import occasions, office_answers, papers, request_rows
from casework.records.approval_by_rule import approve_by_rule
from casework.records.findings import Finding, Recognised, gaps
from casework.submission import Submission
from statemachines.facts import Facts


@dataclass(frozen=True)
class Filed:
    """What the sender is told at once. `decision_due`: ISO 8601, UTC, empty without a clock."""

    ref: str
    state: str
    version: int
    decision_due: str
    missing: list[str]
    authorization: str = ""
    possible_duplicate_of: str = ""
    replayed: bool = False


def open_request(
    cx: Context, sent: Submission, recognised: Recognised, findings: Sequence[Finding]
) -> Filed:
    """Write the request and its first event. Raises Invalid where a finding refuses it."""
    refuse(findings)
    if cx.principal.reach == "none":
        raise NotAllowed(
            "This token acts for no organization: nobody could see what it submits. Ask for a token"
            " of the organization that asks.",
            source="reach",
        )
    missing = gaps(sent, findings)
    said = office_answers.stated(sent, recognised.policies)
    [opened] = ledger.record(
        cx,
        [
            ledger.Change(
                case=_new_case(cx, sent, recognised),
                trigger="receive",
                occurred_at=sent.received_at,
                facts=_facts(cx, sent, recognised),
                said=ledger.Said(
                    by=sent.filed_by, more={"complete": not missing} | _about(sent, said)
                ),
                text={"note": sent.note} if sent.note else {},
            )
        ],
    )
    request_rows.write(cx, opened.case, sent, recognised, missing)
    papers.attach(cx, opened.case, sent.papers, by=cx.principal.name)
    office = recognised.requesting_organization_id or cx.principal.organization_id
    office_answers.write(cx, opened.case, said, organization_id=office)
    twin = possible_duplicate(cx, opened.case, sent)
    sure = not missing and not twin
    number = approve_by_rule(cx, opened.case, sent, recognised) if sure else ""
    if not number:
        occasions.give_time(cx, opened.case, sent, cause_seq=opened.seq)
    return Filed(
        ref=opened.case.ref,
        state="approved" if number else opened.case.state,
        version=opened.case.version + (1 if number else 0),
        decision_due=opened.case.next_due_at.isoformat() if opened.case.next_due_at else "",
        missing=missing,
        authorization=number,
        possible_duplicate_of=twin,
    )


def refuse(findings: Sequence[Finding]) -> None:
    """Raises Invalid when a finding means that this cannot be a request."""
    refusing = [finding for finding in findings if finding.refuses]
    if refusing:
        raise Invalid(
            "The request was not stored. Please correct what is marked and send it again.",
            fields={finding.field: finding.sentence for finding in refusing},
        )


def _new_case(cx: Context, sent: Submission, found: Recognised) -> ledger.NewCase:
    assert found.member_id
    assert found.contract_id
    assert found.contract_version_id
    required = [rule.required for rule in found.pa_rules.values()]
    parties = {
        (organization, role)
        for organization, role in (
            (found.requesting_organization_id or cx.principal.organization_id, "requesting"),
            (cx.principal.organization_id, "filing"),
            (found.servicing_organization_id, "servicing"),
            (found.facility_organization_id, "facility"),
        )
        if organization
    }
    return ledger.NewCase(
        kind="prior_auth",
        contract_id=found.contract_id,
        contract_version_id=found.contract_version_id,
        member_id=found.member_id,
        received_at=sent.received_at,
        channel=sent.channel,
        filed_by=sent.filed_by,
        priority="standard" if sent.timing == "post_service" else sent.priority,
        timing=sent.timing,
        service=sent.service,
        specialty=found.specialty,
        pa_required=not required or any(required),
        about=sent.occasion.kind if sent.occasion else "other",
        course_ends_at=sent.course_ends_at,
        restricted=found.restricted,
        queue="review",
        title=_title(sent, found),
        parties=tuple(sorted(parties)),
    )


def _about(sent: Submission, said: Sequence[office_answers.Stated]) -> dict[str, Any]:
    kind = {"occasion": sent.occasion.kind} if sent.occasion else {}
    return kind | ({"office_answers": office_answers.told(said)} if said else {})


def _title(sent: Submission, found: Recognised) -> str:
    first = sent.lines[0]
    rule = found.pa_rules.get(first.code)
    label = rule.label if rule else first.label or first.code
    more = f" and {len(sent.lines) - 1} more" if len(sent.lines) > 1 else ""
    return f"{label}{more}"[:120]


def _facts(cx: Context, sent: Submission, found: Recognised) -> Facts:
    return Facts(
        actor_id=f"{cx.principal.kind}:{cx.principal.id}",
        actor_is_system=cx.principal.kind != "user",
        receipt_known=sent.received_at <= cx.now,
        member_identified=found.member_id is not None,
        requester_identified=bool(
            found.requesting_organization_id
            or cx.principal.organization_id
            or sent.requester.npi
            or sent.requester.name
        ),
        line_count=len(sent.lines),
    )


def possible_duplicate(cx: Context, case: ledger.Head, sent: Submission) -> str:
    """The open or approved request of this member with the same code on overlapping dates, if any.

    It only warns: a person merges, never a rule.
    """
    asked = [
        (line.code, line.from_date, line.to_date or line.from_date)
        for line in sent.lines
        if line.from_date
    ]
    if not asked:
        return ""
    values: dict[str, Any] = {"member": case.member_id, "own": case.id}
    for number, (code, starts, ends) in enumerate(asked):
        values |= {f"code_{number}": code, f"starts_{number}": starts, f"ends_{number}": ends}
    return str(cx.db.execute(_twins(len(asked)), values).scalar() or "")


@lru_cache(maxsize=64)
def _twins(lines: int) -> Select[Any]:
    """The question for so many lines, kept: building it costs more than asking it."""
    overlaps = [
        and_(
            RequestLine.code == bindparam(f"code_{number}"),
            RequestLine.from_date <= bindparam(f"ends_{number}"),
            RequestLine.to_date >= bindparam(f"starts_{number}"),
        )
        for number in range(lines)
    ]
    return (
        select(Case.ref)
        .join(RequestLine, RequestLine.case_id == Case.id)
        .where(
            Case.member_id == bindparam("member"),
            Case.id != bindparam("own"),
            Case.kind == "prior_auth",
            Case.state.not_in(("denied", "withdrawn", "dismissed")),
            or_(*overlaps),
        )
        .order_by(Case.id)
        .limit(1)
    )
