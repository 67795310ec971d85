"""What an office holds against the plan: claims as the claims system told of them, and consents.

A claim is a reference only: one writer takes it from a file, nobody edits or prices it.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class ClaimReference(Base):
    """One claim of an office, as the claims system last told of it. Money is in whole cents.

    `status`: pending, paid, partly_paid, denied. `authorization` is the number that the claim
    named, ours or not.
    """

    __tablename__ = "claim_reference"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index("ix_claim_reference_organization", "organization_id", "id"),
        Index("ix_claim_reference_number", "number"),
        Index("ix_claim_reference_authorization", "authorization"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    member_number: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    service_on: Mapped[date] = mapped_column(Date)
    received_on: Mapped[date] = mapped_column(Date)
    codes: Mapped[list[str]] = mapped_column(JSONB)
    billed_cents: Mapped[int] = mapped_column(BigInteger)
    paid_cents: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(12))
    denial_code: Mapped[str] = mapped_column(String(20), default="")
    denial_words: Mapped[str] = mapped_column(String(400), default="")
    adjudicated_on: Mapped[date | None] = mapped_column(Date)
    authorization: Mapped[str] = mapped_column(String(24), default="")
    told_at: Mapped[datetime] = mapped_column(INSTANT)


class Consent(Base):
    """A signed paper: for one appeal, or for a service that may be paid only with it.

    `missing` lists what the form lacks, by the code of its checklist; `answers` what was looked at.
    A paper for an appeal names the appeal (`case_id`) and counts for no other.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_organization", "organization_id", "id"),
        Index("ix_consent_case", "case_id"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    member_number: Mapped[str] = mapped_column(String(20))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    practitioner_npi: Mapped[str] = mapped_column(String(10), default="")
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    authorization: Mapped[str] = mapped_column(String(24), default="")
    claim: Mapped[str] = mapped_column(String(40), default="")
    signed_on: Mapped[date | None] = mapped_column(Date)
    service_on: Mapped[date | None] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    answers: Mapped[dict[str, bool]] = mapped_column(JSONB, default=dict)
    missing: Mapped[list[str]] = mapped_column(JSONB, default=list)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    paper_name: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[str] = mapped_column(String(120))


class OfficeDraft(Base):
    """What an office began to file and has not sent: seen by that office alone, sealed.

    It is no case, starts no clock and keeps no window open.
    """

    __tablename__ = "office_draft"
    __table_args__ = (
        Index("ix_office_draft_organization", "organization_id", "id"),
        {"info": {"scope": "member"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    door: Mapped[str] = mapped_column(String(12))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    body_ct: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(INSTANT)
