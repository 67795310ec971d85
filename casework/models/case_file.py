"""Requests for a case file, and the parts of it that are withheld from who asked."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class CaseFileRequest(Base):
    """One request for a case file, and the file that answers it: its bytes are kept for ever.

    States: `asked` → `being_made` → `ready_for_look` → `cleared` → `sent`; or `refused`, or
    `failed` (somebody's task). A packet for a body outside ends at `ready`.
    """

    __tablename__ = "case_file_request"
    __table_args__ = (
        Index("ix_case_file_request_case", "case_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    scope: Mapped[str] = mapped_column(String(10))
    asked_for: Mapped[str] = mapped_column(String(15))
    channel: Mapped[str] = mapped_column(String(15))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger)
    cause_seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(15))
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    due_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    extended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_total: Mapped[int] = mapped_column(default=0)
    says: Mapped[str] = mapped_column(String(300), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    pages: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(5), default="en")
    contents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    withheld: Mapped[list[str]] = mapped_column(JSONB, default=list)
    made_at: Mapped[datetime | None] = mapped_column(INSTANT)
    cleared_by: Mapped[str] = mapped_column(String(120), default="")
    cleared_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sent_at: Mapped[datetime | None] = mapped_column(INSTANT)


class WithheldPart(Base):
    """What is painted over in every file of this case: a rectangle, a page (`page` 0: all), a note.

    `item` names what it is on: `document:12`, `event:34`, `contact:CALL-…`. Numbers are percent of
    the upright page from its top left corner. A removed mark stays as history.
    """

    __tablename__ = "withheld_part"
    __table_args__ = (
        Index("ix_withheld_part_case", "case_id", "item"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    item: Mapped[str] = mapped_column(String(40))
    page: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool]
    left: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=0)
    top: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=0)
    width: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=100)
    height: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=100)
    ground: Mapped[str] = mapped_column(String(30))
    reason_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    marked_at: Mapped[datetime] = mapped_column(INSTANT)
    marked_by: Mapped[str] = mapped_column(String(120))
    marked_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    removed_by: Mapped[str] = mapped_column(String(120), default="")
