"""conf-14 and conf-5: leaving out what is not required never errs, and presence never fails.

What is required is read from the guide's own snapshots (a digest, see the payloads' SOURCES.md),
not from the table under test.
"""

import json
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from casework.interop.fhir.encode import respond
from casework.interop.fhir.outcome import Refusal
from tests.interop.fhir.answers import faults, uniform
from tests.interop.fhir.samples import (
    PAYLOADS,
    SUBMITS_2_2,
    at,
    bundle,
    claim_of,
    of_type,
    read,
    walk,
)

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
# Elements of data types that base R4 itself requires, wherever they stand.
_OF_TYPES = frozenset({"url"})
# Slices of an extension list that the profile requires, as the digest names them.
_SLICES = {
    "extension-serviceItemRequestType": "Claim.item.extension:requestType",
    "extension-certificationType": "Claim.item.extension:certificationType",
    "extension-careTeamClaimScope": "Claim.careTeam.extension:careTeamClaimScope",
    "extension-documentInformation": (
        "Claim.supportingInfo:AdditionalInformation.extension:documentInformation"
    ),
}
Path = tuple[Any, ...]


@cache
def _required() -> frozenset[str]:
    """Element ids with a minimum of 1 in the request profiles; value[x] as any of its kinds."""
    digest = json.loads((PAYLOADS / "definitions-2.2.1" / "required-elements.json").read_text())
    return frozenset(element for elements in digest.values() for element in elements)


def _is_required(sent: dict[str, Any], path: Path) -> bool:
    """Whether the guide or base R4 requires what stands at this path."""
    names, resource = _names(sent, path)
    if names[-1] in _OF_TYPES:
        return True
    if names[-1] == "extension" and isinstance(path[-1], int):
        url = str(at(sent, path).get("url")).removeprefix(PAS)
        return _SLICES.get(url) in _required()
    told = ".".join([resource, *names])
    # A Reference that must be there must lead somewhere, so its address must be there too.
    told = told.removesuffix(".reference")
    # value[x] stands for any of its kinds; a slice of identifiers or information for its rows.
    others = (
        told.replace("locationCodeableConcept", "location[x]"),
        told.replace("diagnosisCodeableConcept", "diagnosis[x]"),
        told.replace("supportingInfo", "supportingInfo:AdditionalInformation"),
        ".".join(
            told.replace("Coverage.identifier", "Coverage.identifier:memberid").split(".")[:3]
        ),
    )
    return told in _required() or any(other in _required() for other in others)


def _names(sent: dict[str, Any], path: Path) -> tuple[list[str], str]:
    """The element names within the resource, and the resource's type."""
    if len(path) > 3 and path[2] == "resource":
        resource = sent["entry"][path[1]]["resource"]["resourceType"]
        return [step for step in path[3:] if isinstance(step, str)], resource
    return [step for step in path if isinstance(step, str)], "Bundle"


def _optional(sent: dict[str, Any]) -> list[Path]:
    """Paths that may be left out, one at a time; whole entries are needed by who refers to them."""
    found = []
    for path, _ in walk(sent):
        entry = path[0] == "entry" and len(path) < 4
        if entry or "text" in path or path[-1] == "resourceType":
            continue
        whole = _emptied(sent, path)
        if not _is_required(sent, whole):
            found.append(whole)
    return list(dict.fromkeys(found))


def _emptied(sent: dict[str, Any], path: Path) -> Path:
    """The highest element that is empty once this one is gone: an empty one is none in FHIR."""
    while len(path) > 1 and len(at(sent, path[:-1])) == 1:
        path = path[:-1]
    return path


@pytest.mark.parametrize("name", [*SUBMITS_2_2[:2], *SUBMITS_2_2[4:]])
def test_leaving_out_any_optional_element_never_errs(name: str) -> None:
    sent = bundle(name)
    optional = _optional(sent)
    assert len(optional) > 60
    refused = []
    for number, path in enumerate(optional):
        copy = deepcopy(sent)
        parent = at(copy, path[:-1])
        del parent[path[-1]]
        try:
            decoded = read(copy)
        except Refusal as refusal:
            refused.append((path, refusal.sentence))
            continue
        if number % 10 == 0:
            response = respond(copy, decoded, uniform(decoded, "pended"))
            assert faults(response, submitted=decoded.line_numbers) == [], path
    assert refused == []


def test_the_digest_names_what_the_page_stars() -> None:
    """The two lists of required elements were made apart and agree."""
    starred = {"Bundle.identifier", "Claim.identifier", "Claim.item.category", "Claim.insurer"}
    starred |= {"Claim.item.location[x]", "Coverage.relationship", "Coverage.identifier:memberid"}
    starred |= set(_SLICES.values())
    assert starred <= _required()


def test_the_presence_of_every_must_support_element_never_fails() -> None:
    """The public 2.2.1 presets carry all of them; here some that they lack are added."""
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    claim = claim_of(sent)
    claim["accident"] = {
        "date": "2026-10-01",
        "type": {"coding": [{"system": "https://codesystem.x12.org/005010/1362", "code": "AA"}]},
        "locationAddress": {"city": "Columbus", "state": "OH"},
    }
    claim["identifier"].append({"system": "urn:trnorg:9012345678", "value": "second trace"})
    coverage = of_type(sent, "Coverage")
    coverage["class"] = [{"type": {"coding": [{"code": "group"}]}, "value": "G1", "name": "Staff"}]
    coverage["period"] = {"start": "2026-01-01"}
    patient = of_type(sent, "Patient")
    patient["multipleBirthInteger"] = 2
    patient["telecom"] = [{"system": "phone", "value": "555-0100", "use": "home"}]
    decoded = read(sent)
    assert len(decoded.claim_identifiers) == 2
    response = respond(sent, decoded, uniform(decoded, "approved"))
    assert faults(response, submitted=decoded.line_numbers) == []
    assert [i["value"] for i in response["entry"][0]["resource"]["identifier"]] == [
        "111099",
        "second trace",
    ]
