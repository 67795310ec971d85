"""Contracts as they hold now: the newest version of each, with its clock contract and letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Contract, ContractVersion
from sla.values import Contract as ClockContract


@dataclass(frozen=True)
class Current:
    """The version of a contract that is in force."""

    id: int
    code: str
    name: str
    line: str
    version_id: int
    version: int
    contract: ClockContract
    plan: Mapping[str, Any]
    workflow: Mapping[str, Any]


def current_versions(cx: Context) -> tuple[Current, ...]:
    """Each contract with its version in force today, by code."""
    rows = cx.db.execute(
        select(
            Contract.id,
            Contract.code,
            Contract.name,
            Contract.line,
            ContractVersion.id.label("version_id"),
            ContractVersion.version,
        )
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .where(ContractVersion.effective_from <= cx.now.date())
        .order_by(Contract.code, ContractVersion.effective_from, ContractVersion.version)
    )
    newest = {row.code: row for row in rows}
    return tuple(_current(cx, row) for row in newest.values())


def _current(cx: Context, row: Any) -> Current:
    version = bridge.version_of(cx, row.version_id)
    return Current(
        id=row.id,
        code=row.code,
        name=row.name,
        line=row.line,
        version_id=row.version_id,
        version=row.version,
        contract=version.contract,
        plan=version.plan,
        workflow=version.workflow,
    )
