"""What goes to a body outside and whose turn it was: packets with their proof, the log of turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class PacketSent(Base):
    """One bound packet for one body: intent first, then handed over, then the body's own proof.

    `number` 1 is the packet, later ones are supplements whose pages go on at `first_page`. States:
    `ready` (somebody carries it to a portal), `intent` → `handed` → `sent`; or `refused`,
    `in_doubt`, `stale` (something came before it left: it is bound anew). `items` is what stands in
    it, by hash; what came later and stands in none is a supplement that is owed.
    """

    __tablename__ = "packet_sent"
    __table_args__ = (
        UniqueConstraint("external_key"),
        Index("ix_packet_sent_case", "case_id", "id"),
        Index(
            "ix_packet_sent_unproved",
            "handed_at",
            postgresql_where=text("state in ('handed', 'in_doubt') and chased_at is null"),
        ),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("case_file_request.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("review_organization.id"))
    addressee: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))
    external_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12))
    first_page: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    items: Mapped[list[str]] = mapped_column(JSONB, default=list)
    intended_at: Mapped[datetime] = mapped_column(INSTANT)
    handed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sent_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proof: Mapped[str] = mapped_column(String(200), default="")
    proved_by: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(String(200), default="")
    chased_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ReviewTurn(Base):
    """One assignment of a review: to whom, who was passed over and why, and how it ended.

    `panel` names whose rotation it was (line/State). Named by a State it is no turn of ours
    (`by_state`). Its number is the order of turns: it is drawn while the panel is locked.
    """

    __tablename__ = "review_turn"
    __table_args__ = (
        Index("ix_review_turn_case", "case_id", "id"),
        Index("ix_review_turn_panel", "panel", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("review_organization.id"))
    panel: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    by_state: Mapped[bool] = mapped_column(default=False)
    passed: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    why: Mapped[str] = mapped_column(String(20), default="")
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_name: Mapped[str] = mapped_column(String(120))
    ended_why: Mapped[str] = mapped_column(String(20), default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ReviewRotation(Base):
    """How a panel stands: of each organization its last turn, how many it had, how often it was
    passed over, how many it gave back. No case is named here: every turn counts for everybody."""

    __tablename__ = "review_rotation"
    __table_args__ = ({"info": {"scope": "directory"}},)
    panel: Mapped[str] = mapped_column(String(20), primary_key=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("review_organization.id"), primary_key=True
    )
    last_turn: Mapped[int] = mapped_column(BigInteger, default=0)
    turns: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    given_back: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None] = mapped_column(INSTANT)
