"""What a PAS request said, decoded: the canonical submission and what only this rail carries.

Frozen values of primitives. Whoever holds one needs the Bundle again only to echo its resources.
"""

from dataclasses import dataclass
from typing import Literal

from casework.interop.fhir.canonicals import Version
from casework.submission import ProviderAsSent, Submission

Purpose = Literal["request", "update", "cancel", "appeal"]


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """A FHIR Identifier: whose numbering, and the number."""

    system: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Transmission:
    """Who sent it to whom (GS02, GS03, ISA06, ISA08); swapped on the way back."""

    application_sender: str = ""
    application_receiver: str = ""
    interchange_sender: str = ""
    interchange_receiver: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A business finding: X12 901 `code`, X12 889 `followup`, where and what, as a sentence.

    `path` is FHIRPath from the Bundle, `element` the X12 place (2010B-NM109), `line` the number of
    the line it is about. A finding never repeats a value; it is answered with 200, never 4xx.
    """

    code: str
    sentence: str
    followup: str = "C"
    path: str = ""
    element: str = ""
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """What PAS says of a line beside the service: X12 1322 and 1525, what an update changed."""

    number: int
    certification_type: str = ""
    request_type: str = ""
    change: str = ""
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class PriorClaim:
    """The request that this one follows: its identifiers and its address in the Bundle."""

    identifiers: tuple[Identifier, ...]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """One request. `findings` were found without the database and do not stop the case.

    `certification_type` and `level_of_service` are the codes on the Claim. `purpose` says what is
    asked: 1 and 2 are an appeal, 3 on all lines or on the Claim a cancellation. `content_hash` is
    SHA-256 over the content, equal for the same Bundle laid out in another way; it is also what
    tells a repetition where `bundle_identifier` came without a value, which PAS allows.
    """

    version: Version
    purpose: Purpose
    submission: Submission
    bundle_identifier: Identifier
    claim_identifiers: tuple[Identifier, ...]
    claim_url: str
    payer: ProviderAsSent
    transmission: Transmission
    lines: tuple[LineFacts, ...]
    findings: tuple[Finding, ...]
    content_hash: str
    related: PriorClaim | None = None
    certification_type: str = ""
    level_of_service: str = ""

    @property
    def claim_identifier(self) -> Identifier:
        """The first trace number of the request (TRN 2000E)."""
        return self.claim_identifiers[0]

    @property
    def line_numbers(self) -> tuple[int, ...]:
        """The numbers of all lines, in the order in which they were sent."""
        return tuple(line.number for line in self.lines)
