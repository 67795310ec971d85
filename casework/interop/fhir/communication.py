"""CommunicationRequests: the documents that we ask for, each under our control number.

Whoever sends one quotes that number, on whichever way it comes (PWK06, fax cover, upload).
"""

from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.answer import Answer, PaperWanted
from casework.interop.fhir.elements import Node, node
from casework.interop.fhir.marks import coded, own_id
from casework.interop.fhir.references import Entries, Entry

# Our own numbering; a document is matched by this system and value.
CONTROL_NUMBERS: Final = "urn:casework:attachment-control-number"
_CDEX: Final = "CDEX"


def communication_requests(
    claim: Entry, entries: Entries, *, answer: Answer, identity: str
) -> list[Node]:
    """One resource for each paper wanted; none when the request could not be processed."""
    if answer.findings:
        return []
    return [
        _request(
            paper, claim, entries, identity=own_id(identity, str(number), paper.control_number)
        )
        for number, paper in enumerate(answer.papers_wanted)
    ]


def _request(paper: PaperWanted, claim: Entry, entries: Entries, *, identity: str) -> Node:
    insurer = entries.find(node(claim.resource, "insurer"), of=claim)
    requester = entries.find(node(claim.resource, "provider"), of=claim)
    medium = names.TEMPORARY_CODES if paper.medium == _CDEX else names.X12_TRANSMISSION
    return {
        "resourceType": "CommunicationRequest",
        "id": identity,
        "meta": {"profile": [names.COMMUNICATION_PROFILE]},
        "extension": [{"url": names.LINE_NUMBER, "valuePositiveInt": paper.line_number}]
        if paper.line_number
        else [],
        "identifier": [{"system": CONTROL_NUMBERS, "value": paper.control_number}]
        if paper.control_number
        else [],
        "status": "active",
        "category": [coded(names.X12_REPORT_TYPE, paper.report_type)] if paper.report_type else [],
        "medium": [coded(medium, paper.medium)],
        "subject": {"reference": _address("patient", claim, entries)},
        "payload": [{"contentString": paper.loinc}],
        "requester": {"reference": insurer.url} if insurer else {},
        "recipient": [{"reference": insurer.url}] if insurer else [],
        # The profile knows only an organization as the one who sends the document.
        "sender": {"reference": requester.url}
        if requester and requester.kind == "Organization"
        else {},
    }


def _address(name: str, claim: Entry, entries: Entries) -> str:
    return entries.absolute(node(claim.resource, name)["reference"], of=claim)
