"""Queues as data: the history of their directory, the rules that name them, and the moves of open
cases that a change of rules brought about.

Nothing here is changed once it is written, but for how far a move has come.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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


class QueueChange(Base):
    """A queue was added or changed: how it was, how it is now, why, by whom, since when."""

    __tablename__ = "queue_change"
    __table_args__ = (
        Index("ix_queue_change_code", "code", "id"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("queue.code"))
    was: Mapped[dict[str, Any]] = mapped_column(JSONB)
    now: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))


class QueueRule(Base):
    """One version of a rule: which work of a step goes into which queue, from which instant on.

    Of a rule the version written last stands, of those that have begun; one that is `ended` names
    no queue any more. The first rule that is met, by `place`, names the queue.
    """

    __tablename__ = "queue_rule"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("effective_at >= made_at", name="ahead"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    place: Mapped[int]
    conditions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    queue: Mapped[str] = mapped_column(ForeignKey("queue.code"))
    ended: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(300))
    effective_at: Mapped[datetime] = mapped_column(INSTANT)
    made_at: Mapped[datetime] = mapped_column(INSTANT)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str] = mapped_column(String(120))


class QueueMove(Base):
    """Open cases of one step are brought where the rules of the instant put them: who wanted it,
    why, from when; carried out by the worker slice by slice up to `last_case_id`.

    `waiting` → `done`, or `failed` (`error` says so). `expected` is what was shown before.
    """

    __tablename__ = "queue_move"
    __table_args__ = (
        Index("ix_queue_move_waiting", "due_at", "id", postgresql_where=text("state = 'waiting'")),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    step: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str] = mapped_column(String(12), default="", server_default="")
    reason: Mapped[str] = mapped_column(String(300))
    expected: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    last_case_id: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    seen: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    moved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    error: Mapped[str] = mapped_column(String(120), default="", server_default="")
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_role: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
