"""More of the town, for the look-ups: a code that changes, one that is free, two more members."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, create_engine, insert

from casework.config import Settings
from casework.context import Context, Principal
from casework.models import CoverageSpan, Member, PaRule
from tests.builders import Town

ASK = "/api/v1/pa-required"
COVERED = "/api/v1/eligibility"


def settle(settings: Settings, town: Town) -> None:
    """More of the town: a code that changes, one that is free, a member with two contracts."""
    medicaid, marketplace = town.contracts["OH-MCD"][0], town.contracts["OH-QHP"][0]
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        rules: list[dict[str, Any]] = [
            {"code": "99213", "required": False, "effective_from": date(2020, 1, 1)},
            {
                "code": "72148",
                "required": False,
                "effective_from": date(2020, 1, 1),
                "effective_to": date(2026, 6, 30),
            },
            {"code": "72148", "required": True, "effective_from": date(2026, 7, 1)},
            {"code": "J1745", "required": False, "effective_from": date(2024, 1, 1)},
            {"code": "J1745", "required": True, "effective_from": date(2024, 1, 1)},
        ]
        for rule in rules:
            plain = {"contract_id": medicaid, "label": f"Service {rule['code']}"}
            connection.execute(insert(PaRule).values(**plain, **rule))
        for number, spans in {
            "20202020001": (
                (medicaid, date(2024, 1, 1), date(2026, 3, 31)),
                (marketplace, date(2026, 2, 1), None),
            ),
            "20202020002": ((medicaid, date(2026, 1, 1), date(2026, 1, 31)),),
        }.items():
            member(connection, town, number, spans)
    engine.dispose()


def member(connection: Connection, town: Town, number: str, spans: Any) -> None:
    """A member with these spans: contract, first day, last day."""
    town.member_ids[number] = connection.execute(
        insert(Member)
        .values(
            number=number,
            family_name="Canary",
            given_name="Zebulon",
            birth_date=date(1980, 5, 5),
            address=["99 Canary Lane"],
            zip_code="45999",
        )
        .returning(Member.id)
    ).scalar_one()
    for contract, first, last in spans:
        connection.execute(
            insert(CoverageSpan).values(
                member_id=town.member_ids[number],
                contract_id=contract,
                starts_on=first,
                ends_on=last,
            )
        )


def program(town: Town, day: date = date(2026, 3, 2), **principal: Any) -> Context:
    """The context of a client at 3 p.m. UTC of this day, or of another principal."""
    who: dict[str, Any] = {"kind": "client", "id": 1, "reach": "organizations", **principal}
    return Context(
        now=datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        principal=Principal(**who),
        database=town.database,
    )
