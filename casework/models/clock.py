"""Clocks and what hangs on them: the projection of the events, the ladder's marks, escalations.

Clock rows are rewritten by `casework.ledger` from `sla.clocks.compute` and by nothing else.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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


class Clock(Base):
    """One clock of a case, with the rule that was chosen stamped on it. It has `ended` where the
    case was withdrawn or dismissed before anything satisfied it."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("case_id", "name"),
        Index("ix_clock_due", "due_at", postgresql_where=text("state = 'open' and owner = 'plan'")),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(30))
    owner: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(30))
    rule_version: Mapped[str] = mapped_column(String(60))
    layer: Mapped[str] = mapped_column(String(15))
    citation: Mapped[str] = mapped_column(String(200))
    tag: Mapped[str] = mapped_column(String(5), default="")
    limit_text: Mapped[str] = mapped_column(String(200))
    anchor_at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    zone: Mapped[str] = mapped_column(String(40))
    by_day: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10))
    ended: Mapped[bool] = mapped_column(default=False)
    satisfied_at: Mapped[datetime | None] = mapped_column(INSTANT)
    consequence: Mapped[str] = mapped_column(String(30), default="")
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    generation: Mapped[int] = mapped_column(default=1)


class ClockMark(Base):
    """One step of the escalation ladder of one clock: when it fires, and what became of it."""

    __tablename__ = "clock_mark"
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "step", "generation"),
        Index(
            "ix_clock_mark_due", "fire_at", "case_id", postgresql_where=text("state = 'pending'")
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clock: Mapped[str] = mapped_column(String(30))
    step: Mapped[str] = mapped_column(String(5))
    generation: Mapped[int]
    fire_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Escalation(Base):
    """A step that fired: who must look, and, where time ran out, its own `ESC-` number.

    `rung` is the place on the ladder (worker, lead, director, compliance) of who has it; at
    `hand_on_at` it goes to the next unless somebody acknowledged it before. What somebody has comes
    back at `returns_at`: then `answer` and who gave it stay, and it waits anew. It ends when its
    clock is satisfied or no more, or when a later step of the same clock takes over.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("mark_id"),
        Index("uq_escalation_ref", "ref", unique=True, postgresql_where=text("ref <> ''")),
        Index(
            "uq_escalation_clock",
            "case_id",
            "clock",
            unique=True,
            postgresql_where=text("ref <> ''"),
        ),
        Index("ix_escalation_owner", "owner_id", "opened_at"),
        Index(
            "ix_escalation_hand_on",
            "hand_on_at",
            postgresql_where=text("acknowledged_at is null and hand_on_at is not null"),
        ),
        Index(
            "ix_escalation_returns",
            "returns_at",
            postgresql_where=text("returns_at is not null"),
        ),
        Index(
            "ix_escalation_standing",
            "due_at",
            "id",
            postgresql_where=text("ended_at is null"),
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), default="")
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    clock: Mapped[str] = mapped_column(String(30))
    step: Mapped[str] = mapped_column(String(5))
    mark_id: Mapped[int | None] = mapped_column(BigInteger)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner_role: Mapped[str] = mapped_column(String(20))
    rung: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    hand_on_at: Mapped[datetime | None] = mapped_column(INSTANT)
    acknowledged_at: Mapped[datetime | None] = mapped_column(INSTANT)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(String(300), default="")
    returns_at: Mapped[datetime | None] = mapped_column(INSTANT)
    returned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Obligation(Base):
    """Something that the law or the workflow now demands of a person, by an instant."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "cause_seq"),
        Index("ix_obligation_open", "due_at", postgresql_where=text("done_at is null")),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    clock: Mapped[str] = mapped_column(String(30), default="")
    says: Mapped[str] = mapped_column(String(300))
    citation: Mapped[str] = mapped_column(String(200), default="")
    cause_seq: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner_role: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    raised_at: Mapped[datetime] = mapped_column(INSTANT)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    done_by: Mapped[str] = mapped_column(String(120), default="")
