"""Work handed out: holds, refusals, and batches of assignments that were tried before they were
made.

A hold is a promise to come back: it has its end from the first moment. A batch keeps what was
proposed, what was done and what was refused, row by row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class CaseHold(Base):
    """A case set aside until an instant, and why. `state` is that of the case when it was set
    aside: a case that went on is held no more."""

    __tablename__ = "case_hold"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="ends_later"),
        Index(
            "uq_case_hold_standing",
            "case_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_case_hold_until", "until_at", postgresql_where=text("ended_at is null")),
        Index("ix_case_hold_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_at: Mapped[datetime] = mapped_column(INSTANT)
    until_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_why: Mapped[str] = mapped_column(String(12), default="")


class WorkRefusal(Base):
    """Somebody did not take a case that was his turn, for a reason of the closed list. It stands
    while the case is in the same state and nobody handed it out since (`answered_at`);
    `surfaced_at`: the supervisors were told."""

    __tablename__ = "work_refusal"
    __table_args__ = (
        Index("ix_work_refusal_case", "case_id", "id"),
        Index(
            "ix_work_refusal_waiting",
            "at",
            postgresql_where=text("answered_at is null and surfaced_at is null"),
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(INSTANT)
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    surfaced_at: Mapped[datetime | None] = mapped_column(INSTANT)


class WorkBatch(Base):
    """Assignments proposed together: planned, waiting (for the worker), done, undoing, undone."""

    __tablename__ = "work_batch"
    __table_args__ = (
        Index("ix_work_batch_open", "id", postgresql_where=text("state in ('waiting', 'undoing')")),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10))
    carried_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class WorkBatchRow(Base):
    """One case of a batch: to whom and why, from whom, the version that was seen; then what came of
    it (`result`: empty, done, refused, undone, kept) and with which words."""

    __tablename__ = "work_batch_row"
    __table_args__ = (
        Index("ix_work_batch_row_batch", "batch_id", "id"),
        Index("ix_work_batch_row_case", "case_id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("work_batch.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seen: Mapped[int]
    from_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(String(10), default="")
    said: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int | None]
