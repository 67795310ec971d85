"""The history: one append-only chain of events per case, and sharded chains for everything else.

The application may insert and read these rows, never change them; a trigger refuses the rest.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class CaseEvent(Base):
    """One thing that happened: an edge of the machine or an observation.

    `occurred_at` is when it legally happened, `recorded_at` when we wrote it. The clock facts
    (`said_by` … `facts`) are plain and chained; free text lives sealed in `body_ct`.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        Index("ix_case_event_recorded", "recorded_at"),
        Index(
            "ix_case_event_adverse",
            "occurred_at",
            postgresql_where=text("event in ('denied', 'partially_approved', 'deadline_missed')"),
        ),
        Index(
            "ix_case_event_decided",
            "occurred_at",
            "case_id",
            postgresql_where=text(
                "event in ('approved', 'partially_approved', 'denied', 'deemed_approved', 'upheld',"
                " 'overturned', 'partially_overturned', 'resolved')"
            ),
        ),
        {"info": {"scope": "case_child"}},
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(40))
    trigger: Mapped[str] = mapped_column(String(40), default="")
    from_state: Mapped[str] = mapped_column(String(30), default="")
    to_state: Mapped[str] = mapped_column(String(30), default="")
    occurred_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInteger, default=0)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    actor_role: Mapped[str] = mapped_column(String(30), default="")
    session_ref: Mapped[str] = mapped_column(String(40), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    said_by: Mapped[str] = mapped_column(String(15), default="")
    outcome: Mapped[str] = mapped_column(String(15), default="")
    notice_kind: Mapped[str] = mapped_column(String(15), default="")
    days: Mapped[int | None]
    ground: Mapped[str] = mapped_column(String(30), default="")
    printed_on: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[str] = mapped_column(default="{}")
    body_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class SecurityEvent(Base):
    """What changes no case: sign-ins, administration, looks at members' records; sharded chains."""

    __tablename__ = "security_event"
    __table_args__ = (
        Index("ix_security_event_member", "member_id", "recorded_at"),
        Index("ix_security_event_looks", "recorded_at", postgresql_where=text("event = 'look'")),
        {"info": {"scope": "plumbing"}},
    )
    chain: Mapped[str] = mapped_column(String(10), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInteger, default=0)
    actor_role: Mapped[str] = mapped_column(String(30), default="")
    session_ref: Mapped[str] = mapped_column(String(40), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    member_id: Mapped[int | None] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(80), default="")
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class ChainHead(Base):
    """The last entry of each sharded chain; locked while an entry is added."""

    __tablename__ = "chain_head"
    __table_args__ = ({"info": {"scope": "plumbing"}},)
    chain: Mapped[str] = mapped_column(String(10), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
