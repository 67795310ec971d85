"""Contracts of the demo town: read from the TOML beside this file, validated, written."""

import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from casework.bridge import letter_release
from casework.models import Contract, ContractVersion
from letters import codec
from letters.context import PlanBlock
from sla import ladders
from sla.reading import read_contract

AUTHOR: Final = "seed"
FILE = Path(__file__).with_name("contracts.toml")


def specified() -> list[dict[str, Any]]:
    """Each contract with its whole plan block: the shared one, under what is its own."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = []
    for contract in data["contract"]:
        plan = {**data["plan"], "phone": contract["phone"], **contract.get("plan", {})}
        codec._build(PlanBlock, plan, path="plan")
        read_contract(contract["terms"])
        ladders.read(contract.get("workflow", {}).get("ladder"))
        if letter_release.faults(contract.get("town", {}).get(letter_release.KEY)):
            raise ValueError(f"{contract['code']}: no rule of release.")
        found.append({**contract, "plan": plan})
    return found


def write(
    connection: Connection,
    at: datetime,
    *,
    town: bool = False,
    languages: tuple[str, ...] = (),
) -> dict[str, tuple[int, int]]:
    """Write all contracts; returns code → (contract id, version id). `town`: with what the demo
    town asks of its people beside (a letter read before it leaves). `languages`: in which help is
    offered (none named: in all that we print)."""
    ids = {}
    for contract in specified():
        plan = contract["plan"] | ({"languages": list(languages)} if languages else {})
        contract_id = connection.execute(
            insert(Contract)
            .values({k: contract[k] for k in ("code", "name", "line", "state")})
            .returning(Contract.id)
        ).scalar_one()
        version_id = connection.execute(
            insert(ContractVersion)
            .values(
                contract_id=contract_id,
                version=1,
                effective_from=contract["effective_from"],
                terms=contract["terms"],
                plan=plan,
                workflow=contract.get("workflow", {}) | (contract.get("town", {}) if town else {}),
                reason="The demo town",
                created_at=at,
                created_by=AUTHOR,
            )
            .returning(ContractVersion.id)
        ).scalar_one()
        ids[contract["code"]] = (contract_id, version_id)
    return ids


def midnight(day: date) -> datetime:
    """The UTC midnight of a day, for rows that only need an instant."""
    return datetime.combine(day, time(), UTC)
