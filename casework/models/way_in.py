"""Ways in: requests for an account and their links, passkeys, and whose members an account opens.

They hold what Flask-Security's tables do not; who may do what with them stands in the services.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class WayIn(Base):
    """One request of somebody who wants in, and the link that was mailed for it.

    `purpose`: register, password, spouse, form, sign, or what is only told: told, new_pass,
    helper_on, helper_off, helper_end. Stages: `asked` → `sending` → `mailed` →
    `used`; or `nothing` (there is nobody to write to), `in_doubt`, `failed`, `void`. `typed` is
    sealed, and empty once the post room has answered; of the link only its hash is kept.
    """

    __tablename__ = "way_in"
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        Index("ix_way_in_expires", "expires_at"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(10))
    typed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    mail: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    base: Mapped[str] = mapped_column(String(200), default="")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("representative.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    token_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrong: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT)
    used_at: Mapped[datetime | None] = mapped_column(INSTANT)


class AccountMember(Base):
    """One more member whose records an account opens, and why: a child, a husband or wife, or the
    form by which somebody speaks for him. It ends on its day, or when somebody ends it."""

    __tablename__ = "account_member"
    __table_args__ = (
        Index(
            "uq_account_member_open",
            "user_id",
            "member_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_account_member_member", "member_id"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    basis: Mapped[str] = mapped_column(String(10))
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("representative.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    added_at: Mapped[datetime] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    # The member's data were confidential already when he agreed to this link.
    while_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())


class Passkey(Base):
    """A passkey of an account: the public half alone, with the counter that tells a copied one."""

    __tablename__ = "passkey"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(JSONB, default=list)
    added_at: Mapped[datetime] = mapped_column(INSTANT)
    used_at: Mapped[datetime | None] = mapped_column(INSTANT)
