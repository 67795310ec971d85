"""Contracts and their versions: which rules, addresses and phone numbers hold from which day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base


class Contract(Base):
    """One line of business in one state, as the plan sells it."""

    __tablename__ = "contract"
    __table_args__ = ({"info": {"scope": "directory"}},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    line: Mapped[str] = mapped_column(String(20))
    state: Mapped[str | None] = mapped_column(String(2))


class ContractVersion(Base):
    """What a contract says from a day on; a case is stamped with it at receipt.

    `terms` is the contract object of the clock engine (line, zone, layers, policies, …); `plan` is
    what letters print: names, phones, addresses of the plan and of the bodies it must name.
    """

    __tablename__ = "contract_version"
    __table_args__ = (
        UniqueConstraint("contract_id", "version"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    version: Mapped[int]
    effective_from: Mapped[date] = mapped_column(Date)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    workflow: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    created_by: Mapped[str] = mapped_column(String(120), default="")


class PaListChange(Base):
    """One change of a prior-authorization list: who made it, why, from which day on.

    `emergency` says why it did not wait for its notice; `counts` how many rows it adds, makes
    stricter, looser, takes off.
    """

    __tablename__ = "pa_list_change"
    __table_args__ = (
        Index("ix_pa_list_change_contract", "contract_id", "effective_from"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    effective_from: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    emergency: Mapped[str] = mapped_column(String(400), default="", server_default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str] = mapped_column(String(120), default="", server_default="")


class PaRule(Base):
    """One row of the plan's own prior-authorization list: a code, our label in English and (for
    letters) in Spanish, from a day on; which change put it there and which took it off."""

    __tablename__ = "pa_rule"
    __table_args__ = (
        Index("ix_pa_rule_lookup", "contract_id", "code", "effective_from"),
        {"info": {"scope": "directory"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    code: Mapped[str] = mapped_column(String(12))
    label: Mapped[str] = mapped_column(String(200))
    label_es: Mapped[str] = mapped_column(String(200), default="")
    required: Mapped[bool]
    auto_approve_units: Mapped[int | None]
    policy: Mapped[str] = mapped_column(String(40), default="")
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("pa_list_change.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("pa_list_change.id"))


class DiagnosisCode(Base):
    """The billable leaves of ICD-10-CM, one edition, built at set-up."""

    __tablename__ = "diagnosis_code"
    __table_args__ = ({"info": {"scope": "directory"}},)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    label: Mapped[str] = mapped_column(String(300))
