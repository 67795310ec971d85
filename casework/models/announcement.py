"""Announcements to those who sign in, and who has seen them. Plain text, nothing of anybody."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Announcement(Base):
    """What one audience (`staff`, `offices`, `members`) is told from when until when.

    What was said is never changed: it is ended (`ended_at`, with the reason) and said anew. `ask`:
    whoever read it says so. `path` is a page of ours, or empty.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index(
            "ix_announcement_open",
            "audience",
            "until_at",
            postgresql_where=text("ended_at is null"),
        ),
        CheckConstraint("until_at > from_at", name="order"),
        CheckConstraint("audience <> 'members' or text_es <> ''", name="both_languages"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10))
    text_en: Mapped[str] = mapped_column(String(400))
    text_es: Mapped[str] = mapped_column(String(400), default="", server_default="")
    path: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ask: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(300))
    from_at: Mapped[datetime] = mapped_column(INSTANT)
    until_at: Mapped[datetime] = mapped_column(INSTANT)
    written_at: Mapped[datetime] = mapped_column(INSTANT)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ended_why: Mapped[str] = mapped_column(String(300), default="", server_default="")


class AnnouncementSeen(Base):
    """Who put an announcement away, or said that he read it, and when."""

    __tablename__ = "announcement_seen"
    __table_args__ = ({"info": {"scope": "account"}},)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    read: Mapped[bool]
    at: Mapped[datetime] = mapped_column(INSTANT)
