"""What was asked for: service lines, diagnoses, papers, information wanted, peer-to-peer calls."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class RequestLine(Base):
    """One service asked for, exactly as sent; `result` is what the latest determination said."""

    __tablename__ = "request_line"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    system: Mapped[str] = mapped_column(String(15))
    code: Mapped[str] = mapped_column(String(60))
    code_end: Mapped[str] = mapped_column(String(60), default="")
    modifiers: Mapped[list[str]] = mapped_column(JSONB, default=list)
    label: Mapped[str] = mapped_column(String(200), default="")
    units: Mapped[Decimal | None] = mapped_column(Numeric())
    unit: Mapped[str] = mapped_column(String(60), default="")
    from_date: Mapped[date | None] = mapped_column(Date)
    to_date: Mapped[date | None] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(60), default="")
    service_type: Mapped[str] = mapped_column(String(60), default="")
    diagnosis_numbers: Mapped[list[int]] = mapped_column(JSONB, default=list)
    servicing: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    trace: Mapped[str] = mapped_column(String(300), default="")
    uri: Mapped[str] = mapped_column(String(300), default="")
    revenue: Mapped[str] = mapped_column(String(20), default="")
    result: Mapped[str] = mapped_column(String(20), default="")


class Diagnosis(Base):
    """One diagnosis of a request; `billable` is what the code table said at receipt."""

    __tablename__ = "diagnosis"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40), default="")
    uri: Mapped[str] = mapped_column(String(300), default="")
    billable: Mapped[bool] = mapped_column(default=True)


class Document(Base):
    """The bytes of a paper, sealed, stored once under their hash."""

    __tablename__ = "document"
    __table_args__ = ({"info": {"scope": "plumbing"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    stored_at: Mapped[datetime] = mapped_column(INSTANT)


class CaseDocument(Base):
    """A paper on a case, or one that is still awaited (`document_id` None)."""

    __tablename__ = "case_document"
    __table_args__ = (
        Index("ix_case_document_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30), default="clinical")
    report_type: Mapped[str] = mapped_column(String(10), default="")
    line_number: Mapped[int | None]
    control_number: Mapped[str] = mapped_column(String(60), default="", index=True)
    description_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    added_at: Mapped[datetime] = mapped_column(INSTANT)
    added_by: Mapped[str] = mapped_column(String(120))


class InformationRequest(Base):
    """What was asked for, from whom, by when; answered or lapsed."""

    __tablename__ = "information_request"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    wanted_ct: Mapped[bytes] = mapped_column(LargeBinary)
    from_whom: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    lapsed_at: Mapped[datetime | None] = mapped_column(INSTANT)


class PeerToPeer(Base):
    """An offered talk between the reviewer and the treating physician."""

    __tablename__ = "peer_to_peer"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    slot_at: Mapped[datetime] = mapped_column(INSTANT)
    offered_at: Mapped[datetime] = mapped_column(INSTANT)
    held_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(40), default="")
    # Every time that was offered (ISO, UTC); `slot_at` is the last of them, or the one chosen.
    slots: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    zone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    # When the office chose one of them.
    chosen_at: Mapped[datetime | None] = mapped_column(INSTANT)


class TalkTry(Base):
    """One try to reach the treating physician for an offered talk: when, how, what came of it."""

    __tablename__ = "talk_try"
    __table_args__ = (
        Index("ix_talk_try_talk", "talk_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    talk_id: Mapped[int] = mapped_column(ForeignKey("peer_to_peer.id"))
    at: Mapped[datetime] = mapped_column(INSTANT)
    number: Mapped[str] = mapped_column(String(40))
    result: Mapped[str] = mapped_column(String(20))
    by_name: Mapped[str] = mapped_column(String(120))
