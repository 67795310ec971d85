"""Which papers the one who decides has read and considered, before the decision is made."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class ConsideredPaper(Base):
    """One paper that one person has read for one case: when, with how many pages (None: they could
    not be counted). Written once, by the event `event_seq`; never changed or removed."""

    __tablename__ = "considered_paper"
    __table_args__ = (
        UniqueConstraint("case_id", "paper_id", "user_id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("case_document.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str] = mapped_column(String(120))
    pages: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(INSTANT)
    event_seq: Mapped[int]
