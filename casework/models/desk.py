"""Work among people: assignments, notices to staff, contacts, presence, drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Queue(Base):
    """A named pile of work. Steps of the work name those without a `step`; one with a `step` takes
    part of that step's work, as the rules say. `roles` are those who work it."""

    __tablename__ = "queue"
    __table_args__ = ({"info": {"scope": "directory"}},)
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(30), default="", server_default="")
    roles: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)  # nothing goes there any more


class Assignment(Base):
    """Who had a case from when to when, and why."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(200), default="")
    from_at: Mapped[datetime] = mapped_column(INSTANT)
    until_at: Mapped[datetime | None] = mapped_column(INSTANT)


class StaffNotice(Base):
    """A line in somebody's inbox on the desk: ids and codes only, the page has the words."""

    __tablename__ = "staff_notice"
    __table_args__ = (
        Index("ix_staff_notice_user", "user_id", "id"),
        Index("ix_staff_notice_role", "role", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    code: Mapped[str] = mapped_column(String(40))
    escalation_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(INSTANT)
    seen_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Contact(Base):
    """A call, a fax, a visit: every contact gets its own number, date and time. Of a call also
    what was checked of the caller, the language spoken, and who interpreted."""

    __tablename__ = "contact"
    __table_args__ = ({"info": {"scope": "case_child", "nullable_case": True}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    direction: Mapped[str] = mapped_column(String(5))
    channel: Mapped[str] = mapped_column(String(10))
    with_whom: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_name: Mapped[str] = mapped_column(String(120))
    note_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    verified: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    spoken: Mapped[str] = mapped_column(String(20), default="", server_default="")
    interpreter: Mapped[str] = mapped_column(String(60), default="", server_default="")


class Presence(Base):
    """Who has a case open right now, and when he last opened its page (`looked_at`, case time)."""

    __tablename__ = "presence"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(INSTANT)
    seen_at: Mapped[datetime] = mapped_column(INSTANT)
    looked_at: Mapped[datetime | None] = mapped_column(INSTANT)


class SavedView(Base):
    """A view of the work list that somebody named: its filters, never a row. `shared` with his
    team; one of a person's own or his team's is where his desk begins."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, str]] = mapped_column(JSONB)
    shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    saved_at: Mapped[datetime] = mapped_column(INSTANT)


class Transmission(Base):
    """A raw transmission (FHIR bundle, X12 set) and our answer, by hash; its own idempotency."""

    __tablename__ = "transmission"
    __table_args__ = (
        Index("uq_transmission_key", "sender", "rail", "key", unique=True),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sender: Mapped[str] = mapped_column(String(80))
    rail: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(300))
    body_sha256: Mapped[str] = mapped_column(String(64))
    body_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    answer_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    trace: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
