"""What watches the house itself: alarms, rounds of the nightly checks, studies of rule changes.

They hold codes, figures and ids, never a name; a study's answer names cases by the id of their row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Alarm(Base):
    """Something that a check found wrong and a person must mend. It ends when a later round finds
    it no more; `key` says which one of its kind it is (a clock, a task, a person's id)."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("ix_alarm_open", "code", "id", postgresql_where=text("ended_at is null")),
        {"info": {"scope": "case_child", "nullable_case": True}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), default="")
    says: Mapped[str] = mapped_column(String(300))
    owner_role: Mapped[str] = mapped_column(String(20))
    raised_at: Mapped[datetime] = mapped_column(INSTANT)
    seen_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


# One open alarm for one thing, however often it is found.
Index(
    "uq_alarm_open",
    Alarm.code,
    func.coalesce(Alarm.case_id, 0),
    Alarm.key,
    unique=True,
    postgresql_where=Alarm.ended_at.is_(None),
)


class CheckRound(Base):
    """One run of a check of the whole house: how much it looked at and how much it found. `cursor`
    is the last case that was looked at, so that a run that was killed goes on from there."""

    __tablename__ = "check_round"
    __table_args__ = (
        Index("ix_check_round_name", "name", "id"),
        # One run of a kind at a time, whoever carries it on.
        Index(
            "uq_check_round_open", "name", unique=True, postgresql_where=text("ended_at is null")
        ),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    looked: Mapped[int] = mapped_column(BigInteger, default=0)
    found: Mapped[int] = mapped_column(BigInteger, default=0)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str] = mapped_column(String(120), default="")


class RuleStudy(Base):
    """A question about a change of rules that the worker answers: which open cases it would move
    (`diff`), or what it would have meant over history (`replay`)."""

    __tablename__ = "rule_study"
    __table_args__ = (
        Index("ix_rule_study_open", "id", postgresql_where=text("state in ('waiting', 'running')")),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10))
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    error: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
