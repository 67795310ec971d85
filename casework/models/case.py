"""The case: what all four kinds share, and the joined table of each kind.

`state`, `version`, `event_seq` and the chain head are written by `casework.ledger` alone; a
deferred constraint trigger refuses a state that no event explains.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Case(Base):
    """One case of any kind. Subject columns (`priority` … `benefits_continued`) feed the clocks."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_open_due", "next_due_at", "id", postgresql_where=text("open")),
        Index(
            "ix_cases_assignee", "assignee_id", "next_due_at", "id", postgresql_where=text("open")
        ),
        Index(
            "ix_cases_open_contract", "contract_id", "next_due_at", postgresql_where=text("open")
        ),
        Index("ix_cases_open_kind", "kind", "state", "next_due_at", postgresql_where=text("open")),
        *(
            Index(
                f"ix_cases_open_{column}_step",
                column,
                "next_due_at",
                "kind",
                "state",
                postgresql_where=text("open"),
            )
            for column in ("queue", "specialty")
        ),
        Index(
            "ix_cases_open_fast_step",
            "assignee_id",
            "kind",
            "state",
            postgresql_where=text("open and fast_track"),
        ),
        Index(
            "ix_cases_open_fast",
            "next_due_at",
            postgresql_where=text("open and fast_track"),
        ),
        Index(
            "ix_cases_open_papers",
            "new_papers_at",
            postgresql_where=text("open and new_papers_at is not null"),
        ),
        Index(
            "ix_cases_open_held",
            "held_until",
            postgresql_where=text("open and held_until is not null"),
        ),
        Index(
            "ix_cases_open_returned",
            "assignee_id",
            postgresql_where=text("open and returned_at is not null"),
        ),
        Index("ix_cases_member", "member_id", "id"),
        Index("ix_cases_series", "series_id"),
        Index("ix_cases_received", "received_at", "id"),
        {"info": {"scope": "case"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(30))
    version: Mapped[int]
    event_seq: Mapped[int]
    head_hash: Mapped[bytes] = mapped_column(LargeBinary)
    head_mac: Mapped[bytes] = mapped_column(LargeBinary)
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    contract_version_id: Mapped[int] = mapped_column(ForeignKey("contract_version.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    priority: Mapped[str] = mapped_column(String(10))
    fast_track: Mapped[bool]
    timing: Mapped[str] = mapped_column(String(15))
    service: Mapped[str] = mapped_column(String(20))
    pa_required: Mapped[bool] = mapped_column(default=True)
    about: Mapped[str] = mapped_column(String(20), default="other")
    course_ends_at: Mapped[datetime | None] = mapped_column(INSTANT)
    benefits_continued: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(10))
    filed_by: Mapped[str] = mapped_column(String(15))
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    open: Mapped[bool]
    restricted: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    queue: Mapped[str] = mapped_column(String(30), default="")
    next_due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    next_clock: Mapped[str] = mapped_column(String(30), default="")
    new_papers_at: Mapped[datetime | None] = mapped_column(INSTANT)
    outcome: Mapped[str] = mapped_column(String(15), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    # Set aside (records/holding.py) since when, until when, in which state; when it came back.
    held_at: Mapped[datetime | None] = mapped_column(INSTANT)
    held_until: Mapped[datetime | None] = mapped_column(INSTANT)
    held_state: Mapped[str] = mapped_column(String(30), default="", server_default="")
    returned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    # Of whoever is to render the service, as the directory knew it at the receipt.
    specialty: Mapped[str] = mapped_column(String(80), default="", server_default="")
    series_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class CaseParty(Base):
    """An organization that has to do with a case, and may therefore see it."""

    __tablename__ = "case_party"
    __table_args__ = (
        Index("ix_case_party_organization", "organization_id", "case_id"),
        {"info": {"scope": "case_child"}},
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(15), primary_key=True)


class PriorAuth(Base):
    """What only a request has."""

    __tablename__ = "prior_auth"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    requester: Mapped[dict[str, Any]] = mapped_column(JSONB)
    servicing: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    facility: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    priority_reason_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    trace: Mapped[str] = mapped_column(String(300), default="", index=True)
    missing: Mapped[list[str]] = mapped_column(JSONB, default=list)
    wire: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Appeal(Base):
    """What only an appeal has: the determination it disputes, who filed it, who reviews it."""

    __tablename__ = "appeal"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    # Empty only for a dispute about the payment of a claim that no request of ours stands behind.
    about_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    determination_id: Mapped[int | None] = mapped_column(ForeignKey("determination.id"))
    dispute_about: Mapped[str] = mapped_column(String(10), default="service")
    claim: Mapped[str] = mapped_column(String(40), default="")
    filer_name: Mapped[str] = mapped_column(String(120), default="")
    filer_treats: Mapped[bool | None]
    reason_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    late: Mapped[bool] = mapped_column(default=False)
    late_decided: Mapped[str] = mapped_column(String(10), default="")
    consent: Mapped[str] = mapped_column(String(15), default="not_needed")
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    continuation: Mapped[bool] = mapped_column(default=False)


class Grievance(Base):
    """What only a grievance has."""

    __tablename__ = "grievance"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    about_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    category: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(10), default="normal")
    quality_of_care: Mapped[bool] = mapped_column(default=False)
    clinician_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    incident_on: Mapped[date | None] = mapped_column(Date)
    filer_name: Mapped[str] = mapped_column(String(120), default="")
    told_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    findings_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    in_writing: Mapped[bool] = mapped_column(default=True)
    # Does it also dispute a decision? `yes`, `no`, or empty: nobody asked yet.
    disputes: Mapped[str] = mapped_column(String(5), default="", server_default="")


class ExternalReview(Base):
    """What only an external review has: the body, who it is, what it ordered."""

    __tablename__ = "external_review"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    about_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    body: Mapped[str] = mapped_column(String(20))
    review_organization_id: Mapped[int | None] = mapped_column(ForeignKey("review_organization.id"))
    reason_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    hearing_at: Mapped[datetime | None] = mapped_column(INSTANT)
    urgent: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str] = mapped_column(String(80), default="")
    hearing_zone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    hearing_how: Mapped[str] = mapped_column(String(10), default="", server_default="")
    interpreter: Mapped[str] = mapped_column(String(20), default="", server_default="")
    packet_due_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Restriction(Base):
    """Why a case is restricted, who set it, and who lifted it when; nothing of it is removed."""

    __tablename__ = "restriction"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    ground: Mapped[str] = mapped_column(String(30))
    set_at: Mapped[datetime] = mapped_column(INSTANT)
    set_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    lifted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    lifted_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
