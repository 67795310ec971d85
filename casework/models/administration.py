"""Administration: changes of accounts with their second pair of eyes, and tasks of the house.

They name people by the id of their account; nothing of a case stands here.
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
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class AccountChange(Base):
    """One change of somebody's account: what, why, from which day, by whom, confirmed by whom.

    `kind`: add, rights, licence, licence_end, lock, unlock, end, lift, invite. States: `waiting` (a
    second administrator must confirm) → `planned` (its day is to come) → `done`; or `refused`,
    `withdrawn`, `failed`. Nothing of it is ever changed back: it is the history.
    """

    __tablename__ = "account_change"
    __table_args__ = (
        Index("ix_account_change_user", "user_id", "id"),
        Index(
            "ix_account_change_open",
            "effective_on",
            "id",
            postgresql_where=text("state in ('waiting', 'planned')"),
        ),
        # Nobody changes his own account; what needs four eyes is never done with two.
        CheckConstraint("asked_by_id <> user_id", name="own"),
        CheckConstraint(
            "not second_needed or state not in ('planned', 'done')"
            " or (decided_by_id is not null and decided_by_id <> asked_by_id"
            " and decided_by_id <> user_id)",
            name="four_eyes",
        ),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    was: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(300))
    effective_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    second_needed: Mapped[bool]
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    decided_why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    outcome: Mapped[str] = mapped_column(String(300), default="", server_default="")


class HouseTask(Base):
    """Something that somebody of the house must do and that belongs to no case, such as a licence
    that ends soon. `key` says which one of its kind it is; each is raised once."""

    __tablename__ = "house_task"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_house_task_open", "due_on", "id", postgresql_where=text("done_at is null")),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner_role: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)
    raised_at: Mapped[datetime] = mapped_column(INSTANT)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    done_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    done_why: Mapped[str] = mapped_column(String(300), default="", server_default="")


class JobRetry(Base):
    """Who wants parked work to be tried again, when, with which note, and what came of it.

    `asked` → `again` (it waits like any other) or `refused` (it may have left, or its case has a
    step for it: `outcome` says so). The work keeps its number; nothing is asked for twice at once.
    """

    __tablename__ = "job_retry"
    __table_args__ = (
        Index("ix_job_retry_item", "item_id", "id"),
        Index(
            "uq_job_retry_asked", "item_id", unique=True, postgresql_where=text("state = 'asked'")
        ),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInteger)
    error: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(300), default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
