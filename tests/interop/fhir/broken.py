"""Requests with one thing wrong each, and the status that must answer: for tests of any door."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.interop.fhir.samples import bundle, claim_of, of_type

_PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
_WHOLE = "inferno-presets-2.2.1/submit-approval.json"
Break = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A Bundle with one fault. `status` and `issue` are what the outcome must have."""

    name: str
    status: int
    issue: str
    bundle: Any


def without_each_required_element() -> Iterator[Broken]:
    """Each element of the page's table that is starred, left out in turn (2.2)."""
    for name, path in (
        ("Bundle.identifier", ("identifier",)),
        ("Bundle.timestamp", ("timestamp",)),
        ("fullUrl", ("entry", 1, "fullUrl")),
        ("resource", ("entry", 1, "resource")),
        *_of_claim("identifier", "status", "type", "use", "created", "priority"),
        *_of_claim("patient", "insurer", "provider", "insurance", "item"),
        *_of_claim("patient.reference", "insurer.reference", "provider.reference"),
        *_of_claim("identifier.0.system", "identifier.0.value"),
        *_of_claim("insurance.0.coverage", "insurance.0.focal", "insurance.0.coverage.reference"),
        *_of_claim("item.1.sequence", "item.0.category", "item.1.productOrService"),
        *_of_claim("item.0.locationCodeableConcept", "careTeam.1.sequence"),
        *_of_claim("supportingInfo.0.sequence", "supportingInfo.0.category"),
    ):
        yield _broken(f"without {name}", lambda b, p=path: _delete(b, p), issue="required")
    for parent, row, url in (
        ("item", 1, "extension-serviceItemRequestType"),
        ("item", 0, "extension-certificationType"),
        ("careTeam", 1, "extension-careTeamClaimScope"),
        ("supportingInfo", 0, "extension-documentInformation"),
    ):
        yield _broken(
            f"without {url} of {parent}",
            lambda b, p=parent, r=row, u=url: _drop_extension(claim_of(b)[p][r], u),
            issue="required",
        )
    for name in ("status", "beneficiary", "payor", "relationship", "identifier"):
        yield _broken(
            f"without Coverage.{name}",
            lambda b, n=name: of_type(b, "Coverage").pop(n),
            issue="required",
        )


def malformed() -> Iterator[Broken]:
    """What is no PAS request Bundle at all, or contradicts itself."""
    yield Broken(name="a Claim alone", status=400, issue="structure", bundle=_alone())
    yield _broken("no resourceType", lambda b: b.pop("resourceType"))
    yield _broken("type transaction", lambda b: b.update(type="transaction"))
    yield _broken("no entry", lambda b: b.pop("entry"))
    yield _broken("empty entry", lambda b: b.update(entry=[]))
    yield _broken("entry is an object", lambda b: b.update(entry={}))
    yield _broken("first entry not Claim", lambda b: b["entry"].reverse())
    yield _broken("unknown resource", lambda b: claim_of(b).update(resourceType="Klaim"))
    yield _broken("resource without a type", lambda b: claim_of(b).pop("resourceType"))
    yield _broken("sequence as a text", lambda b: _item(b).update(sequence="1"))
    yield _broken("sequence with a fraction", lambda b: _item(b).update(sequence=1.5))
    yield _broken("sequence 0", lambda b: _item(b).update(sequence=0))
    yield _broken("focal as a text", lambda b: claim_of(b)["insurance"][0].update(focal="true"))
    yield _broken("created as a number", lambda b: claim_of(b).update(created=20260101))
    yield _broken("no such day", lambda b: _item(b).update(servicedDate="2026-02-30"))
    yield _broken("two kinds of date", lambda b: _item(b).update(servicedPeriod={"start": "2026"}))
    yield _broken("fullUrl is no address", lambda b: b["entry"][2].update(fullUrl="abc"))
    yield _broken("same fullUrl", _same_full_url, issue="value")
    yield _broken("same sequence", lambda b: _item(b).update(sequence=2), issue="value")
    yield _broken("same diagnosis number", _same_diagnosis, issue="value")
    yield _broken(
        "patient not in the Bundle",
        lambda b: claim_of(b)["patient"].update(reference="Patient/nobody"),
        issue="not-found",
    )
    yield _broken(
        "practitioner of a role not in the Bundle",
        lambda b: of_type(b, "PractitionerRole")["practitioner"].update(reference="Practitioner/x"),
        issue="not-found",
    )
    yield _broken("patient contained", _contained_patient, issue="not-found")
    yield _broken(
        "patient by identifier alone",
        lambda b: claim_of(b).update(patient={"identifier": {"value": "12345678901"}}),
        issue="required",
    )
    yield _broken("sequence too large", lambda b: _item(b).update(sequence=2**31))
    yield _broken(
        "contained resource that is not there",
        lambda b: claim_of(b)["supportingInfo"][0].update(valueReference={"reference": "#none"}),
        issue="not-found",
    )


def against_the_guide() -> Iterator[Broken]:
    """Well-formed FHIR that breaks a rule of PAS: 422."""
    yield _broken("use claim", lambda b: claim_of(b).update(use="claim"), status=422)
    yield _broken("status draft", lambda b: claim_of(b).update(status="draft"), status=422)
    yield _broken(
        "type pharmacy",
        lambda b: claim_of(b)["type"]["coding"][0].update(code="pharmacy"),
        status=422,
    )
    yield _broken("no focal", lambda b: claim_of(b)["insurance"][0].update(focal=False), status=422)
    yield _broken(
        "cancelled coverage",
        lambda b: of_type(b, "Coverage").update(status="cancelled"),
        status=422,
    )
    yield _broken("no subscriber", _no_subscriber, status=422)
    yield _broken("a year is no date", lambda b: _item(b).update(servicedDate="2026"), status=422)
    yield _broken(
        "born in a month", lambda b: of_type(b, "Patient").update(birthDate="1987-02"), status=422
    )
    yield _broken("a comparator", lambda b: _item(b)["quantity"].update(comparator="<"), status=422)
    yield _broken(
        "a unit's code alone", lambda b: _item(b)["quantity"].update(code="VS"), status=422
    )
    yield _broken("appeal at once without urgency", _appeal_without_level, status=422)
    yield _broken(
        "the patient is an organization",
        lambda b: claim_of(b)["patient"].update(reference="Organization/UMOExample"),
        status=422,
    )
    yield _broken("three Claims", _three_claims, status=422)
    yield _broken(
        "unknown modifier",
        lambda b: _item(b).update(
            modifierExtension=[{"url": "http://x.example/not", "valueBoolean": True}]
        ),
        status=422,
        issue="not-supported",
    )
    yield _broken(
        "unknown modifier of the Claim",
        lambda b: claim_of(b).update(
            modifierExtension=[{"url": "http://x.example/not", "valueBoolean": True}]
        ),
        status=422,
        issue="not-supported",
    )
    yield _broken(
        "implicit rules",
        lambda b: claim_of(b).update(implicitRules="http://x.example/rules"),
        status=422,
        issue="not-supported",
    )
    yield _broken(
        "a negative quantity",
        lambda b: _item(b)["quantity"].update(value=-1),
        status=422,
    )
    yield _broken(
        "more than a column holds",
        lambda b: _item(b)["quantity"].update(value=10**12),
        status=422,
    )
    yield _broken(
        "a control number as long as a novel",
        lambda b: _control_number(b, "9" * 61),
        status=422,
        issue="too-long",
    )
    yield _broken(
        "a transaction as long as a novel",
        lambda b: b["identifier"].update(value="9" * 121),
        status=422,
        issue="too-long",
    )
    yield _broken(
        "a code as long as a novel",
        lambda b: _item(b)["productOrService"]["coding"][0].update(code="9" * 500),
        status=422,
        issue="too-long",
    )


def _broken(name: str, fault: Break, *, status: int = 400, issue: str = "") -> Broken:
    sent = bundle(_WHOLE)
    fault(sent)
    issue = issue or ("invariant" if status == 422 else "structure")
    return Broken(name=name, status=status, issue=issue, bundle=sent)


def _of_claim(*paths: str) -> list[tuple[str, tuple[Any, ...]]]:
    steps = [(p, [int(s) if s.isdigit() else s for s in p.split(".")]) for p in paths]
    return [(f"Claim.{p}", ("entry", 0, "resource", *s)) for p, s in steps]


def _delete(value: Any, path: tuple[Any, ...]) -> None:
    for step in path[:-1]:
        value = value[step]
    del value[path[-1]]


def _drop_extension(row: dict[str, Any], url: str) -> None:
    row["extension"] = [e for e in row["extension"] if e["url"] != _PAS + url]
    if not row["extension"]:
        del row["extension"]


def _alone() -> dict[str, Any]:
    return claim_of(bundle(_WHOLE))


def _item(sent: dict[str, Any]) -> dict[str, Any]:
    return claim_of(sent)["item"][0]


def _contained_patient(sent: dict[str, Any]) -> None:
    claim_of(sent)["contained"] = [{"resourceType": "Patient", "id": "p"}]
    claim_of(sent)["patient"] = {"reference": "#p"}


def _control_number(sent: dict[str, Any], number: str) -> None:
    told = claim_of(sent)["supportingInfo"][0]["extension"][0]["extension"]
    told[:] = [part for part in told if part["url"] != "controlNumber"]
    told.append({"url": "controlNumber", "valueString": number})


def _same_full_url(sent: dict[str, Any]) -> None:
    sent["entry"].append(deepcopy(sent["entry"][3]))


def _same_diagnosis(sent: dict[str, Any]) -> None:
    claim_of(sent)["diagnosis"].append(deepcopy(claim_of(sent)["diagnosis"][0]))


def _no_subscriber(sent: dict[str, Any]) -> None:
    coverage = of_type(sent, "Coverage")
    coverage["relationship"]["coding"] = [
        {"system": "https://codesystem.x12.org/005010/1069", "code": "19"}
    ]
    del coverage["subscriber"]


def _appeal_without_level(sent: dict[str, Any]) -> None:
    claim = claim_of(sent)
    _drop_extension(claim, "extension-levelOfServiceCode")
    for extension in _item(sent)["extension"]:
        if extension["url"].endswith("certificationType"):
            extension["valueCodeableConcept"]["coding"][0]["code"] = "1"


def _three_claims(sent: dict[str, Any]) -> None:
    for number in (1, 2):
        copy = deepcopy(sent["entry"][0])
        copy["fullUrl"] += f"-{number}"
        sent["entry"].append(copy)
