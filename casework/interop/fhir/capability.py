"""What this door says of itself: GET /metadata (no sign-in). It names only what is built."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from casework.interop.fhir.canonicals import PAS, Version

_GUIDES: Final[dict[Version, str]] = {"2.2": "2.2.1", "2.0": "2.0.1"}
# Name on the wire, canonical of the guide.
_OPERATIONS: Final = {"submit": "Claim-submit", "inquire": "Claim-inquiry"}
_TOPIC_EXTENSION: Final = (
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
    "capabilitystatement-subscriptiontopic-canonical"
)


def capability_statement(
    *,
    version: Version,
    base_url: str,
    software_version: str,
    released_on: date,
    operations: Sequence[str] = ("submit",),
    subscriptions: bool = False,
) -> dict[str, Any]:
    """The CapabilityStatement of one endpoint (`base_url` without a slash at its end).

    `operations` are those that answer here ("submit", "inquire"); `subscriptions` adds Subscription
    with its topic. Raises ValueError for an operation that PAS does not know.
    """
    unknown = set(operations) - set(_OPERATIONS)
    if unknown:
        raise ValueError(f"PAS knows no operation {sorted(unknown)}.")
    guide = _GUIDES[version]
    resources: list[dict[str, Any]] = [
        {
            "type": "Claim",
            "operation": [
                {
                    "name": name,
                    "definition": f"{PAS}OperationDefinition/{_OPERATIONS[name]}|{guide}",
                }
                for name in operations
            ],
        }
    ]
    if subscriptions:
        resources.append(_subscription())
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": released_on.isoformat(),
        "kind": "instance",
        "software": {"name": "Casework", "version": software_version},
        "implementation": {
            "description": f"Da Vinci Prior Authorization Support {guide}",
            "url": base_url,
        },
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "implementationGuide": [f"{PAS}ImplementationGuide/hl7.fhir.us.davinci-pas|{guide}"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "OAuth 2.0 bearer token (client credentials); TLS only."
                },
                "resource": resources,
            }
        ],
    }


def _subscription() -> dict[str, Any]:
    return {
        "extension": [
            {
                "url": _TOPIC_EXTENSION,
                "valueCanonical": f"{PAS}SubscriptionTopic/PASSubscriptionTopic",
            }
        ],
        "type": "Subscription",
        "interaction": [{"code": c} for c in ("create", "update", "delete")],
    }
