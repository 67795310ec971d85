"""What a prior-authorization request says, whichever door it came through.

Portal, JSON API, FHIR and X12 all decode into this one shape, and `intake.submit_prior_auth` takes
nothing else. It knows no row, no wire format and no rule: codes and dates are as sent.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Channel = Literal["portal", "api", "fhir", "x12", "fax", "phone", "mail"]
CodeSystem = Literal["procedure", "icd10pcs", "ndc", "revenue", "service_type", "unknown"]
Service = Literal["medical", "outpatient_drug", "part_b_drug"]
Timing = Literal["pre_service", "concurrent", "post_service"]
Priority = Literal["standard", "expedited"]
OccasionKind = Literal["after_the_fact", "continuity", "newborn"]


@dataclass(frozen=True, kw_only=True)
class ProviderAsSent:
    """A provider as the sender named it; `npi` is unchecked text, empty when absent.

    A person who asks for an organization carries the organization's name and NPI beside his own.
    """

    npi: str = ""
    tax_id: str = ""
    name: str = ""
    phone: str = ""
    role: str = ""
    taxonomy: str = ""
    organization_npi: str = ""
    organization_name: str = ""


@dataclass(frozen=True, kw_only=True)
class DiagnosisAsSent:
    """One ICD-10-CM code as sent (dot optional); `number` is what lines point to.

    `uri` is the code system that the sender named, where the format has one.
    """

    number: int
    code: str
    kind: str = ""
    uri: str = ""


@dataclass(frozen=True, kw_only=True)
class LineAsSent:
    """One service asked for. `units` None means not said, which is not one.

    `system` is told by the shape of the code; `uri` is the code system that the sender named.
    """

    number: int
    code: str
    system: CodeSystem = "procedure"
    code_end: str = ""
    modifiers: tuple[str, ...] = ()
    units: Decimal | None = None
    unit: str = ""
    from_date: date | None = None
    to_date: date | None = None
    place: str = ""
    service_type: str = ""
    diagnosis_numbers: tuple[int, ...] = ()
    servicing: ProviderAsSent | None = None
    trace: str = ""
    label: str = ""
    uri: str = ""
    revenue: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperAsSent:
    """One attachment: the bytes, or, with a control number and no bytes, one that will follow."""

    name: str
    media_type: str
    content: bytes = b""
    control_number: str = ""
    description: str = ""
    report_type: str = ""
    line_number: int | None = None


@dataclass(frozen=True, kw_only=True)
class MemberAsSent:
    """The member as the sender named it; `numbers` in the order in which they are to be tried."""

    numbers: tuple[str, ...]
    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Why a request is unlike others, with what decides it.

    `after_the_fact`: the service was given before anybody asked; `began_on` its first day, `why`
    nobody asked before. `continuity`: a treatment goes on after a change; `began_on` its first day,
    `changed_on` the day of the change, `why` what changed, `previous` the plan or provider before,
    `ends_on` until when it is asked for. `newborn`: `birth_date`, `mother_number` where the request
    does not stand under the mother's own number, `intensive` for intensive care.
    """

    kind: OccasionKind
    why: str = ""
    began_on: date | None = None
    changed_on: date | None = None
    ends_on: date | None = None
    previous: str = ""
    birth_date: date | None = None
    mother_number: str = ""
    intensive: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerAsSent:
    """What the office says to one question of a medical policy: `yes`, `no` or `not_known`; of one
    line, or without a `line` of each that the policy is about. `version` as the office read it."""

    policy: str
    version: int
    criterion: str
    answer: str
    note: str = ""
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A whole request. `received_at` is our own receipt instant (aware), never the sender's."""

    channel: Channel
    received_at: datetime
    member: MemberAsSent
    requester: ProviderAsSent
    lines: tuple[LineAsSent, ...]
    diagnoses: tuple[DiagnosisAsSent, ...] = ()
    servicing: ProviderAsSent | None = None
    facility: ProviderAsSent | None = None
    priority: Priority = "standard"
    priority_reason: str = ""
    filed_by: Literal["member", "provider", "physician"] = "provider"
    timing: Timing = "pre_service"
    service: Service = "medical"
    course_ends_at: datetime | None = None
    papers: tuple[PaperAsSent, ...] = ()
    note: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    trace: str = ""
    prior_numbers: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())
    occasion: Occasion | None = None
    answers: tuple[AnswerAsSent, ...] = ()
