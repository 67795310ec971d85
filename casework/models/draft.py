"""What somebody began to file and has not sent: no case, no clock, no number of a case."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class FilingDraft(Base):
    """One unsent filing of one person: its answers sealed, and the key under which it is sent once.

    `about` is the number of the case that it concerns, empty for none. A draft that was sent keeps
    only the number that it got.
    """

    __tablename__ = "filing_draft"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "about"),
        Index("ix_filing_draft_member", "member_id"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(24), default="")
    token: Mapped[str] = mapped_column(String(40))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    body_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    started_at: Mapped[datetime] = mapped_column(INSTANT)
    saved_at: Mapped[datetime] = mapped_column(INSTANT)
    sent_ref: Mapped[str] = mapped_column(String(24), default="")
