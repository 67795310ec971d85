"""A restricted case that somebody without the right to see such cases opened with a reason.

The row is the right itself, to read: the wall of the database asks it. It lasts an hour of the wall
clock at most, like a session, whatever a demonstration does to the case time.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class EmergencyAccess(Base):
    """Who opened which restricted case, on which ground, until when, and what compliance said.

    `opened_at` and `reviewed_at` are case time; `since`, `closes_at`, `closed_at` and `proved_at`
    (when the person last showed who he is) the wall clock's. `verdict` is empty, confirmed, doubted
    (still looked into) or wrong.
    """

    __tablename__ = "emergency_access"
    __table_args__ = (
        CheckConstraint("closes_at <= since + interval '4 hours'", name="lasts_four_hours"),
        CheckConstraint(
            "reviewed_by_id is null or reviewed_by_id <> user_id", name="reviewed_by_another"
        ),
        Index("ix_emergency_access_user", "user_id", "closes_at"),
        Index("ix_emergency_access_case", "case_id", "id"),
        Index(
            "ix_emergency_access_open", "id", postgresql_where=text("verdict in ('', 'doubted')")
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ground: Mapped[str] = mapped_column(String(20))
    reason_ct: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    since: Mapped[datetime] = mapped_column(INSTANT)
    closes_at: Mapped[datetime] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proved_at: Mapped[datetime | None] = mapped_column(INSTANT)
    verdict: Mapped[str] = mapped_column(String(10), default="", server_default="")
    review_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"", server_default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reviewed_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
