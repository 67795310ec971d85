"""What readers marked in the papers of a case: a place, a tag, a note; never in the file itself."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base

_PERCENT = Numeric(5, 2)


class PaperMark(Base):
    """One place of one page that somebody marked: a rectangle in percent of the upright page, from
    its top left corner. Taken back, never removed."""

    __tablename__ = "paper_mark"
    __table_args__ = (
        Index("ix_paper_mark_case", "case_id", "paper_id", "page"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("case_document.id"))
    page: Mapped[int]
    left: Mapped[Decimal] = mapped_column(_PERCENT)
    top: Mapped[Decimal] = mapped_column(_PERCENT)
    width: Mapped[Decimal] = mapped_column(_PERCENT)
    height: Mapped[Decimal] = mapped_column(_PERCENT)
    tag: Mapped[str] = mapped_column(String(20))
    quote_ct: Mapped[bytes] = mapped_column(LargeBinary)
    note_ct: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str] = mapped_column(String(120), default="")
