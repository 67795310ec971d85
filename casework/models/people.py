"""Members and those who care for them: coverage, representatives, organizations, practitioners."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, String, false, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Member(Base):
    """A person whom the plan covers, with the standing needs that every letter and call obeys."""

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_name", "family_name", "given_name"),
        {"info": {"scope": "member"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60))
    birth_date: Mapped[date] = mapped_column(Date)
    address: Mapped[list[str]] = mapped_column(JSONB)
    zip_code: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    letter_format: Mapped[str] = mapped_column(String(20), default="standard")
    contact_preference: Mapped[str] = mapped_column(String(10), default="mail")
    restricted: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # Only whoever agreed gets text messages; STOP takes it back.
    texts_ok: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Confidential communication (45 CFR 164.522(b)): since when, where to write instead, whom and
    # what else may be used (`email`, `phone`, `representatives`).
    confidential_since: Mapped[datetime | None] = mapped_column(INSTANT)
    safe_address: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    safe_contact: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    # Mail to this address came back, and why; empty again once somebody knows a better one.
    address_bad_since: Mapped[datetime | None] = mapped_column(INSTANT)
    address_bad_why: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # Who looks after the member's care as a whole; a contract may want that office to get copies.
    primary_care_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    # Nobody is pointed to the portal in a dead member's name; who goes on is named by case.
    died_on: Mapped[date | None] = mapped_column(Date)


class StandingNeed(Base):
    """One change of what every later letter to a member heeds: what, from, to, by whom, when.

    `need` is language, letter_format, contact_preference, texts_ok, address, confidential. Nothing
    of it is ever changed or removed; the member's row holds what is in force.
    """

    __tablename__ = "standing_need"
    __table_args__ = (
        Index("ix_standing_need_member", "member_id", "id"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    need: Mapped[str] = mapped_column(String(20))
    was: Mapped[Any] = mapped_column(JSONB)
    became: Mapped[Any] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(INSTANT)
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(String(120))
    by_role: Mapped[str] = mapped_column(String(20))


class CoverageSpan(Base):
    """From when to when a member was covered by which contract; `ends_on` None is still."""

    __tablename__ = "coverage_span"
    __table_args__ = (
        Index("ix_coverage_span_member", "member_id", "starts_on"),
        {"info": {"scope": "member", "owner": "member_id"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    product: Mapped[str] = mapped_column(String(80), default="")
    # The subscriber's number in the enrollment file (834, REF*0F): a family has one.
    household: Mapped[str] = mapped_column(String(20), default="", server_default="")


class Representative(Base):
    """Somebody who speaks for a member, with what says so: the member's form or a court's paper.

    `basis`: appointment, power_of_attorney, guardianship, conservatorship, custody, executor. It is
    in force from `starts_on` to `ends_on` (None: no end), unless somebody ended it before.
    """

    __tablename__ = "representative"
    __table_args__ = ({"info": {"scope": "member", "owner": "member_id"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(40))
    address: Mapped[list[str]] = mapped_column(JSONB, default=list)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    # What the form covers: everything, or one service and what is disputed about it; and whether
    # its holder may act or only read.
    series_id: Mapped[int | None] = mapped_column(BigInteger)
    looks_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    gets_letters: Mapped[bool] = mapped_column(default=True, server_default=true())
    sees_private: Mapped[bool] = mapped_column(default=True, server_default=true())
    basis: Mapped[str] = mapped_column(
        String(20), default="appointment", server_default="appointment"
    )
    email: Mapped[str] = mapped_column(String(120), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # The paper behind it, the day on which it was signed, and who took it in.
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    signed_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime | None] = mapped_column(INSTANT)
    recorded_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_why: Mapped[str] = mapped_column(String(200), default="", server_default="")
    ended_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    # When somebody was asked to look after a new form, before this one ends.
    renewal_asked_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Organization(Base):
    """A practice, a hospital, a supplier."""

    __tablename__ = "organization"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    npi: Mapped[str] = mapped_column(String(10), unique=True)
    tax_id: Mapped[str] = mapped_column(String(10), default="", index=True)
    plan_provider_id: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[list[str]] = mapped_column(JSONB, default=list)
    zip_code: Mapped[str] = mapped_column(String(10), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    fax: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # How this office wants its letters: `portal` (with an e-mail that points there) or `fax` too.
    letters_by: Mapped[str] = mapped_column(String(10), default="portal", server_default="portal")
    in_network: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(String(40), default="America/New_York")


class Practitioner(Base):
    """A person who treats or orders, with the organization that he works for."""

    __tablename__ = "practitioner"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    npi: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    specialty: Mapped[str] = mapped_column(String(80), default="")
    physician: Mapped[bool] = mapped_column(default=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)


class Licence(Base):
    """A professional licence of a staff clinician or a practitioner, with its dates.

    Who is both (a plan's physician who also treats members) has one that names both: that person
    may not decide what he asked for.
    """

    __tablename__ = "licence"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(30))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    restricted: Mapped[bool] = mapped_column(default=False)
    specialty: Mapped[str] = mapped_column(String(80), default="")


class ReviewOrganization(Base):
    """An independent review organization and the moment it last got a case: strict rotation."""

    __tablename__ = "review_organization"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(20))
    state: Mapped[str | None] = mapped_column(String(2))
    address: Mapped[list[str]] = mapped_column(JSONB, default=list)
    phone: Mapped[str] = mapped_column(String(20), default="")
    accredited: Mapped[bool] = mapped_column(default=True)
    # Whom it is tied to: names or numbers, or {kind, with, says} (records/conflicts.py).
    conflicts: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    last_assigned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    # How its packets reach it: `folder` (an exchange that answers), `portal` (somebody carries them
    # there), `hand` (only when somebody asks for one).
    exchange: Mapped[str] = mapped_column(String(10), default="portal", server_default="portal")
