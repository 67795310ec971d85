"""Forms by which a member names somebody to speak for him, made and signed online."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Appointment(Base):
    """One form: what it says, word for word, and how far it is.

    Stages: `printed` (for the pen; nobody has signed here), `offered` (the member signed, the
    helper is asked), `complete` (every signature that the law wants is there: a Representative
    stands), `declined` by the helper, `withdrawn` by the member. `text` is what was signed.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_appointment_member", "member_id", "id"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    number: Mapped[str] = mapped_column(String(12))
    stage: Mapped[str] = mapped_column(String(10))
    line: Mapped[str] = mapped_column(String(15))
    language: Mapped[str] = mapped_column(String(5), default="en")
    name: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(40))
    address: Mapped[list[str]] = mapped_column(JSONB, default=list)
    email: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    series_id: Mapped[int | None] = mapped_column(BigInteger)
    looks_only: Mapped[bool]
    gets_letters: Mapped[bool]
    sees_private: Mapped[bool]
    ends_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("representative.id"))
    # The printed form by its hash, and how many signatures it shows.
    pdf_sha256: Mapped[str] = mapped_column(String(64), default="")
    pdf_shows: Mapped[int | None]


class FormSignature(Base):
    """One signature on a form: who, when, in which session, under exactly which text. Nothing of
    it is ever changed."""

    __tablename__ = "form_signature"
    __table_args__ = (
        UniqueConstraint("appointment_id", "party"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    party: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    text_sha256: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    session_ref: Mapped[str] = mapped_column(String(20), default="")
    at: Mapped[datetime] = mapped_column(INSTANT)
