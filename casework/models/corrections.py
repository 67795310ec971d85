"""What becomes of a grievance beside its answer: its issues, corrective actions, quality of care.

The peer review of the quality of care stands behind a wall of its own: whoever may see the case but
no restricted ones sees that there is one, and not a word of it.
"""

from datetime import datetime

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
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class GrievanceIssue(Base):
    """One thing that a grievance complains about: its own category, its own finding."""

    __tablename__ = "grievance_issue"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    category: Mapped[str] = mapped_column(String(40))
    words_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    finding: Mapped[str] = mapped_column(String(20), default="")
    reasons_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    added_at: Mapped[datetime] = mapped_column(INSTANT)
    added_by: Mapped[str] = mapped_column(String(120))
    found_at: Mapped[datetime | None] = mapped_column(INSTANT)
    found_by: Mapped[str] = mapped_column(String(120), default="")


class CorrectiveAction(Base):
    """What somebody changes because of a grievance, by when, and the proof that it was done.

    It outlives the grievance: an answered complaint whose action is open stays on a list.
    """

    __tablename__ = "corrective_action"
    __table_args__ = (
        Index("ix_corrective_action_case", "case_id", "id"),
        Index(
            "ix_corrective_action_open", "due_at", "id", postgresql_where=text("done_at is null")
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    issue: Mapped[int | None]
    what_ct: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    opened_by: Mapped[str] = mapped_column(String(120))
    moves: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    done_by: Mapped[str] = mapped_column(String(120), default="")
    proof_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class QualityReview(Base):
    """The peer review of the care that a grievance complains of: asked of whom, what was found,
    how grave it is, what follows. Privileged: it is in no letter and in no case file."""

    __tablename__ = "quality_review"
    __table_args__ = (
        Index("ix_quality_review_case", "case_id", "id"),
        Index("ix_quality_review_provider", "provider_npi", "found_at"),
        {"info": {"scope": "case_child", "privileged": True}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clinician_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    referred_at: Mapped[datetime] = mapped_column(INSTANT)
    referred_by: Mapped[str] = mapped_column(String(120))
    question_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    finding_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    level: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    provider_npi: Mapped[str] = mapped_column(String(10), default="")
    provider_name: Mapped[str] = mapped_column(String(120), default="")
    found_at: Mapped[datetime | None] = mapped_column(INSTANT)
    found_by: Mapped[str] = mapped_column(String(120), default="")
