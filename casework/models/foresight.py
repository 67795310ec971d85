"""Looking ahead and looking back at work: staffing studies, forecasts of breaches, quality samples.

What was reckoned holds figures and ids, never a name of a member; a finding's words are sealed.
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
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class StaffingStudy(Base):
    """How many people a kind of work needs: what was asked by whom, and what the runs gave."""

    __tablename__ = "staffing_study"
    __table_args__ = (
        Index(
            "ix_staffing_study_open", "id", postgresql_where=text("state in ('waiting', 'running')")
        ),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10))
    seen: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    error: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Forecast(Base):
    """What was expected to breach, as of `made_at` (None: it is wanted and not made yet). The first
    of a day carries its `day` and is held against what happened: `checked`, by its hours."""

    __tablename__ = "forecast"
    __table_args__ = (
        Index("ix_forecast_wanted", "id", postgresql_where=text("made_at is null")),
        Index("ix_forecast_check", "check_at", postgresql_where=text("check_at is not null")),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime | None] = mapped_column(INSTANT)
    day: Mapped[date | None] = mapped_column(Date, unique=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    how: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    checked: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    check_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ForecastCase(Base):
    """One case of a forecast: the clock that is due, with whom or in which queue it lay, and how
    likely it is late (0 to 1). A case that was late already has `overdue`."""

    __tablename__ = "forecast_case"
    __table_args__ = (
        Index("ix_forecast_case_queue", "forecast_id", "queue"),
        Index("ix_forecast_case_owner", "forecast_id", "owner_id"),
        {"info": {"scope": "case_child"}},
    )
    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecast.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    clock: Mapped[str] = mapped_column(String(30))
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    queue: Mapped[str] = mapped_column(String(30))
    overdue: Mapped[bool]
    likely: Mapped[float]


class QualitySample(Base):
    """A draw of finished work of one month: by which seed, from how many, at most how many of each
    reviewer in the month. The same seed over the same work draws the same cases."""

    __tablename__ = "quality_sample"
    __table_args__ = (
        Index("ix_quality_sample_month", "month", "id"),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    month: Mapped[date] = mapped_column(Date)
    seed: Mapped[str] = mapped_column(String(40))
    most_each: Mapped[int]
    finished: Mapped[int]
    drawn: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(INSTANT)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drawn_by: Mapped[str] = mapped_column(String(120))


class SampledCase(Base):
    """One decision that was drawn, and what the one who looked at it found: each answer `yes`,
    `no`, `none` (does not apply) or empty before. The one who decided never answers."""

    __tablename__ = "sampled_case"
    __table_args__ = (
        UniqueConstraint("case_id", "event_seq"),
        Index("ix_sampled_case_month", "month", "decided_by_id"),
        Index("ix_sampled_case_sample", "sample_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("quality_sample.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    event_seq: Mapped[int]
    month: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(30))
    decided_at: Mapped[datetime] = mapped_column(INSTANT)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(String(120))
    right_decision: Mapped[str] = mapped_column(String(5), default="")
    right_reason: Mapped[str] = mapped_column(String(5), default="")
    letter_right: Mapped[str] = mapped_column(String(5), default="")
    on_time: Mapped[str] = mapped_column(String(5), default="")
    note_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    looked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    looked_by: Mapped[str] = mapped_column(String(120), default="")
