"""The plan's own medical policies, version by version, and what was marked by them on each case.

A published version and a mark are never changed: a correction is a new version, a new mark.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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


class MedicalPolicy(Base):
    """One published version: what it is about (`codes`), its criteria as a tree, from which day it
    holds, where the public reads it, who wrote and who approved it. `sha256` is over all of it."""

    __tablename__ = "medical_policy"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("written_by_id <> approved_by_id", name="four_eyes"),
        Index("ix_medical_policy_codes", "codes", postgresql_using="gin"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    title_es: Mapped[str] = mapped_column(String(120))
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(200))
    codes: Mapped[list[str]] = mapped_column(JSONB)
    criteria: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(400))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_by: Mapped[str] = mapped_column(String(120))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_by: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(INSTANT)
    sha256: Mapped[str] = mapped_column(String(64))


class PolicyDraft(Base):
    """The next version of a policy while it is written: one for each code. `round` counts its
    changes; `written_by_id` changed it last, and so may not approve it."""

    __tablename__ = "policy_draft"
    __table_args__ = ({"info": {"scope": "directory"}},)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    round: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    title_es: Mapped[str] = mapped_column(String(120))
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(200))
    codes: Mapped[list[str]] = mapped_column(JSONB)
    criteria: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(400))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime] = mapped_column(INSTANT)


class CriterionMark(Base):
    """What one person marked for one criterion on one line: met, not_met or unclear, with paper and
    page. The newest counts; `changed_why` says why somebody else's mark was changed."""

    __tablename__ = "criterion_mark"
    __table_args__ = (
        Index("ix_criterion_mark_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    line: Mapped[int]
    policy_id: Mapped[int] = mapped_column(ForeignKey("medical_policy.id"))
    criterion: Mapped[str] = mapped_column(String(20))
    mark: Mapped[str] = mapped_column(String(10))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("case_document.id"))
    page: Mapped[int | None]
    note_ct: Mapped[bytes] = mapped_column(LargeBinary)
    changed_why_ct: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(INSTANT)
    event_seq: Mapped[int]


class OfficeAnswer(Base):
    """What an office said to one question of a policy on one line when it filed: yes, no or
    not_known, with a note. It is the office's own statement; no mark of ours ever changes it."""

    __tablename__ = "office_answer"
    __table_args__ = (
        Index("ix_office_answer_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    line: Mapped[int]
    policy_id: Mapped[int] = mapped_column(ForeignKey("medical_policy.id"))
    criterion: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(10))
    note_ct: Mapped[bytes] = mapped_column(LargeBinary)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(INSTANT)
    event_seq: Mapped[int]
