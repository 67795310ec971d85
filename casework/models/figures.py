"""The public figures of a year: the count that the worker makes, its cases, and what was published.

A published edition is never changed: a correction is a new edition beside it, with its reason.
"""

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


class YearCount(Base):
    """One count of one calendar year of one reporting unit, from what was recorded by `as_of`."""

    __tablename__ = "year_count"
    __table_args__ = (
        Index("ix_year_count_open", "id", postgresql_where=text("state in ('waiting', 'running')")),
        Index("ix_year_count_unit", "unit", "year", "id"),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB)
    as_of: Mapped[datetime] = mapped_column(INSTANT)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    upto: Mapped[int | None] = mapped_column(BigInteger)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    error: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class YearCase(Base):
    """What one case is to one count: a request decided, an appeal decided, or left out and why."""

    __tablename__ = "year_case"
    __table_args__ = (
        Index("ix_year_case_number", "count_id", "what", "priority", "outcome", "case_id"),
        {"info": {"scope": "case_child"}},
    )
    count_id: Mapped[int] = mapped_column(ForeignKey("year_count.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(10))
    priority: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(15))
    extended: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(INSTANT)
    decided_at: Mapped[datetime] = mapped_column(INSTANT)


class PublishedFigures(Base):
    """One edition of a year's figures as a compliance officer published them, for everybody."""

    __tablename__ = "published_figures"
    __table_args__ = (
        UniqueConstraint("unit", "year", "edition"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    edition: Mapped[int]
    count_id: Mapped[int] = mapped_column(ForeignKey("year_count.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400), default="")
    published_on: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime] = mapped_column(INSTANT)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_by: Mapped[str] = mapped_column(String(120))
