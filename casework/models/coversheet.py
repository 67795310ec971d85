"""Coversheets of papers that come by post or fax: a random number that leads to a case."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Coversheet(Base):
    """One sheet: its number says nothing; the case and the question that it is for stand here.

    States: `asked` → `made`, or `failed`. The bytes are kept by their hash.
    """

    __tablename__ = "coversheet"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_coversheet_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(5))
    language: Mapped[str] = mapped_column(String(5), default="en")
    question_id: Mapped[int | None] = mapped_column(ForeignKey("information_request.id"))
    state: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime | None] = mapped_column(INSTANT)
    came_at: Mapped[datetime | None] = mapped_column(INSTANT)
    came_to: Mapped[str] = mapped_column(String(120), default="")
