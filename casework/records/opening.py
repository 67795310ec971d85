"""Opening a request: the case, its lines, diagnoses and papers; an automatic approval by rule.

Every door's command comes here once it has examined what was sent. What is missing keeps no request
out; it is listed and asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select, update

from casework import codes, ledger, seal
from casework.context import SYSTEM, Context
from casework.errors import Invalid, NotAllowed
from casework.ledger.entries import case_key
from casework.models import Case, Diagnosis, Organization, PriorAuth, RequestLine
from casework.records import determinations, papers
from casework.records.findings import Finding, Recognised, gaps
from casework.submission import LineAsSent, Submission
from statemachines.facts import Facts

AUTO_RULE = "plan PA list, automatic approval"


@dataclass(frozen=True)
class Filed:
    """What the sender is told at once. `decision_due` is ISO 8601 with the contract's offset."""

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
    [opened] = ledger.record(
        cx,
        [
            ledger.Change(
                case=_new_case(cx, sent, recognised),
                trigger="receive",
                occurred_at=sent.received_at,
                facts=_facts(cx, sent, recognised),
                said=ledger.Said(by=sent.filed_by, more={"complete": not missing}),
                text={"note": sent.note} if sent.note else {},
            )
        ],
    )
    _write_request(cx, opened.case, sent, recognised, missing)
    papers.attach(cx, opened.case, sent.papers, by=cx.principal.name)
    twin = _possible_duplicate(cx, opened.case, sent)
    number = _approve_by_rule(cx, opened.case, sent, recognised, missing, twin)
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
        pa_required=not required or any(required),
        course_ends_at=sent.course_ends_at,
        restricted=found.restricted,
        queue="review",
        title=_title(sent, found),
        parties=tuple(sorted(parties)),
    )


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


def _write_request(
    cx: Context, case: ledger.Head, sent: Submission, found: Recognised, missing: list[str]
) -> None:
    reason = b""
    if sent.priority_reason:
        key = case_key(cx.database.settings, case)
        reason = seal.seal_text(key, sent.priority_reason, f"priority:{case.id}")
    cx.db.execute(
        insert(PriorAuth),
        [
            {
                "case_id": case.id,
                "requester": found.requester,
                "servicing": found.servicing,
                "facility": found.facility,
                "priority_reason_ct": reason,
                "contact_name": sent.contact_name[:120],
                "contact_phone": sent.contact_phone[:30],
                "trace": sent.trace[:300],
                "missing": missing,
                "wire": {"prior_numbers": list(sent.prior_numbers)} if sent.prior_numbers else {},
            }
        ],
    )
    cx.db.execute(
        insert(RequestLine), [_line_row(case, line, sent, found.pa_rules) for line in sent.lines]
    )
    if sent.diagnoses:
        cx.db.execute(
            insert(Diagnosis),
            [
                {
                    "case_id": case.id,
                    "number": diagnosis.number,
                    "code": codes.dotted(diagnosis.code),
                    "kind": diagnosis.kind,
                    "uri": diagnosis.uri,
                    "billable": codes.dotted(diagnosis.code) in found.billable,
                }
                for diagnosis in sent.diagnoses
            ],
        )


def add_lines(cx: Context, case: ledger.Head, lines: Sequence[LineAsSent]) -> None:
    """Add lines that an update of the request brought."""
    if lines:
        cx.db.execute(insert(RequestLine), [_line_row(case, line, None, {}) for line in lines])


def bring_lines_up_to_date(cx: Context, case: ledger.Head, lines: Sequence[LineAsSent]) -> None:
    """Replace what known lines say by what an update says; their numbers stay."""
    for line in lines:
        row = _line_row(case, line, None, {})
        cx.db.execute(
            update(RequestLine)
            .where(RequestLine.case_id == case.id, RequestLine.number == line.number)
            .values({name: value for name, value in row.items() if name != "label" or value})
            .execution_options(synchronize_session=False)
        )


def _line_row(
    case: ledger.Head, line: LineAsSent, sent: Submission | None, rules: Mapping[str, Any]
) -> dict[str, Any]:
    rule = rules.get(line.code)
    servicing = line.servicing or (sent.servicing if sent else None)
    return {
        "case_id": case.id,
        "number": line.number,
        "system": line.system,
        "code": line.code,
        "code_end": line.code_end,
        "modifiers": list(line.modifiers),
        "label": (rule.label if rule else line.label)[:200],
        "units": line.units,
        "unit": line.unit,
        "from_date": line.from_date,
        "to_date": line.to_date,
        "place": line.place,
        "service_type": line.service_type,
        "diagnosis_numbers": list(line.diagnosis_numbers),
        "servicing": asdict(servicing) if servicing else {},
        "trace": line.trace,
        "uri": line.uri,
        "revenue": line.revenue,
    }


def _possible_duplicate(cx: Context, case: ledger.Head, sent: Submission) -> str:
    """The open or approved request of this member with the same code on overlapping dates, if any.

    It only warns: a person merges, never a rule.
    """
    for line in sent.lines:
        if not line.from_date:
            continue
        found = cx.db.execute(
            select(Case.ref)
            .join(RequestLine, RequestLine.case_id == Case.id)
            .where(
                Case.member_id == case.member_id,
                Case.id != case.id,
                Case.kind == "prior_auth",
                Case.state.not_in(("denied", "withdrawn", "dismissed")),
                RequestLine.code == line.code,
                RequestLine.from_date <= (line.to_date or line.from_date),
                RequestLine.to_date >= line.from_date,
            )
            .limit(1)
        ).scalar()
        if found:
            return str(found)
    return ""


def _approve_by_rule(
    cx: Context,
    case: ledger.Head,
    sent: Submission,
    found: Recognised,
    missing: list[str],
    twin: str,
) -> str:
    """Approve where the plan's own list says so for every line; the machine can only say yes."""
    if missing or twin or not _known_in_network(cx, found):
        return ""
    rulings = [_ruled(line, sent, found) for line in sent.lines]
    if not all(rulings):
        return ""
    approved = [ruling for ruling in rulings if ruling]
    policies = sorted({found.pa_rules[line.code].policy for line in sent.lines})
    rule = f"{AUTO_RULE} ({', '.join(policies)})"
    facts = Facts(
        line=found.line,
        approval_rule=rule,
        lines=determinations.as_service_lines(approved),
        decision_clock_open=True,
    )
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="auto_approve",
                facts=facts,
                actor=SYSTEM,
                said=ledger.Said(ground="rule"),
                text={"rule": rule},
                sets={"outcome": "approved"},
            )
        ],
    )
    system = determinations.Decider(kind="system", user_id=None, name="Casework")
    determination_id = determinations.write(
        cx,
        recorded.case,
        system,
        outcome="approved",
        ground="rule",
        rulings=approved,
        criterion=rule,
        rule=rule[:60],
        frozen=determinations.frozen_versions(cx, case),
    )
    starts_on, ends_on = determinations.window(approved) or (cx.now.date(), cx.now.date())
    return determinations.authorize(
        cx, recorded.case, determination_id=determination_id, starts_on=starts_on, ends_on=ends_on
    )


def _ruled(
    line: LineAsSent, sent: Submission, found: Recognised
) -> determinations.LineRuling | None:
    rule = found.pa_rules.get(line.code)
    if rule is None or rule.auto_approve_units is None or line.units is None:
        return None
    if line.units > rule.auto_approve_units or not (line.from_date and line.to_date):
        return None
    servicing = found.servicing or found.requester
    return determinations.LineRuling(
        number=line.number,
        result="approved",
        code=line.code,
        units=line.units,
        starts_on=line.from_date,
        ends_on=line.to_date,
        servicing_name=servicing.get("name", ""),
        servicing_npi=servicing.get("npi", ""),
        place=line.place,
    )


def _known_in_network(cx: Context, found: Recognised) -> bool:
    organization = found.servicing_organization_id or found.requesting_organization_id
    if organization is None:
        return False
    return bool(
        cx.db.execute(
            select(Organization.in_network).where(Organization.id == organization)
        ).scalar()
    )
