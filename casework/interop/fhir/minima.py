"""What a PAS request must carry: the table of elements whose absence is a 400 (spec-35).

Only what the design page stars is here. Other minima of the profiles (a patient's gender, an
organization's `active`) are left to the list of missing information: a request for care is not
turned away for them. What base R4 requires is found earlier, by `structure`.
"""

from dataclasses import dataclass
from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.canonicals import BOTH, FROM_2_2, Version


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """`element` must stand in each object at `path` ("" is the resource itself) of `resource`.

    `element` may be the address of an extension, or a list and the type of one of its rows.
    `category` narrows supportingInfo to one code. `unless_cancelled`: a Claim whose certification
    type is 3 cancels the whole and may leave it out.
    """

    resource: str
    element: str
    why: str
    path: str = ""
    category: str = ""
    versions: tuple[Version, ...] = BOTH
    unless_cancelled: bool = False


MINIMA: Final[tuple[Minimum, ...]] = (
    Minimum(
        resource="Bundle",
        element="identifier",
        why="Bundle.identifier is required: it names this transmission.",
    ),
    Minimum(
        resource="Bundle",
        element="timestamp",
        why="Bundle.timestamp is required.",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Claim",
        element="identifier",
        why="Claim.identifier is required: the trace number of the request.",
    ),
    Minimum(
        resource="Claim",
        path="identifier",
        element="system",
        why="A Claim identifier needs its system (urn:trnorg: and the TRN03).",
    ),
    Minimum(
        resource="Claim",
        path="identifier",
        element="value",
        why="A Claim identifier needs its value: the trace number of the request.",
    ),
    Minimum(resource="Claim", element="status", why="Claim.status is required: active."),
    Minimum(resource="Claim", element="type", why="Claim.type is required."),
    Minimum(resource="Claim", element="use", why="Claim.use is required: preauthorization."),
    Minimum(resource="Claim", element="created", why="Claim.created is required."),
    Minimum(resource="Claim", element="priority", why="Claim.priority is required."),
    Minimum(
        resource="Claim", element="patient", why="Claim.patient is required: whose request it is."
    ),
    Minimum(
        resource="Claim", element="insurer", why="Claim.insurer is required: the plan it goes to."
    ),
    Minimum(
        resource="Claim", element="provider", why="Claim.provider is required: who asks for it."
    ),
    Minimum(
        resource="Claim", element="insurance", why="Claim.insurance is required: the coverage."
    ),
    Minimum(
        resource="Claim",
        path="insurance",
        element="coverage",
        why="An insurance needs the reference to its Coverage.",
    ),
    Minimum(
        resource="Claim",
        element="item",
        why="Claim.item is required: at least one line.",
        unless_cancelled=True,
    ),
    Minimum(
        resource="Claim",
        path="item",
        element="sequence",
        why="A line needs its sequence: the number that stays with it.",
    ),
    Minimum(
        resource="Claim",
        path="item",
        element="category",
        why="A line needs its category: the X12 1365 service type.",
    ),
    Minimum(
        resource="Claim",
        path="item",
        element="productOrService",
        why="A line needs productOrService: what is asked for.",
    ),
    Minimum(
        resource="Claim",
        path="item",
        element="locationCodeableConcept",
        why="A line needs locationCodeableConcept: the place of service.",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Claim",
        path="item",
        element=names.REQUEST_TYPE,
        why="A line needs the extension serviceItemRequestType (X12 1525).",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Claim",
        path="item",
        element=names.CERTIFICATION_TYPE,
        why="A line needs the extension certificationType (X12 1322).",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Claim",
        path="careTeam",
        element=names.TEAM_SCOPE,
        why="A care team member needs the extension careTeamClaimScope.",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Claim",
        path="supportingInfo",
        category="additionalInformation",
        element=names.DOCUMENT_INFORMATION,
        why="Additional information needs the extension documentInformation.",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Coverage",
        element="relationship",
        why="Coverage.relationship is required: the patient's to the subscriber.",
        versions=FROM_2_2,
    ),
    Minimum(
        resource="Coverage",
        element="identifier:MB",
        why="Coverage.identifier of type MB is required: the member number.",
        versions=FROM_2_2,
    ),
)

# Resources that these references must lead to; anything else is a 422.
TARGETS: Final[dict[str, frozenset[str]]] = {
    "patient": frozenset({"Patient"}),
    "insurer": frozenset({"Organization"}),
    "provider": frozenset({"Organization", "PractitionerRole"}),
}

# The longest that is kept; more is no code and no number of the trade. Path, element, most.
LIMITS: Final[dict[str, tuple[tuple[str, str, int], ...]]] = {
    "Bundle": (("identifier", "value", 120), ("identifier", "system", 250)),
    "Claim": (
        ("identifier", "value", 120),
        ("identifier", "system", 250),
        ("item.productOrService.coding", "code", 20),
        ("item.category.coding", "code", 10),
        ("item.locationCodeableConcept.coding", "code", 10),
        ("item.modifier.coding", "code", 10),
        ("item.revenue.coding", "code", 10),
        ("item.extension.valueCodeableConcept.coding", "code", 20),
        ("item.extension.valueIdentifier", "value", 120),
        ("item.quantity", "code", 20),
        ("item.quantity", "unit", 20),
        ("careTeam.role.coding", "code", 20),
        ("diagnosis.diagnosisCodeableConcept.coding", "code", 12),
    ),
}
