"""Letters: what is owed, what was rendered, how each copy left; and the outbox that drives them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Letter(Base):
    """One letter to one recipient, called for by one event; the stored bytes are the letter.

    States: `due` → `deposited` → `sent`, or `refused` (an element is missing) or `parked`; `void`:
    a copy for somebody who speaks for the member no more, stopped before it left. Where
    the contract asks for a named person's release it begins as `held`, and nothing produces it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("case_id", "cause_seq", "code", "recipient"),
        Index("ix_letter_member", "member_id", "id"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    cause_seq: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(20))
    notice_kind: Mapped[str] = mapped_column(String(15), default="")
    state: Mapped[str] = mapped_column(String(10))
    owed_at: Mapped[datetime] = mapped_column(INSTANT)
    version: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    printed_on: Mapped[date | None] = mapped_column(Date)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(160), default="")
    deposited_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sent_at: Mapped[datetime | None] = mapped_column(INSTANT)
    missing: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    # The facts that it was made of, by hash: its other forms are made of them, never of new ones.
    facts_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    # Released by hand: the words that took the place of the decision's own, sealed; who worded
    # them, who released the letter. `proved`: what the gate found in it when it was printed.
    words_ct: Mapped[bytes] = mapped_column(LargeBinary, default=b"", server_default="")
    worded_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    released_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    released_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proved: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    # A letter is sent again only as a new one: of which, and why (services/reissue.py).
    reissue_of: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    reissue_reason: Mapped[str] = mapped_column(String(20), default="", server_default="")


class LetterEdition(Base):
    """The same letter in another form that a renderer must make: large print, on request.

    States: `asked` → `made`, or `failed`. Made of the stored facts; the letter itself stays.
    """

    __tablename__ = "letter_edition"
    __table_args__ = (
        UniqueConstraint("letter_id", "form"),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    form: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_by: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)


class Delivery(Base):
    """One way in which one letter leaves: intent first, proof after; never sent twice."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("external_key"),
        Index("ix_delivery_letter", "letter_id"),
        Index(
            "ix_delivery_unproved",
            "confirmed_at",
            postgresql_where=text(
                "batch_id is not null and mailed_at is null and chased_at is null"
            ),
        ),
        Index("ix_delivery_doubt", "id", postgresql_where=text("state = 'in_doubt'")),
        {"info": {"scope": "case_child"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    channel: Mapped[str] = mapped_column(String(10))
    external_key: Mapped[str] = mapped_column(String(80))
    counts: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    intended_at: Mapped[datetime] = mapped_column(INSTANT)
    confirmed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proof: Mapped[str] = mapped_column(String(200), default="")
    # Of a copy for the print vendor or the fax server: its batch, what it is to be, and the proof
    # that it was mailed or sent; `chased_at`: when the missing proof became somebody's task.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("print_batch.id"), index=True)
    format: Mapped[str] = mapped_column(String(12), default="", server_default="")
    address_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    mailed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    mail_proof: Mapped[str] = mapped_column(String(80), default="", server_default="")
    chased_at: Mapped[datetime | None] = mapped_column(INSTANT)
    returned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    return_reason: Mapped[str] = mapped_column(String(20), default="", server_default="")


class PrintBatch(Base):
    """Copies that go to the print vendor together: one folder with a manifest, whole or not at all.

    States: `open` → `written` (handed over) → `acknowledged` → `mailed`, or `refused` (in part).
    `problem`: why the vendor's answer cannot be believed. It names no member and no case.
    """

    __tablename__ = "print_batch"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("ix_print_batch_open", "id", postgresql_where=text("state <> 'mailed'")),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(String(12))
    files: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    written_at: Mapped[datetime | None] = mapped_column(INSTANT)
    acknowledged_at: Mapped[datetime | None] = mapped_column(INSTANT)
    problem: Mapped[str] = mapped_column(String(200), default="")


class OutboxItem(Base):
    """Work that a commit made necessary: claimed with a lease, fenced by a token, done once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_outbox_ready", "next_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_outbox_case", "case_id"),
        {"info": {"scope": "plumbing"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(INSTANT)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    done_at: Mapped[datetime | None] = mapped_column(INSTANT)
    lease_token: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None] = mapped_column(INSTANT)
    error: Mapped[str] = mapped_column(String(300), default="")
