"""The directory of the town, copied in: contracts, people, offices, members, lists.

One transaction. The same seed and day give the same rows under the same numbers in an empty base.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import create_engine, insert, text

from casework.config import Settings
from casework.ledger.copying import Numbers
from casework.metadata import table_of
from casework.models import Member, PaRule, Practitioner, ReviewOrganization, SeedFact
from casework.seed import accounts, contracts, policies
from casework.seed.families import write_families
from casework.seed.members import write_members
from casework.seed.offices import write_offices
from casework.seed.sheet import Sheet
from casework.seed.town import DEMO_PASSWORD, ContractHere, Service, Town
from casework.services import passwords
from sla.reading import read_contract

SERVICES_FILE: Final = Path(__file__).with_name("services.toml")
MEMBERS: Final = 300
CASES_PER_MEMBER: Final = 4
SINCE: Final = date(2024, 1, 1)
REVIEWERS: Final = (
    ("Buckeye Independent Review", "iro", "OH", ["PO Box 5601", "Columbus, OH 43085"]),
    ("Clearview Review Associates", "iro", "OH", ["PO Box 5602", "Cleveland, OH 44114"]),
    ("Great Lakes External Review", "iro", "OH", ["PO Box 5603", "Toledo, OH 43604"]),
    ("Meridian Medical Review", "iro", "OH", ["PO Box 5604", "Cincinnati, OH 45202"]),
    ("Northstar Review Organization", "iro", "OH", ["PO Box 5605", "Akron, OH 44304"]),
    ("Independent Review Entity", "ire", None, ["PO Box 5550", "Jacksonville, FL 32099"]),
    ("Bureau of State Hearings", "state_fair_hearing", "OH", ["PO Box 5530", "Columbus, OH 43085"]),
)


def write(settings: Settings, *, seed: int, as_of: datetime, cases: int) -> tuple[Town, str]:
    """Write the directory of a town for so many cases; returns it, and its checksum."""
    rng = Random(f"town {seed}")  # noqa: S311 - a repeatable town, no secret
    password = passwords.hashed(DEMO_PASSWORD)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        there = _contracts(connection)
        raw: Any = connection.connection.driver_connection
        sheet = Sheet(raw, Numbers(raw))
        roles = accounts.write_roles(sheet)
        staff = accounts.write_staff(sheet, roles, there, since=SINCE, password=password)
        offices = write_offices(sheet, roles, rng, since=SINCE, password=password)
        members, special = write_members(
            sheet,
            roles,
            there,
            rng,
            count=max(MEMBERS, cases // CASES_PER_MEMBER),
            today=as_of.date(),
            password=password,
        )
        _give_primary_care(sheet)
        write_families(sheet, there, special, today=as_of.date())
        services = _write_lists(sheet, there)
        town = Town(
            contracts=there,
            staff=staff,
            offices=offices,
            members=members,
            demo_members=special,
            services=services,
            reviewers=_write_reviewers(sheet, as_of),
            since=SINCE,
            policies=policies.write(sheet, staff, since=SINCE, today=as_of.date()),
        )
        checksum = sheet.copy()
    engine.dispose()
    return town, checksum


def remember(settings: Settings, facts: Mapping[str, str]) -> None:
    """Write down what was planted, and let the planner of the database look at all of it."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(SeedFact), [{"name": name, "value": value} for name, value in facts.items()]
        )
        connection.execute(text("analyze"))
    engine.dispose()


def _contracts(connection: Any) -> dict[str, ContractHere]:
    made = contracts.write(connection, datetime.combine(SINCE, time(), UTC), town=True)
    terms = {contract["code"]: contract["terms"] for contract in contracts.specified()}
    return {
        code: ContractHere(
            id=contract_id,
            version_id=version_id,
            code=code,
            line=terms[code]["line"],
            terms=read_contract(terms[code]),
        )
        for code, (contract_id, version_id) in made.items()
    }


def _give_primary_care(sheet: Sheet) -> None:
    """Three of four members have a family doctor, who gets copies where the contract says so."""
    doctors = [
        row["id"]
        for row in sheet.rows[table_of(Practitioner)]
        if row["specialty"] == "Family medicine" and row["physician"]
    ]
    for index, row in enumerate(sheet.rows[table_of(Member)]):
        row["primary_care_id"] = doctors[index % len(doctors)] if index % 4 else None


def _write_lists(sheet: Sheet, there: Mapping[str, ContractHere]) -> tuple[Service, ...]:
    """Every contract's own prior-authorization list."""
    told = tomllib.loads(SERVICES_FILE.read_text(encoding="utf-8"))["group"]
    services = tuple(_service(group, row) for group in told for row in group["codes"])
    for contract in there.values():
        for service in services:
            sheet.put(
                PaRule,
                contract_id=contract.id,
                code=service.code,
                label=service.label,
                label_es=service.label_es,
                required=service.required,
                auto_approve_units=service.auto,
                policy=service.policy,
                effective_from=SINCE,
            )
    return services


def _service(group: Mapping[str, Any], row: Mapping[str, Any]) -> Service:
    of = {**group, **row}
    return Service(
        code=row["code"],
        label=row["label"],
        label_es=row.get("es", ""),
        group=group["name"],
        specialty=group["specialty"],
        policy=group["policy"],
        place=of["place"],
        unit=of.get("unit", "UN"),
        units=tuple(row["units"]),
        diagnoses=tuple(of["diagnoses"]),
        required=row.get("required", True),
        auto=row.get("auto"),
        service=of.get("service", "medical"),
        reason=group["reason"],
        criterion=group["criterion"],
        perfect=tuple(group["perfect"]),
    )


def _write_reviewers(sheet: Sheet, as_of: datetime) -> dict[str, tuple[int, ...]]:
    """The bodies that review from outside; each IRO got its last case on another day."""
    found: dict[str, tuple[int, ...]] = {}
    for place, (name, body, state, lines) in enumerate(REVIEWERS):
        last = as_of - timedelta(days=30 - 5 * place) if body == "iro" else None
        number = sheet.add(
            ReviewOrganization,
            name=name,
            body=body,
            state=state,
            address=lines,
            phone=f"1-800-555-{160 + place:04d}",
            effective_from=SINCE,
            last_assigned_at=last,
            exchange="portal" if body == "state_fair_hearing" else "folder",
        )
        found[body] = (*found.get(body, ()), number)
    return found
