"""Letters: what is owed, what was rendered, how each copy left; and the outbox that drives them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Letter(Base):
    """One letter to one recipient, called for by one event; the stored bytes are the letter.

    States: `due` → `deposited` → `sent`, or `refused` (an element is missing) or `parked`.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("case_id", "cause_seq", "code", "recipient"),
        Index("ix_letter_member", "member_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    cause_seq: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(20))
    notice_kind: Mapped[str] = mapped_column(String(15), default="")
    state: Mapped[str] = mapped_column(String(10))
    owed_at: Mapped[datetime] = mapped_column(INSTANT)
    version: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    printed_on: Mapped[date | None] = mapped_column(Date)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(160), default="")
    deposited_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sent_at: Mapped[datetime | None] = mapped_column(INSTANT)
    missing: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class Delivery(Base):
    """One way in which one letter leaves: intent first, proof after; never sent twice."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("external_key"),
        Index("ix_delivery_letter", "letter_id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    channel: Mapped[str] = mapped_column(String(10))
    external_key: Mapped[str] = mapped_column(String(80))
    counts: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    intended_at: Mapped[datetime] = mapped_column(INSTANT)
    confirmed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proof: Mapped[str] = mapped_column(String(200), default="")


class OutboxItem(Base):
    """Work that a commit made necessary: claimed with a lease, fenced by a token, done once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_outbox_ready", "next_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_outbox_case", "case_id"),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(INSTANT)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    lease_token: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None] = mapped_column(INSTANT)
    error: Mapped[str] = mapped_column(String(300), default="")
