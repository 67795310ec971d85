"""Names that the PAS guide fixes: extension addresses, code systems, codes. A table.

X12 codes are listed as codes only: their descriptions are X12's property.
"""

from typing import Final, Literal

Version = Literal["2.2", "2.0"]
VERSIONS: Final[tuple[Version, ...]] = ("2.2", "2.0")
BOTH: Final[tuple[Version, ...]] = VERSIONS
FROM_2_2: Final[tuple[Version, ...]] = ("2.2",)

PAS: Final = "http://hl7.org/fhir/us/davinci-pas/"
DEFINITIONS: Final = PAS + "StructureDefinition/"
EXTENSION: Final = DEFINITIONS + "extension-"

TRANSMISSION: Final = EXTENSION + "TransmissionIdentifiers"
LEVEL_OF_SERVICE: Final = EXTENSION + "levelOfServiceCode"
CERTIFICATION_TYPE: Final = EXTENSION + "certificationType"
REQUEST_TYPE: Final = EXTENSION + "serviceItemRequestType"
TEAM_SCOPE: Final = EXTENSION + "careTeamClaimScope"
DOCUMENT_INFORMATION: Final = EXTENSION + "documentInformation"
ITEM_TRACE: Final = EXTENSION + "itemTraceNumber"
AUTHORIZATION_NUMBER: Final = EXTENSION + "authorizationNumber"
ADMINISTRATION_NUMBER: Final = EXTENSION + "administrationReferenceNumber"
CODE_END: Final = EXTENSION + "productOrServiceCodeEnd"
INFO_CHANGED: Final = EXTENSION + "infoChanged"
INFO_CANCELLED: Final = DEFINITIONS + "modifierextension-infoCancelled"
REVIEWER: Final = EXTENSION + "claimResponseReviewer"
REVIEW_ACTION: Final = EXTENSION + "reviewAction"
REVIEW_ACTION_CODE: Final = EXTENSION + "reviewActionCode"
ISSUE_DATE: Final = EXTENSION + "itemPreAuthIssueDate"
ITEM_PERIOD: Final = EXTENSION + "itemPreAuthPeriod"
REQUESTED_DATE: Final = EXTENSION + "itemRequestedServiceDate"
AUTHORIZED_DETAIL: Final = EXTENSION + "itemAuthorizedDetail"
ERROR_ELEMENT: Final = EXTENSION + "errorElement"
ERROR_PATH: Final = EXTENSION + "errorPath"
ERROR_FOLLOWUP: Final = EXTENSION + "errorFollowupAction"
LINE_NUMBER: Final = EXTENSION + "serviceLineNumber"
# Two addresses are in use: FHIR 5's own, and the cross-version form that older senders write.
ENCOUNTER: Final = (
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Claim.encounter",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Claim.item.encounter",
)

RESPONSE_BUNDLE_PROFILE: Final = DEFINITIONS + "profile-pas-response-bundle"
RESPONSE_PROFILE: Final = DEFINITIONS + "profile-claimresponse"
COMMUNICATION_PROFILE: Final = DEFINITIONS + "profile-communicationrequest"

X12: Final = "https://codesystem.x12.org/005010/"
X12_UNITS: Final = X12 + "673"
X12_REPORT_TYPE: Final = X12 + "755"
X12_TRANSMISSION: Final = X12 + "756"
X12_REVIEW_ACTION: Final = X12 + "306"
X12_REJECT_REASON: Final = X12 + "901"
X12_FOLLOWUP: Final = X12 + "889"
X12_DECISION_REASON: Final = "https://codesystem.x12.org/external/886"
TEMPORARY_CODES: Final = PAS + "CodeSystem/PASTempCodes"
ADJUDICATION: Final = "http://terminology.hl7.org/CodeSystem/adjudication"
HCPCS: Final = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
NPI: Final = "http://hl7.org/fhir/sid/us-npi"
TAX_ID: Final = "http://terminology.hl7.org/NamingSystem/USEIN"
NDC: Final = "http://hl7.org/fhir/sid/ndc"

CLAIM_TYPES: Final = frozenset({"institutional", "professional", "oral"})
# X12 1322: initial, renewal, extension, revised, cancel, appeal at once, appeal, N for not known.
CERTIFICATION_TYPES: Final = frozenset("IR4S312N")
APPEAL_TYPES: Final = frozenset("12")
CANCEL: Final = "3"
EXTENSION_OF_COURSE: Final = "4"
# X12 1338: U is urgent, 03 an emergency, E elective.
URGENT_LEVELS: Final = frozenset({"U", "03"})
LEVELS: Final = URGENT_LEVELS | {"E"}
# X12 98, as used at 2010EA and 2010F: where it happens, and who only ordered or referred.
FACILITY_ROLES: Final = frozenset({"FA", "77", "G3"})
ORDERING_ROLES: Final = frozenset({"DK", "DN", "P3"})


def same_system(one: str, other: str) -> bool:
    """True when two code-system addresses name one system: http and https are both in use."""
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    return address.partition("://")[2].rstrip("/").lower() or address.lower()
