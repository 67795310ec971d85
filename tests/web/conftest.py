"""The real application on a real database, with people who can sign in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert

from casework.app import create_app
from casework.config import Settings
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.ground import database_for
from casework.models import Contract, Member, Organization
from casework.services import accounts
from casework.services.new_account import NewAccount
from casework.web import assets
from tests import browser
from tests.pages import Pages

PASSWORD = "tulips over lisbon at nine"
# name: (kind, role)
PEOPLE = {
    "nurse": ("staff", "nurse"),
    "supervisor": ("staff", "supervisor"),
    "compliance": ("staff", "compliance"),
    "admin": ("staff", "admin"),
    "office": ("provider", "provider"),
    "office-admin": ("provider", "provider_admin"),
    "member": ("member", "member"),
    "representative": ("member", "representative"),
}


@dataclass
class Cast:
    """Who can sign in here: ids by name; every password is PASSWORD."""

    database: Database
    ids: dict[str, int] = field(default_factory=dict)
    contracts: tuple[int, ...] = ()
    organization: int = 0
    member: int = 0

    @property
    def system(self) -> Context:
        return self.database.context(SYSTEM)

    def email(self, name: str) -> str:
        return f"{name}@people.example"

    def add(self, name: str, kind: str = "staff", role: str = "nurse", **more: object) -> int:
        """One more person, with a password, who may be changed by a test."""
        new = NewAccount(
            email=str(more.get("email") or self.email(name)),
            name=str(more.get("full_name") or f"Casey {name.title()}"),
            kind=kind,
            roles=(role,),
            password=PASSWORD,
            organization_id=self.organization if kind == "provider" else None,
            member_id=self.member if kind == "member" else None,
            contract_ids=self.contracts if kind == "staff" else (),
        )
        self.ids[name] = accounts.create_user(self.system, new)
        return self.ids[name]


@pytest.fixture(scope="session", autouse=True)
def collected() -> None:
    """The web assets, as `make setup` leaves them."""
    if assets.missing():
        assets.collect()


@pytest.fixture(scope="module")
def cast(database: Database, settings: Settings) -> Cast:
    """A person of each kind."""
    made = Cast(database)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        made.contracts = tuple(
            connection.execute(
                insert(Contract)
                .values(code=code, name=name, line=line, state="OH")
                .returning(Contract.id)
            ).scalar_one()
            for code, name, line in (
                ("OH-MCD", "Ohio Medicaid", "medicaid"),
                ("OH-QHP", "Ohio Marketplace", "marketplace"),
            )
        )
        made.organization = connection.execute(
            insert(Organization)
            .values(name="Maple Clinic", npi="1234567893")
            .returning(Organization.id)
        ).scalar_one()
        made.member = connection.execute(
            insert(Member)
            .values(
                number="10101010001",
                family_name="Example",
                given_name="Alex",
                birth_date=date(1970, 1, 1),
                address=["7 Elm Street", "Columbus, OH 43085"],
                zip_code="43085",
            )
            .returning(Member.id)
        ).scalar_one()
    engine.dispose()
    for name, (kind, role) in PEOPLE.items():
        made.add(name, kind, role)
    return made


@pytest.fixture(scope="module")
def app(settings: Settings, database: Database, cast: Cast) -> Flask:
    """The application in development."""
    return create_app(settings, database)


@pytest.fixture
def pages(app: Flask) -> Pages:
    """A browser of its own for each test."""
    return Pages(app.test_client())


@pytest.fixture(scope="module")
def demo(settings: Settings, cast: Cast) -> Iterator[Flask]:
    """The application as a demo, on the same database."""
    database = database_for(replace(settings, demo=True))
    yield create_app(database=database)
    database.engine.dispose()


@pytest.fixture(scope="module")
def production(settings: Settings, cast: Cast) -> Iterator[Flask]:
    """The application as production configures it, on the same database."""
    made = replace(settings, env="production", trusted_hosts=("plan.example",))
    database = database_for(made)
    yield create_app(database=database)
    database.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One Chromium for the run."""
    with browser.chromium() as started:
        yield started
