"""What can be found without the database: business findings, and what is missing from the request.

A finding is answered with 200 and never stops a case by itself; the caller adds what the tables say
(member unknown, not covered, not billable) and decides. Codes are X12 901, our words.
"""

from collections.abc import Iterator, Sequence

from casework import codes
from casework.interop.fhir import canonicals as names
from casework.interop.fhir.decoded import Finding, LineFacts
from casework.interop.fhir.elements import Node, node, numbered, text
from casework.interop.fhir.lines import level_of_service
from casework.interop.fhir.references import Entries, Entry
from casework.submission import (
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    ProviderAsSent,
    Submission,
)

NPI_WRONG = "43"
MEMBER_NUMBER_MISSING = "72"
DIAGNOSIS_WRONG = "AF"
PROCEDURE_WRONG = "AG"
INPUT_ERROR = "33"


def findings(
    claim: Entry,
    coverage: Entry,
    *,
    entries: Entries,
    submission: Submission,
    facts: Sequence[LineFacts],
) -> tuple[Finding, ...]:
    """All findings, in the order of the X12 loops: requester, member, request, lines."""
    return (
        *_npis(claim, entries),
        *_member(coverage, submission.member),
        *_diagnoses(claim, submission.diagnoses),
        *_codes(claim, submission.lines),
        *_kinds(claim, facts),
        *_sub_lines(claim),
    )


def missing(
    lines: Sequence[LineAsSent],
    diagnoses: Sequence[DiagnosisAsSent],
    *,
    requester: ProviderAsSent,
    member: MemberAsSent,
) -> Iterator[str]:
    """What a reviewer will have to ask for, as sentences."""
    if not requester.npi and not requester.organization_npi:
        yield "The NPI of the requesting provider."
    if member.birth_date is None:
        yield "The member's date of birth."
    if not diagnoses:
        yield "A diagnosis."
    for line in lines:
        if line.from_date is None and line.to_date is None:
            yield f"Line {line.number}: the date of service."
        if not line.code:
            yield f"Line {line.number}: the code of the service."
        if not line.place:
            yield f"Line {line.number}: the place of service."


def _npis(claim: Entry, entries: Entries) -> Iterator[Finding]:
    named = [(node(claim.resource, "provider"), "2010B-NM109")]
    named += [
        (node(row, "provider"), "2010EA-NM109") for _, row in numbered(claim.resource, "careTeam")
    ]
    seen = set()
    for reference, element in named:
        for entry in _with_identifiers(reference, claim, entries):
            if entry.place not in seen:
                seen.add(entry.place)
                yield from _npi(entry, element)


def _with_identifiers(reference: Node, of: Entry, entries: Entries) -> Iterator[Entry]:
    entry = entries.find(reference, of=of)
    if entry is None:
        return
    yield entry
    for part in ("practitioner", "organization"):
        inner = entries.find(node(entry.resource, part), of=entry)
        if entry.kind == "PractitionerRole" and inner:
            yield inner


def _npi(entry: Entry, element: str) -> Iterator[Finding]:
    for index, identifier in numbered(entry.resource, "identifier"):
        value = text(identifier, "value")
        if text(identifier, "system") != names.NPI or not value:
            continue
        problem = codes.npi_problem(value)
        if problem:
            path = f"{entry.path}.identifier[{index}].value"
            yield Finding(code=NPI_WRONG, sentence=problem, path=path, element=element)


def _member(coverage: Entry, member: MemberAsSent) -> Iterator[Finding]:
    if not member.numbers:
        yield Finding(
            code=MEMBER_NUMBER_MISSING,
            sentence="No member number was sent: neither on the coverage nor on the patient.",
            path=f"{coverage.path}.identifier",
            element="2010C-NM109",
        )


def _diagnoses(claim: Entry, sent: Sequence[DiagnosisAsSent]) -> Iterator[Finding]:
    by_number = {d.number: d for d in sent}
    for index, row in numbered(claim.resource, "diagnosis"):
        diagnosis = by_number.get(row["sequence"])
        if diagnosis and not codes.is_diagnosis_shape(diagnosis.code):
            yield Finding(
                code=DIAGNOSIS_WRONG,
                sentence="This is no ICD-10-CM code: a letter, two characters, a dot, up to four.",
                path=f"{claim.path}.diagnosis[{index}].diagnosisCodeableConcept",
                element="2000E-HI01",
            )


def _codes(claim: Entry, lines: Sequence[LineAsSent]) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        if line.system == "unknown":
            yield Finding(
                code=PROCEDURE_WRONG,
                sentence="This is no code of a service that we know by its form.",
                path=f"{claim.path}.item[{index}].productOrService",
                element="2000F-SV101",
                line=line.number,
            )


def _sub_lines(claim: Entry) -> Iterator[Finding]:
    """R4 lets a line have sub-lines; PAS and X12 do not, and what is not read must be said."""
    for index, item in numbered(claim.resource, "item"):
        if item.get("detail"):
            yield Finding(
                code=INPUT_ERROR,
                sentence="Sub-lines (detail) are not read: send each service as its own line.",
                path=f"{claim.path}.item[{index}].detail",
                element="2000F",
                line=item["sequence"],
            )


def _kinds(claim: Entry, facts: Sequence[LineFacts]) -> Iterator[Finding]:
    """Codes of X12 lists that steer the case, where they are none, and kinds mixed in one Claim."""
    for index, line in enumerate(facts):
        if line.certification_type and line.certification_type not in names.CERTIFICATION_TYPES:
            yield Finding(
                code=INPUT_ERROR,
                sentence="This is no certification type (X12 1322): taken as an initial request.",
                path=f"{claim.path}.item[{index}].extension",
                element="2000E-UM02",
                line=line.number,
            )
    if len({f.request_type for f in facts if f.request_type}) > 1:
        yield Finding(
            code=INPUT_ERROR,
            sentence="One request has one category (X12 1525): these lines have several.",
            path=f"{claim.path}.item",
            element="2000E-UM01",
        )
    appeals = {f.certification_type in names.APPEAL_TYPES for f in facts}
    if len(appeals) > 1:
        yield Finding(
            code=INPUT_ERROR,
            sentence="An appeal and a request cannot share one Claim: send them apart.",
            path=f"{claim.path}.item",
            element="2000E-UM02",
        )
    level = level_of_service(claim)
    if level and level not in names.LEVELS:
        yield Finding(
            code=INPUT_ERROR,
            sentence="This is no level of service (X12 1338): U, 03 or E.",
            path=f"{claim.path}.extension",
            element="2000E-UM06",
        )
