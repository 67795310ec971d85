"""Accounts: people who sign in, their roles, contracts and managers, sessions and API tokens.

Flask-Security reads and writes the first three tables; what an account may do is `policy`.
"""

from datetime import date, datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.metadata import INSTANT, Base

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
    info={"scope": "account"},
)


class Role(Base, RoleMixin):
    """One of the roles of the workflows; its rights stand in `casework.policy`."""

    __tablename__ = "role"
    __table_args__ = ({"info": {"scope": "account"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")


class User(Base, UserMixin):
    """A person who signs in: staff, somebody of a provider's office, a member."""

    __tablename__ = "user_account"
    __table_args__ = ({"info": {"scope": "account"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(String(120), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSONB))
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(10))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    sees_restricted: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None] = mapped_column(Date)
    preferences: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # A member's account made with an e-mail address that the plan does not know: until somebody has
    # spoken with the member it opens less (queries/principals.py).
    unproved_since: Mapped[datetime | None] = mapped_column(INSTANT)
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        Role, secondary=user_role, lazy="selectin"
    )


class UserContract(Base):
    """Which contracts a member of staff works for; his rows are theirs."""

    __tablename__ = "user_contract"
    __table_args__ = ({"info": {"scope": "account"}},)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)


class ReportingLine(Base):
    """Who reports to whom, from when to when: independence is judged as of the decision date."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        Index("ix_reporting_line_user", "user_id", "starts_on"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    # Who wrote it down, when and why; and the same of its end. A line is ended, never removed.
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    recorded_at: Mapped[datetime | None] = mapped_column(INSTANT)
    recorded_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ended_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_by: Mapped[str] = mapped_column(String(120), default="", server_default="")


class Absence(Base):
    """From when to when somebody of ours is away: no work that is due meanwhile goes there."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_user", "user_id", "starts_on"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class WebSession(Base):
    """One signed-in browser. The cookie holds the token, the row only its hash; it can be ended."""

    __tablename__ = "web_session"
    __table_args__ = ({"info": {"scope": "account"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    data: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    last_seen_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ApiToken(Base):
    """A bearer token of a client or a person: its hash, what it may do, for whom."""

    __tablename__ = "api_token"
    __table_args__ = ({"info": {"scope": "account"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    scopes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)


class SignInAttempt(Base):
    """Failed sign-ins by account and by address, so that throttling survives a lost broker."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_key", "key", "at"),
        {"info": {"scope": "account"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    # What was tried: the plan's people look for a lock by this and by what the caller says.
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    at: Mapped[datetime] = mapped_column(INSTANT)
