"""For whom the public figures are reported: each Medicare contract, each Medicaid plan of a State
program, each Marketplace issuer of a State (CMS-0057-F: 42 CFR 422.122(c), 438.210(f); 45 CFR
156.223(c)). It counts nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.models import Contract, ContractVersion

LEVELS: Final[Mapping[str, str]] = {
    "medicare": "contract",
    "medicaid": "plan",
    "marketplace": "issuer",
}
CITATIONS: Final[Mapping[str, str]] = {
    "medicare": "42 CFR 422.122(c)",
    "medicaid": "42 CFR 438.210(f)",
    "marketplace": "45 CFR 156.223(c)",
}
FIRST_YEAR: Final = 2025
_NO_ZONE: Final = "America/New_York"


@dataclass(frozen=True, slots=True)
class Unit:
    """One reporting unit with the contracts whose requests it counts. `zone` is that in which its
    year begins and ends."""

    code: str
    name: str
    line: str
    state: str
    plan: str
    zone: str
    contracts: tuple[tuple[int, str], ...]

    @property
    def level(self) -> str:
        """What the unit is: contract, plan or issuer."""
        return LEVELS[self.line]

    @property
    def citation(self) -> str:
        """The law that wants its figures."""
        return CITATIONS[self.line]

    @property
    def contract_ids(self) -> tuple[int, ...]:
        """The ids of its contracts."""
        return tuple(contract_id for contract_id, _ in self.contracts)


def units(cx: Context) -> tuple[Unit, ...]:
    """Every unit, by name. Marketplace contracts of one State are one issuer's."""
    newest = (
        select(ContractVersion.contract_id, ContractVersion.id)
        .ext(distinct_on(ContractVersion.contract_id))
        .order_by(ContractVersion.contract_id, ContractVersion.version.desc())
    )
    versions = {row.contract_id: row.id for row in cx.db.execute(newest)}
    found: dict[str, Unit] = {}
    for row in cx.db.execute(
        select(Contract.id, Contract.code, Contract.name, Contract.line, Contract.state)
        .where(Contract.line.in_(LEVELS))
        .order_by(Contract.id)
    ):
        code = code_of(row)
        before = found[code].contracts if code in found else ()
        plan, where = _plan_of(cx, versions.get(row.id))
        found[code] = Unit(
            code=code,
            name=row.name,
            line=row.line,
            state=row.state or "",
            plan=plan,
            zone=where,
            contracts=(*before, (row.id, row.code)),
        )
    return tuple(sorted(found.values(), key=lambda unit: (unit.name, unit.code)))


def unit_of(cx: Context, code: str) -> Unit:
    """The unit with this code. Raises NotFound."""
    for unit in units(cx):
        if unit.code == code:
            return unit
    raise NotFound("There is no such contract, plan or issuer.")


def code_of(contract: Any) -> str:
    """The unit in which a contract is reported."""
    if contract.line == "marketplace":
        return f"{contract.state or 'US'}-issuer".lower()
    return str(contract.code).lower()


def due_on(year: int) -> date:
    """By when the figures of a year must stand on the public website: March 31 of the next."""
    return date(year + 1, 3, 31)


def _plan_of(cx: Context, version_id: int | None) -> tuple[str, str]:
    """The plan's own name and the zone, from a contract version (None: there is none yet)."""
    if version_id is None:
        return "", _NO_ZONE
    version = bridge.version_of(cx, version_id)
    return str(version.plan.get("name", "")), version.contract.time_zone
