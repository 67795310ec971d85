"""What is wrong with a request as sent, found before anything is stored.

A finding is either a refusal (this cannot be a request at all) or a gap (it is one, and something
must follow). Every door shows the same sentences; what a door does with them is its business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import text

from casework import codes
from casework.context import Context
from casework.records import occasions, office_answers
from casework.records.known_parties import contract_on, members_with, providers_as_known
from casework.submission import ProviderAsSent, Submission

# X12 external code list 901, as the FHIR and X12 doors must answer.
MEMBER_UNKNOWN: Final = "75"
BIRTH_DATE_DIFFERS: Final = "71"
TWO_MEMBERS_FIT: Final = "76"
NOT_COVERED: Final = "95"
NPI_WRONG: Final = "43"
PROVIDER_UNKNOWN: Final = "51"
DIAGNOSIS_WRONG: Final = "AF"
PROCEDURE_WRONG: Final = "AG"

# What may be missing and come later, in the words that every door shows.
NO_DIAGNOSIS: Final = "At least one diagnosis code."
NO_DATE: Final = "The planned date of service."
NO_PLACE: Final = "The place of service."
NO_PAPERS: Final = "Clinical notes."

# On these rails a wrong code or NPI is a finding to be answered, not a request refused: the least
# that makes a case is an identified member, a requester and one line.
MACHINE_CHANNELS: Final = frozenset({"fhir", "x12"})
_SOFT: Final = frozenset({NPI_WRONG, PROVIDER_UNKNOWN, DIAGNOSIS_WRONG, PROCEDURE_WRONG})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `refuses` or only missing. `field` as the JSON door names it."""

    code: str
    field: str
    sentence: str
    refuses: bool = True
    line_number: int | None = None


@dataclass(frozen=True)
class Recognised:
    """What a submission names, as far as we know it."""

    member_id: int | None
    restricted: bool
    contract_id: int | None
    contract_version_id: int | None
    line: str
    requesting_organization_id: int | None
    servicing_organization_id: int | None
    in_network: bool
    facility_organization_id: int | None
    requester: dict[str, str]
    servicing: dict[str, str]
    facility: dict[str, str]
    pa_rules: dict[str, Any]
    billable: frozenset[str]
    specialty: str = ""
    policies: office_answers.Policies = field(default_factory=dict)


def examine(cx: Context, sent: Submission) -> tuple[Recognised, tuple[Finding, ...]]:
    """Who and what the submission names, and everything that is wrong with it."""
    findings: list[Finding] = []
    member, contract = _member(cx, sent, findings)
    known = providers_as_known(cx, filter(None, (sent.requester, sent.servicing, sent.facility)))
    requester = _provider(known, sent.requester, findings, "requester.npi", required=True)
    servicing = _provider(known, sent.servicing, findings, "servicing.npi")
    facility = _provider(known, sent.facility, findings, "facility.npi")
    billable = _diagnoses(cx, sent, findings)
    _lines(sent, findings)
    findings += [Finding("", name, said) for name, said in occasions.faults(cx, sent)]
    rules = rules_of(cx, contract.id, sent) if contract else {}
    policies = office_answers.policies_for(cx, sent, contract.version_id) if contract else {}
    if contract:
        findings += [
            Finding("", name, said) for name, said in office_answers.faults(sent, policies)
        ]
    if sent.channel in MACHINE_CHANNELS:
        findings = [_softened(finding) for finding in findings]
    recognised = Recognised(
        member_id=member.id if member else None,
        restricted=bool(member and member.restricted),
        contract_id=contract.id if contract else None,
        contract_version_id=contract.version_id if contract else None,
        line=contract.line if contract else "",
        requesting_organization_id=requester.organization_id if requester else None,
        servicing_organization_id=servicing.organization_id if servicing else None,
        in_network=bool((servicing or requester) and (servicing or requester).in_network),
        facility_organization_id=facility.organization_id if facility else None,
        requester=_as_known(sent.requester, requester),
        servicing=_as_known(sent.servicing, servicing),
        facility=_as_known(sent.facility, facility),
        pa_rules=rules,
        billable=billable,
        specialty=next((each.specialty for each in (servicing, requester) if each), ""),
        policies=policies,
    )
    return recognised, tuple(findings)


def _softened(finding: Finding) -> Finding:
    return replace(finding, refuses=False) if finding.code in _SOFT else finding


def _member(cx: Context, sent: Submission, findings: list[Finding]) -> tuple[Any, Any]:
    numbers = [number.strip() for number in sent.member.numbers if number.strip()]
    found = members_with(cx, numbers)
    if not found:
        findings.append(
            Finding(
                MEMBER_UNKNOWN,
                "member_id",
                "We know no member with this number: please compare it with the member's card.",
            )
        )
        return None, None
    if len(found) > 1:
        findings.append(
            Finding(
                TWO_MEMBERS_FIT,
                "member_id",
                "These numbers belong to two different members: please send the right one alone.",
            )
        )
        return None, None
    member = found[0]
    if sent.member.birth_date and sent.member.birth_date != member.birth_date:
        findings.append(
            Finding(
                BIRTH_DATE_DIFFERS,
                "member_birth_date",
                "The date of birth is not the one that we have for this member number.",
            )
        )
        return None, None
    contract = contract_on(cx, member.id, _service_date(sent), received_at=sent.received_at)
    if contract is None:
        findings.append(
            Finding(
                NOT_COVERED,
                "member_id",
                "This member was not covered by us on the date of service.",
            )
        )
    return member, contract


def _service_date(sent: Submission) -> date:
    dates = [line.from_date for line in sent.lines if line.from_date]
    return min(dates, default=sent.received_at.date())


def _provider(
    known: Mapping[str, Any],
    sent: ProviderAsSent | None,
    findings: list[Finding],
    field: str,
    *,
    required: bool = False,
) -> Any:
    if sent is None or not (sent.npi or sent.tax_id):
        if required:
            findings.append(
                Finding(NPI_WRONG, field, "Say who asks: the NPI of the ordering provider.")
            )
        return None
    problem = codes.npi_problem(sent.npi) if sent.npi else None
    if problem:
        findings.append(Finding(NPI_WRONG, field, problem, refuses=required))
        return None
    found = known.get(sent.npi or sent.tax_id)
    if found is None:
        findings.append(
            Finding(
                PROVIDER_UNKNOWN,
                field,
                "We have no provider with this NPI on file; we will verify who it is.",
                refuses=False,
            )
        )
    return found


def _as_known(sent: ProviderAsSent | None, known: Any) -> dict[str, str]:
    if sent is None:
        return {}
    name = known.name if known else sent.name
    return {"npi": sent.npi, "name": name, "phone": sent.phone, "tax_id": sent.tax_id}


def _diagnoses(cx: Context, sent: Submission, findings: list[Finding]) -> frozenset[str]:
    asked = {codes.dotted(d.code) for d in sent.diagnoses}
    known = (
        frozenset(cx.db.execute(_DIAGNOSES, {"codes": list(asked)}).scalars())
        if asked
        else frozenset()
    )
    for index, diagnosis in enumerate(sent.diagnoses):
        if codes.dotted(diagnosis.code) not in known:
            findings.append(
                Finding(
                    DIAGNOSIS_WRONG,
                    f"diagnoses/{index}/code",
                    f"{diagnosis.code[:12]} is no billable ICD-10-CM code: use the most specific"
                    " code under it.",
                )
            )
    return known


def _lines(sent: Submission, findings: list[Finding]) -> None:
    if not sent.lines:
        findings.append(
            Finding("", "lines", "A request asks for at least one service: add a line.")
        )
    for index, line in enumerate(sent.lines):
        problem = codes.procedure_problem(line.code) if line.system == "procedure" else None
        if problem:
            findings.append(
                Finding(PROCEDURE_WRONG, f"lines/{index}/code", problem, line_number=line.number)
            )


_DIAGNOSES = text("select code from diagnosis_code where code = any(:codes)")
_PA_RULES = text(
    "select code, label, required, auto_approve_units, policy from pa_rule"
    " where contract_id = :contract and code = any(:codes) and effective_from <= :day"
    " and coalesce(effective_to, :day) >= :day order by effective_from, required, id"
)


def rules_of(cx: Context, contract_id: int, sent: Submission) -> dict[str, Any]:
    """The plan's own PA list for the codes of this request, on its date of service."""
    wanted = [line.code for line in sent.lines if line.system == "procedure"]
    if not wanted:
        return {}
    on = _service_date(sent)
    rows = cx.db.execute(_PA_RULES, {"contract": contract_id, "codes": wanted, "day": on})
    return {row.code: row for row in rows}


def gaps(sent: Submission, findings: Sequence[Finding]) -> list[str]:
    """What must still come, in words: it keeps no request out and is asked for."""
    missing = [finding.sentence for finding in findings if not finding.refuses]
    if not sent.diagnoses:
        missing.append(NO_DIAGNOSIS)
    if not any(line.from_date for line in sent.lines):
        missing.append(NO_DATE)
    if not any(line.place for line in sent.lines):
        missing.append(NO_PLACE)
    if not sent.papers:
        missing.append(NO_PAPERS)
    return missing + list(sent.missing)
