"""Determinations: who decided what, on which ground, by which criterion, line by line; each frozen.

A determination is never changed: a reopened case gets a new version beside the old one.
"""

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


class Determination(Base):
    """One decision on a case, with the credentials of the one who made it on that day."""

    __tablename__ = "determination"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        Index("ix_determination_decider", "decided_by_id", "decided_at"),
        Index("ix_determination_decided", "decided_at"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]
    event_seq: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(15))
    ground: Mapped[str] = mapped_column(String(30))
    decided_at: Mapped[datetime] = mapped_column(INSTANT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(120))
    decided_by_kind: Mapped[str] = mapped_column(String(10))
    credential: Mapped[str] = mapped_column(String(120), default="")
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"))
    expertise_attested: Mapped[bool] = mapped_column(default=False)
    criterion: Mapped[str] = mapped_column(String(400), default="")
    words_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    rule: Mapped[str] = mapped_column(String(60), default="")
    frozen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class LineDecision(Base):
    """What a determination said about one line."""

    __tablename__ = "line_decision"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    determination_id: Mapped[int] = mapped_column(ForeignKey("determination.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    result: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20), default="")
    units: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    servicing_name: Mapped[str] = mapped_column(String(120), default="")
    servicing_npi: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(10), default="")
    reason_code: Mapped[str] = mapped_column(String(10), default="")
    reason_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    criterion: Mapped[str] = mapped_column(String(400), default="")


class Authorization(Base):
    """The permission that an approval gives: its number, its window, where it came from."""

    __tablename__ = "authorization"
    __table_args__ = ({"info": {"scope": "case_child"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    determination_id: Mapped[int | None] = mapped_column(ForeignKey("determination.id"))
    effectuates_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    issued_at: Mapped[datetime] = mapped_column(INSTANT)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
