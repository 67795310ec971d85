"""Which case goes on as which, and who stands in a party's place."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class CaseLink(Base):
    """That a case goes on as another (`merged`, `converted`), or gave a part of it (`split`).

    `case_id` is the one that ended or gave; `other_id` the one in which it goes on. Written once,
    in the transaction of the event `seq` of the first.
    """

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_case_link_other", "other_id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    relation: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_name: Mapped[str] = mapped_column(String(120))


class Substitute(Base):
    """Who stands in the member's place on a case, in which capacity and since when; the newest
    counts. Letters to the member go to him; `ended_at` where another took over."""

    __tablename__ = "substitute"
    __table_args__ = (
        Index("ix_substitute_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[str] = mapped_column(String(10))
    address: Mapped[list[str]] = mapped_column(JSONB)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    died_on: Mapped[date | None] = mapped_column(Date)
    seq: Mapped[int]
    since: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
