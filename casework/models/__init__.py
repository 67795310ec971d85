"""The tables. They store strings, know no rule, and have no behaviour that writes."""

from casework.models.account import (
    Absence,
    ApiToken,
    ReportingLine,
    Role,
    SignInAttempt,
    User,
    UserContract,
    WebSession,
    user_role,
)
from casework.models.appointment import Appointment, FormSignature
from casework.models.case import (
    Appeal,
    Case,
    CaseParty,
    ExternalReview,
    Grievance,
    PriorAuth,
    Restriction,
)
from casework.models.case_file import CaseFileRequest, WithheldPart
from casework.models.claim import ClaimReference, Consent, OfficeDraft
from casework.models.clock import Clock, ClockMark, Escalation, Obligation
from casework.models.considered import ConsideredPaper
from casework.models.contract import Contract, ContractVersion, DiagnosisCode, PaRule
from casework.models.corrections import CorrectiveAction, GrievanceIssue, QualityReview
from casework.models.coversheet import Coversheet
from casework.models.decision import Authorization, Determination, LineDecision
from casework.models.desk import (
    Assignment,
    Contact,
    Presence,
    Queue,
    StaffNotice,
    Transmission,
)
from casework.models.draft import FilingDraft
from casework.models.event import CaseEvent, ChainHead, SecurityEvent
from casework.models.joined import CaseLink, Substitute
from casework.models.letter import Delivery, Letter, LetterEdition, OutboxItem, PrintBatch
from casework.models.operation import (
    AUTHORIZATION_SERIAL,
    CASE_SERIAL,
    CONTACT_SERIAL,
    ESCALATION_SERIAL,
    Heartbeat,
    SeedFact,
    TimeOffset,
)
from casework.models.packet import PacketSent, ReviewRotation, ReviewTurn
from casework.models.people import (
    CoverageSpan,
    Licence,
    Member,
    Organization,
    Practitioner,
    Representative,
    ReviewOrganization,
    StandingNeed,
)
from casework.models.request import (
    CaseDocument,
    Diagnosis,
    Document,
    InformationRequest,
    PeerToPeer,
    RequestLine,
)
from casework.models.watch import Alarm, CheckRound, RuleStudy
from casework.models.way_in import AccountMember, Passkey, WayIn

__all__ = [
    "AUTHORIZATION_SERIAL",
    "CASE_SERIAL",
    "CONTACT_SERIAL",
    "ESCALATION_SERIAL",
    "Absence",
    "AccountMember",
    "Alarm",
    "ApiToken",
    "Appeal",
    "Appointment",
    "Assignment",
    "Authorization",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseFileRequest",
    "CaseLink",
    "CaseParty",
    "ChainHead",
    "CheckRound",
    "ClaimReference",
    "Clock",
    "ClockMark",
    "Consent",
    "ConsideredPaper",
    "Contact",
    "Contract",
    "ContractVersion",
    "CorrectiveAction",
    "CoverageSpan",
    "Coversheet",
    "Delivery",
    "Determination",
    "Diagnosis",
    "DiagnosisCode",
    "Document",
    "Escalation",
    "ExternalReview",
    "FilingDraft",
    "FormSignature",
    "Grievance",
    "GrievanceIssue",
    "Heartbeat",
    "InformationRequest",
    "Letter",
    "LetterEdition",
    "Licence",
    "LineDecision",
    "Member",
    "Obligation",
    "OfficeDraft",
    "Organization",
    "OutboxItem",
    "PaRule",
    "PacketSent",
    "Passkey",
    "PeerToPeer",
    "Practitioner",
    "Presence",
    "PrintBatch",
    "PriorAuth",
    "QualityReview",
    "Queue",
    "ReportingLine",
    "Representative",
    "RequestLine",
    "Restriction",
    "ReviewOrganization",
    "ReviewRotation",
    "ReviewTurn",
    "Role",
    "RuleStudy",
    "SecurityEvent",
    "SeedFact",
    "SignInAttempt",
    "StaffNotice",
    "StandingNeed",
    "Substitute",
    "TimeOffset",
    "Transmission",
    "User",
    "UserContract",
    "WayIn",
    "WebSession",
    "WithheldPart",
    "user_role",
]
