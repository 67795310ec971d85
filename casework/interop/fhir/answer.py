"""What the house answers to a request, in words of the trade: the input of `encode.respond`.

Frozen values of primitives, filled from rows by the caller. It knows neither rows nor FHIR.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from casework.interop.fhir.decoded import Finding

LineStatus = Literal[
    "approved",
    "approved_in_part",
    "changed",
    "denied",
    "pended",
    "cancelled",
    "contact_payer",
    "not_required",
]


@dataclass(frozen=True, kw_only=True)
class Authorized:
    """What was authorized where it differs from what was asked; None and "" mean as asked."""

    code: str = ""
    uri: str = ""
    modifiers: tuple[str, ...] = ()
    units: Decimal | None = None
    unit: str = ""
    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class LineAnswer:
    """The result of one line. `number` is the line's own; it never changes.

    `authorization_number`, the dates and `authorized` belong to approvals, `reason_codes` (X12 886)
    and `note` to denials: the specific reason and the appeal rights, as the letter says them.
    `reference_number` (REF NT) is the case number on what is pended or denied.
    """

    number: int
    status: LineStatus
    authorization_number: str = ""
    reference_number: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    authorized: Authorized | None = None
    reason_codes: tuple[str, ...] = ()
    note: str = ""
    second_opinion: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PaperWanted:
    """A document that we ask for: LOINC code, our control number, X12 755 and 756 codes.

    `line_number` None asks it for the whole request.
    """

    control_number: str
    loinc: str
    report_type: str = ""
    medium: str = "EL"
    line_number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one request at the instant `created` (aware).

    With `findings` the request could not be processed: outcome error and no lines. Otherwise each
    submitted line needs its LineAnswer. `human_reviewed` None leaves the reviewer out.
    """

    created: datetime
    case_reference: str = ""
    lines: tuple[LineAnswer, ...] = ()
    findings: tuple[Finding, ...] = ()
    disposition: str = ""
    notes: tuple[str, ...] = ()
    papers_wanted: tuple[PaperWanted, ...] = ()
    human_reviewed: bool | None = None
    reviewer_npi: str = ""
    reviewer_specialty: str = ""
