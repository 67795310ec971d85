"""An answer to a PAS Response Bundle: the ClaimResponse first, then what it refers to, whole.

Resources come back as they came, with the same fullUrl, id and identifiers (spec-33). The
ClaimResponse has an address of its own (urn:uuid:) made from the request and the instant, so the
same answer is the same Bundle; its references are absolute, for from there no relative one leads.
"""

from typing import Any, Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.answer import Answer, LineStatus
from casework.interop.fhir.claim_response import claim_response
from casework.interop.fhir.communication import communication_requests
from casework.interop.fhir.decoded import Decoded
from casework.interop.fhir.elements import Node, node, solid
from casework.interop.fhir.marks import instant, own_id, urn
from casework.interop.fhir.references import Entries, Entry

_ECHOED: Final = ("patient", "insurer", "provider")
# Invariant IdentifierUnlessVO of the profile.
_BY_VOICE: Final = "VO"
# X12 278 HCR: a certification has its number, a denial its reason, what pends the number to quote.
_NEEDS: Final[dict[LineStatus, tuple[str, ...]]] = {
    "approved": ("authorization_number",),
    "approved_in_part": ("authorization_number", "authorized"),
    "changed": ("authorization_number", "authorized"),
    "denied": ("reason_codes", "note"),
    "pended": ("reference_number",),
    "contact_payer": ("note",),
}


def respond(bundle: dict[str, Any], decoded: Decoded, answer: Answer) -> dict[str, Any]:
    """The PAS Response Bundle for this request Bundle, its decoded form and our answer.

    `bundle` is not changed and not shared. Raises ValueError when the answer does not fit the
    request: a line without a result, a result without a line, an approval without its number, a
    denial without its reasons, an instant without its zone.
    """
    _refuse_misfit(decoded, answer)
    sent = solid(bundle)
    entries = Entries(sent)
    claim = entries.all[0]
    identity = own_id(decoded.content_hash, answer.case_reference, instant(answer.created))
    wanted = communication_requests(claim, entries, answer=answer, identity=identity)
    response = claim_response(
        claim, entries, decoded=decoded, answer=answer, identity=identity, wanted=wanted
    )
    own = [{"fullUrl": urn(r["id"]), "resource": r} for r in (response, *wanted)]
    told = {
        "resourceType": "Bundle",
        "id": own_id(identity, "bundle"),
        "meta": {"profile": [names.RESPONSE_BUNDLE_PROFILE]},
        "identifier": node(sent, "identifier"),
        "type": "collection",
        "timestamp": instant(answer.created),
        "entry": own + _echoed(claim, entries),
    }
    # What an answer has nothing for is left out: FHIR knows no empty text, list or object.
    return dict(solid(told))


def _refuse_misfit(decoded: Decoded, answer: Answer) -> None:
    if answer.created.tzinfo is None:
        raise ValueError("Answer.created must carry its zone.")
    if answer.findings:
        return
    answered = [line.number for line in answer.lines]
    # A cancellation of the whole may come without lines: then the case knows which there are.
    if decoded.line_numbers and sorted(answered) != sorted(decoded.line_numbers):
        raise ValueError(
            f"Each submitted line needs one result: submitted {sorted(decoded.line_numbers)}, "
            f"answered {sorted(answered)}."
        )
    if any(not p.control_number and p.medium != _BY_VOICE for p in answer.papers_wanted):
        raise ValueError("A paper wanted needs its control number, unless it is told by voice.")
    for line in answer.lines:
        absent = [name for name in _NEEDS.get(line.status, ()) if not getattr(line, name)]
        if absent:
            raise ValueError(f"Line {line.number} is {line.status} and lacks {absent}.")


def _echoed(claim: Entry, entries: Entries) -> list[Node]:
    """Patient, insurer, requester and all that they refer to, once each, in the order received."""
    found: dict[int, Entry] = {}
    for name in _ECHOED:
        entry = entries.find(node(claim.resource, name), of=claim)
        if entry:
            found |= {e.place: e for e in entries.reachable(entry, skip=frozenset({"related"}))}
    # The last entry must have a base of its own: Inferno resolves relative references against it.
    ordered = sorted(found.values(), key=lambda e: (e.url.startswith("http"), e.place))
    return [{"fullUrl": e.url, "resource": e.resource} for e in ordered]
