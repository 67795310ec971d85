"""Automatic approval as data: rules with their versions, what-ifs over history, gold cards.

A version is never changed once it is written down: it is released or refused by somebody else.
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
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class ApprovalRule(Base):
    """A rule that may say yes by itself; `stopped_at` is its kill switch."""

    __tablename__ = "approval_rule"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(INSTANT)
    made_by: Mapped[str] = mapped_column(String(120))
    stopped_at: Mapped[datetime | None] = mapped_column(INSTANT)
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stopped_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    stopped_why: Mapped[str] = mapped_column(String(400), default="", server_default="")


class ApprovalRuleVersion(Base):
    """What a rule demands from a day on. `state`: proposed, released, refused, ended (as the rule
    was switched on again)."""

    __tablename__ = "approval_rule_version"
    __table_args__ = (
        UniqueConstraint("rule_id", "version"),
        Index(
            "ix_approval_rule_version_released",
            "effective_from",
            postgresql_where=text("state = 'released'"),
        ),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("approval_rule.id"))
    version: Mapped[int]
    conditions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(10))
    proposed_at: Mapped[datetime] = mapped_column(INSTANT)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    decided_why: Mapped[str] = mapped_column(String(400), default="", server_default="")
    study_id: Mapped[int | None] = mapped_column(BigInteger)


class ApprovalStudy(Base):
    """What if this version had been in force: asked by a person, answered by the worker."""

    __tablename__ = "approval_study"
    __table_args__ = (
        Index("ix_approval_study_version", "version_id", "id"),
        Index(
            "ix_approval_study_open", "id", postgresql_where=text("state in ('waiting', 'running')")
        ),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("approval_rule_version.id"))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10))
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    upto: Mapped[int] = mapped_column(BigInteger, default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    error: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ApprovalStudyCase(Base):
    """A case that the version would have approved, and what became of it in truth (`fate`)."""

    __tablename__ = "approval_study_case"
    __table_args__ = (
        Index("ix_approval_study_case_fate", "study_id", "fate", "case_id"),
        {"info": {"scope": "case_child"}},
    )
    study_id: Mapped[int] = mapped_column(ForeignKey("approval_study.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    fate: Mapped[str] = mapped_column(String(20))
    overturned: Mapped[bool] = mapped_column(default=False, server_default=false())


class GoldCard(Base):
    """An office whose requests of one policy are approved by rule, for as long as its record holds.

    `record` is what was measured when it was granted; `doubt` what the nightly check measured when
    it proposed to end it.
    """

    __tablename__ = "gold_card"
    __table_args__ = (
        Index("ix_gold_card_office", "organization_id", "policy"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    policy: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(400))
    granted_at: Mapped[datetime] = mapped_column(INSTANT)
    granted_by: Mapped[str] = mapped_column(String(120))
    doubted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    doubt: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ended_why: Mapped[str] = mapped_column(String(400), default="", server_default="")
