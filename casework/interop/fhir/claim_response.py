"""The ClaimResponse: head, reviewer, notes, errors, and the results of the lines.

A denial is A3 on a line with outcome complete; `error` is only for what could not be processed
(PAS, ClaimResponse.error). Pended is A4 on a line: outcome complete in 2.2.1, queued in 2.0.1.
"""

from datetime import date
from typing import Any, Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.answer import Answer, LineAnswer
from casework.interop.fhir.decoded import Decoded, Finding, Transmission
from casework.interop.fhir.elements import Node, node, nodes
from casework.interop.fhir.marks import coded, instant, period, urn
from casework.interop.fhir.references import Entries, Entry
from casework.interop.fhir.results import APPROVALS, Notes, add_item, item

_PENDED: Final = "pended"


def claim_response(
    claim: Entry,
    entries: Entries,
    *,
    decoded: Decoded,
    answer: Answer,
    identity: str,
    wanted: list[Node],
) -> Node:
    """The ClaimResponse resource, empty elements among them: `encode` leaves those out.

    `wanted` are the CommunicationRequests that ask for papers.
    """
    notes = Notes()
    response: Node = {
        "resourceType": "ClaimResponse",
        "id": identity,
        "meta": {"profile": [names.RESPONSE_PROFILE]},
        "extension": [*_transmission(decoded.transmission), *_reviewer(answer)],
        "identifier": nodes(claim.resource, "identifier"),
        "status": "active",
        "type": node(claim.resource, "type"),
        "use": "preauthorization",
        "patient": _absolute("patient", claim, entries),
        "created": instant(answer.created),
        "insurer": _absolute("insurer", claim, entries),
        "requestor": _absolute("provider", claim, entries),
        "request": {"reference": claim.url},
        "outcome": _outcome(decoded, answer),
        "disposition": answer.disposition,
        **_preauthorization(answer),
        "communicationRequest": [{"reference": urn(r["id"])} for r in wanted],
        **_results(claim, answer, notes),
    }
    for note in answer.notes:
        notes.number(note)
    response["processNote"] = notes.rows
    return response


def _absolute(name: str, claim: Entry, entries: Entries) -> Node:
    return {"reference": entries.absolute(node(claim.resource, name)["reference"], of=claim)}


def _transmission(sent: Transmission) -> list[Node]:
    """Sender and receiver change places on the way back."""
    parts = {
        "applicationSenderCode": sent.application_receiver,
        "applicationReceiverCode": sent.application_sender,
        "interchangeSenderID": sent.interchange_receiver,
        "interchangeReceiverID": sent.interchange_sender,
    }
    inner = [{"url": url, "valueString": value} for url, value in parts.items() if value]
    return [{"extension": inner, "url": names.TRANSMISSION}] if inner else []


def _reviewer(answer: Answer) -> list[Node]:
    if answer.human_reviewed is None:
        return []
    inner: list[Node] = [{"url": "wasHumanReviewedFlag", "valueBoolean": answer.human_reviewed}]
    if answer.reviewer_npi:
        npi = {"system": names.NPI, "value": answer.reviewer_npi}
        inner.append({"url": "reviewerNPI", "valueIdentifier": npi})
    if answer.reviewer_specialty:
        inner.append(
            {
                "url": "reviewerSpecialty",
                "valueCodeableConcept": {"text": answer.reviewer_specialty},
            }
        )
    return [{"extension": inner, "url": names.REVIEWER}]


def _outcome(decoded: Decoded, answer: Answer) -> str:
    if answer.findings:
        return "error"
    pended = [line.status == _PENDED for line in answer.lines]
    if any(pended) and decoded.version == "2.0":
        return "queued"
    return "partial" if any(pended) and not all(pended) else "complete"


def _preauthorization(answer: Answer) -> Node:
    """The number and the period that most readers look for first, when all approvals agree."""
    if answer.findings:
        return {}
    approved = [line for line in answer.lines if line.status in APPROVALS]
    numbers = {line.authorization_number for line in approved}
    found: Node = {"preAuthPeriod": _span(approved)}
    if len(numbers) == 1 and "" not in numbers:
        found["preAuthRef"] = numbers.pop()
    return found


def _span(approved: list[LineAnswer]) -> dict[str, str]:
    starts: list[date] = [line.valid_from for line in approved if line.valid_from]
    ends = [line.valid_to for line in approved]
    closed = [end for end in ends if end]
    # One approval without an end leaves the whole without one.
    last = max(closed) if closed and len(closed) == len(ends) else None
    return period(min(starts, default=None), last) if starts else {}


def _results(claim: Entry, answer: Answer, notes: Notes) -> Node:
    if answer.findings:
        return {"error": [_error(finding, claim, notes) for finding in answer.findings]}
    sent = {asked["sequence"]: asked for asked in nodes(claim.resource, "item")}
    results = {line.number: line for line in answer.lines}
    answered = [(sent.get(number, {}), results[number]) for number in sent or results]
    return {
        "item": [item(asked, line, notes=notes) for asked, line in answered],
        "addItem": [add_item(asked, line) for asked, line in answered if line.status == "changed"],
    }


def _error(finding: Finding, claim: Entry, notes: Notes) -> Node:
    """X12 901 with what to do next (889), where it is in X12 and in FHIR, and our sentence."""
    element: list[Node] = [
        {"url": "processNote", "valuePositiveInt": notes.number(finding.sentence)}
    ]
    if finding.element:
        element.append({"url": "error", "valueString": finding.element})
    extensions: list[Any] = [{"extension": element, "url": names.ERROR_ELEMENT}]
    if finding.path:
        extensions.append({"url": names.ERROR_PATH, "valueString": finding.path})
    if finding.followup:
        followup = coded(names.X12_FOLLOWUP, finding.followup)
        extensions.append({"url": names.ERROR_FOLLOWUP, "valueCodeableConcept": followup})
    error: Node = {"extension": extensions, "code": coded(names.X12_REJECT_REASON, finding.code)}
    submitted = {sent["sequence"] for sent in nodes(claim.resource, "item")}
    if finding.line in submitted:
        error["itemSequence"] = finding.line
    return error
