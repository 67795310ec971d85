"""Contracts of their own for tests that publish versions, and what the cases then bear."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, insert, select

from casework.models import (
    Case,
    CaseEvent,
    Clock,
    Contract,
    ContractVersion,
    CoverageSpan,
    Member,
)
from casework.queries.contracts import contract_named, story
from casework.seed import contracts as seeded
from casework.services import contracts
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission

OHIO = ZoneInfo("America/New_York")
TODAY = MONDAY.astimezone(OHIO).date()
LAWFUL = ["federal", "owner", "state:oh"]
WHY = "The State asks us to follow the federal limits from this day on."


def publish(town, code="OH-MCD", *, who="admin", now=MONDAY, **said):
    given = {
        "terms": {"layers": LAWFUL},
        "workflow": {},
        "reason": WHY,
        "effective_from": now.astimezone(OHIO).date() + timedelta(days=1),
        "knows_looser": True,
    }
    cx = town.cx(who, now) if who != "system" else town.cx("system", now)
    return contracts.publish_version(
        cx.but(idempotency=said.pop("once", None)), code, **given | said
    )


def a_contract(town, settings) -> str:
    """A contract of its own for each test: what the plan publishes, one covered member."""
    new = f"T-{uuid.uuid4().hex[:8].upper()}"
    known = next(each for each in seeded.specified() if each["code"] == "OH-MCD")
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        contract_id = connection.execute(
            insert(Contract)
            .values(code=new, name=f"Ohio {new}", line="medicaid", state="OH")
            .returning(Contract.id)
        ).scalar_one()
        version_id = connection.execute(
            insert(ContractVersion)
            .values(
                contract_id=contract_id,
                version=1,
                effective_from=date(2024, 1, 1),
                terms=known["terms"],
                plan=known["plan"],
                reason="The first one",
                created_at=MONDAY - timedelta(days=700),
                created_by="seed",
            )
            .returning(ContractVersion.id)
        ).scalar_one()
        member_id = connection.execute(
            insert(Member)
            .values(
                number=new,
                family_name="Example",
                given_name="Toni",
                birth_date=date(1970, 1, 1),
                address=["7 Elm Street", "Columbus, OH 43085"],
                zip_code="43085",
            )
            .returning(Member.id)
        ).scalar_one()
        connection.execute(
            insert(CoverageSpan).values(
                member_id=member_id, contract_id=contract_id, starts_on=date(2024, 1, 1)
            )
        )
    engine.dispose()
    town.contracts[new] = (contract_id, version_id)
    town.members[new] = new
    return new


def versions(town, code):
    """Version number to standing, as of MONDAY."""
    with town.database.reading(town.cx("compliance")) as cx:
        _, editions = contract_named(cx, code)
        return {each.edition.version: each.standing for each in story(cx, editions)}


def version_of(town, ref):
    """The number of the contract version that this case bears."""
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(
            select(ContractVersion.version)
            .join(Case, Case.contract_version_id == ContractVersion.id)
            .where(Case.ref == ref)
        ).scalar_one()


def decision(town, ref):
    """Rule and due of the decision clock."""
    with town.database.reading(town.cx("system")) as cx:
        row = cx.db.execute(
            select(Clock.rule, Clock.due_at)
            .join(Case, Case.id == Clock.case_id)
            .where(Case.ref == ref, Clock.name == "decision")
        ).one()
    return row.rule, row.due_at.astimezone(OHIO).replace(tzinfo=None).isoformat()


def told(town, ref):
    """What the correction of the receipt says of versions."""
    with town.database.reading(town.cx("system")) as cx:
        facts = cx.db.execute(
            select(CaseEvent.facts)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(Case.ref == ref, CaseEvent.event == "receipt_corrected")
        ).scalar_one()
    return {name: value for name, value in json.loads(facts).items() if "version" in name}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OHIO).astimezone(UTC)


def request(town, code, received_at, *, now=None):
    cx = town.cx("Maple", now or received_at)
    return submit_prior_auth(cx, a_submission(town, code, received_at=received_at)).ref
