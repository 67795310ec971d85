"""A PAS request Bundle to one canonical submission: check, then read.

The receipt instant is ours and comes in as an argument: the sender's timestamps start no clock (the
guide's own samples say 2005). Knows no table: what only the database can say is found later.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from casework.interop.fhir import canonicals as names
from casework.interop.fhir import lines as read_lines
from casework.interop.fhir import people, profile, structure
from casework.interop.fhir.canonicals import VERSIONS, Version
from casework.interop.fhir.decoded import (
    Decoded,
    Identifier,
    LineFacts,
    PriorClaim,
    Purpose,
    Transmission,
)
from casework.interop.fhir.elements import Node, code, extension, extensions, node, nodes, text
from casework.interop.fhir.findings import findings, missing
from casework.interop.fhir.papers import enclosures
from casework.interop.fhir.references import Entries, Entry
from casework.interop.fhir.wire import content_hash
from casework.submission import LineAsSent, Priority, Service, Submission, Timing


def decode(bundle: dict[str, Any], *, received_at: datetime, version: Version) -> Decoded:
    """The request in this Bundle (as `wire.read_bundle` returns it; it is not changed).

    `received_at` is our own receipt instant (aware), `version` "2.2" or "2.0". Raises a Refusal of
    `outcome`: 400 for what is not FHIR or lacks an element, 413 for caps, 422 for broken PAS rules.
    """
    if received_at.tzinfo is None or version not in VERSIONS:
        raise ValueError("received_at must carry its zone, and version be 2.2 or 2.0.")
    sent = structure.check(bundle)
    profile.check_envelope(sent)
    entries = Entries(sent)
    coverage = profile.check(sent, entries, version=version)
    claim = entries.all[0]
    team = people.Team(claim, entries)
    facts = read_lines.facts(claim)
    submission = _submission(claim, coverage, entries, team=team, received_at=received_at)
    on_claim = read_lines.concept(claim.resource, names.CERTIFICATION_TYPE)
    related = _prior(claim, entries)
    return Decoded(
        version=version,
        purpose=_purpose(on_claim, facts, related=related is not None),
        submission=submission,
        bundle_identifier=_identifier(node(sent, "identifier")),
        claim_identifiers=_identifiers(claim.resource),
        claim_url=claim.url,
        payer=people.payer(claim, entries),
        transmission=_transmission(claim.resource),
        lines=facts,
        findings=findings(claim, coverage, entries=entries, submission=submission, facts=facts),
        content_hash=content_hash(sent),
        related=related,
        certification_type=on_claim,
        level_of_service=read_lines.level_of_service(claim),
    )


def _submission(
    claim: Entry, coverage: Entry, entries: Entries, *, team: people.Team, received_at: datetime
) -> Submission:
    requester = people.provider(node(claim.resource, "provider"), of=claim, entries=entries)
    contact_name, contact_phone = people.contact(claim, entries, requester=requester)
    member = people.member(claim, coverage, entries=entries)
    sent = read_lines.lines(claim, entries, team=team)
    diagnoses = read_lines.diagnoses(claim, entries)
    papers = enclosures(claim, entries)
    priority, reason = _priority(claim)
    return Submission(
        channel="fhir",
        received_at=received_at,
        member=member,
        requester=requester,
        lines=sent,
        diagnoses=diagnoses,
        servicing=team.servicing,
        facility=team.facility,
        priority=priority,
        priority_reason=reason,
        timing=_timing(read_lines.facts(claim)),
        service=_service(sent),
        papers=tuple(papers.papers),
        note="\n".join(papers.messages),
        contact_name=contact_name,
        contact_phone=contact_phone,
        trace=_identifiers(claim.resource)[0].value,
        prior_numbers=_prior_numbers(claim.resource),
        missing=(*missing(sent, diagnoses, requester=requester, member=member), *papers.missing),
    )


def _purpose(on_claim: str, facts: Sequence[LineFacts], *, related: bool) -> Purpose:
    cancelled = all(f.cancelled or f.certification_type == names.CANCEL for f in facts)
    if cancelled or on_claim == names.CANCEL:
        return "cancel"
    if any(f.certification_type in names.APPEAL_TYPES for f in facts):
        return "appeal"
    return "update" if related else "request"


def _priority(claim: Entry) -> tuple[Priority, str]:
    """Urgency is the level of service (X12 1338); Claim.priority counts only where none was sent.

    Every sample of the guide says priority normal, even beside level U.
    """
    level = read_lines.level_of_service(claim)
    if level in names.URGENT_LEVELS:
        return "expedited", f"The sender marked the request as urgent (level of service {level})."
    if not level and code(node(claim.resource, "priority")) == "stat":
        return "expedited", "The sender marked the request as urgent (priority stat)."
    return "standard", ""


def _timing(facts: Sequence[LineFacts]) -> Timing:
    """An extension of an approved course is concurrent (29 CFR 2560.503-1(f)(2)(ii)(B))."""
    extended = {f.certification_type for f in facts} == {names.EXTENSION_OF_COURSE}
    return "concurrent" if extended else "pre_service"


def _service(lines: Sequence[LineAsSent]) -> Service:
    """Drugs by their NDC are outpatient drugs; what is given in an office comes by HCPCS."""
    return "outpatient_drug" if {line.system for line in lines} == {"ndc"} else "medical"


def _prior_numbers(claim: Node) -> tuple[str, ...]:
    """Numbers that we gave earlier: authorization (REF BB) and administration (REF NT)."""
    found = [
        text(e, "valueString")
        for place in (claim, *nodes(claim, "item"))
        for e in extensions(place, names.AUTHORIZATION_NUMBER, names.ADMINISTRATION_NUMBER)
    ]
    return tuple(dict.fromkeys(number for number in found if number))


def _prior(claim: Entry, entries: Entries) -> PriorClaim | None:
    related = next(iter(nodes(claim.resource, "related")), None)
    if related is None:
        return None
    reference = node(related, "claim")
    prior = entries.find(reference, of=claim)
    named = (_identifier(node(reference, "identifier")), _identifier(node(related, "reference")))
    told = tuple(i for i in named if i.value)
    return PriorClaim(
        identifiers=(_identifiers(prior.resource) if prior else ()) or told,
        url=prior.url if prior else "",
    )


def _transmission(claim: Node) -> Transmission:
    told = extension(claim, names.TRANSMISSION)

    def part(name: str) -> str:
        return text(extension(told, name), "valueString")

    return Transmission(
        application_sender=part("applicationSenderCode"),
        application_receiver=part("applicationReceiverCode"),
        interchange_sender=part("interchangeSenderID"),
        interchange_receiver=part("interchangeReceiverID"),
    )


def _identifiers(resource: Node) -> tuple[Identifier, ...]:
    return tuple(_identifier(i) for i in nodes(resource, "identifier"))


def _identifier(sent: Node) -> Identifier:
    return Identifier(system=text(sent, "system"), value=text(sent, "value"))
