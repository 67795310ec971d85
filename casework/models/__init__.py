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
from casework.models.administration import (
    AccountChange,
    HouseTask,
    JobRetry,
)
from casework.models.announcement import Announcement, AnnouncementSeen
from casework.models.appointment import Appointment, FormSignature
from casework.models.approval import (
    ApprovalRule,
    ApprovalRuleVersion,
    ApprovalStudy,
    ApprovalStudyCase,
    GoldCard,
)
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
from casework.models.contract import (
    Contract,
    ContractVersion,
    DiagnosisCode,
    PaListChange,
    PaRule,
)
from casework.models.corrections import CorrectiveAction, GrievanceIssue, QualityReview
from casework.models.coversheet import Coversheet
from casework.models.decision import Authorization, Determination, LineDecision
from casework.models.desk import (
    Assignment,
    Contact,
    Presence,
    Queue,
    SavedView,
    StaffNotice,
    Transmission,
)
from casework.models.draft import FilingDraft
from casework.models.emergency_access import EmergencyAccess
from casework.models.event import CaseEvent, ChainHead, SecurityEvent
from casework.models.figures import PublishedFigures, YearCase, YearCount
from casework.models.foresight import (
    Forecast,
    ForecastCase,
    QualitySample,
    SampledCase,
    StaffingStudy,
)
from casework.models.joined import CaseLink, Substitute
from casework.models.letter import Delivery, Letter, LetterEdition, OutboxItem, PrintBatch
from casework.models.medical_policy import (
    CriterionMark,
    MedicalPolicy,
    OfficeAnswer,
    PolicyDraft,
)
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
from casework.models.queues import QueueChange, QueueMove, QueueRule
from casework.models.reading import PaperMark
from casework.models.request import (
    CaseDocument,
    Diagnosis,
    Document,
    InformationRequest,
    PeerToPeer,
    RequestLine,
    TalkTry,
)
from casework.models.watch import Alarm, CheckRound, RuleStudy
from casework.models.way_in import AccountMember, Passkey, WayIn
from casework.models.work import CaseHold, WorkBatch, WorkBatchRow, WorkRefusal

__all__ = [
    "AUTHORIZATION_SERIAL",
    "CASE_SERIAL",
    "CONTACT_SERIAL",
    "ESCALATION_SERIAL",
    "Absence",
    "AccountChange",
    "AccountMember",
    "Alarm",
    "Announcement",
    "AnnouncementSeen",
    "ApiToken",
    "Appeal",
    "Appointment",
    "ApprovalRule",
    "ApprovalRuleVersion",
    "ApprovalStudy",
    "ApprovalStudyCase",
    "Assignment",
    "Authorization",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseFileRequest",
    "CaseHold",
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
    "CriterionMark",
    "Delivery",
    "Determination",
    "Diagnosis",
    "DiagnosisCode",
    "Document",
    "EmergencyAccess",
    "Escalation",
    "ExternalReview",
    "FilingDraft",
    "Forecast",
    "ForecastCase",
    "FormSignature",
    "GoldCard",
    "Grievance",
    "GrievanceIssue",
    "Heartbeat",
    "HouseTask",
    "InformationRequest",
    "JobRetry",
    "Letter",
    "LetterEdition",
    "Licence",
    "LineDecision",
    "MedicalPolicy",
    "Member",
    "Obligation",
    "OfficeAnswer",
    "OfficeDraft",
    "Organization",
    "OutboxItem",
    "PaListChange",
    "PaRule",
    "PacketSent",
    "PaperMark",
    "Passkey",
    "PeerToPeer",
    "PolicyDraft",
    "Practitioner",
    "Presence",
    "PrintBatch",
    "PriorAuth",
    "PublishedFigures",
    "QualityReview",
    "QualitySample",
    "Queue",
    "QueueChange",
    "QueueMove",
    "QueueRule",
    "ReportingLine",
    "Representative",
    "RequestLine",
    "Restriction",
    "ReviewOrganization",
    "ReviewRotation",
    "ReviewTurn",
    "Role",
    "RuleStudy",
    "SampledCase",
    "SavedView",
    "SecurityEvent",
    "SeedFact",
    "SignInAttempt",
    "StaffNotice",
    "StaffingStudy",
    "StandingNeed",
    "Substitute",
    "TalkTry",
    "TimeOffset",
    "Transmission",
    "User",
    "UserContract",
    "WayIn",
    "WebSession",
    "WithheldPart",
    "WorkBatch",
    "WorkBatchRow",
    "WorkRefusal",
    "YearCase",
    "YearCount",
    "user_role",
]
