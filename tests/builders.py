"""Builders: a small town for each module, and cases made through the real services.

`a_town` writes the directory (contracts, offices, people) as the owner of the tables; everything
that happens to cases goes through commands, as a door would call them.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import create_engine, insert, select

from casework import codes
from casework.config import Settings
from casework.context import SYSTEM, Context, Principal
from casework.db import Database
from casework.models import (
    CoverageSpan,
    DiagnosisCode,
    Licence,
    Member,
    Organization,
    PaRule,
    Practitioner,
    ReportingLine,
    Role,
    User,
    UserContract,
    user_role,
)
from casework.seed import contracts
from casework.submission import (
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    PaperAsSent,
    ProviderAsSent,
    Submission,
)

MONDAY = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # 10 a.m. in Ohio, before daylight saving
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
STAFF = {
    "intake": ("Irene Intake", None),
    "nurse": ("Nora Nurse", "RN"),
    "nurse2": ("Nils Nurse", "RN"),
    "physician": ("Pia Physician, MD", "MD"),
    "physician2": ("Paul Physician, MD", "MD"),
    "ag_specialist": ("Asa Appeals", None),
    "ag_clinician": ("Greta Clinician, MD", "MD"),
    "supervisor": ("Sam Supervisor", None),
    "compliance": ("Cora Compliance", None),
    "admin": ("Adam Admin", None),
}


@dataclass
class Town:
    """What `a_town` made, by name."""

    database: Database
    contracts: dict[str, tuple[int, int]] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    member_ids: dict[str, int] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)
    npi: dict[str, str] = field(default_factory=dict)

    def cx(self, who: str, now: datetime = MONDAY) -> Context:
        """The context of a person of the town (or `system`, or `office`, or a member) at `now`."""
        return Context(now=now, principal=self.principal(who), database=self.database)

    def principal(self, who: str) -> Principal:
        """The principal of a person of the town."""
        if who == "system":
            return SYSTEM
        if who in self.offices:
            return Principal(
                kind="user",
                id=self.users[f"office:{who}"],
                name=f"{who} office",
                roles=frozenset({"provider"}),
                reach="organizations",
                ids=(self.offices[who],),
                organization_id=self.offices[who],
            )
        if who in self.member_ids:
            return Principal(
                kind="user",
                id=self.users[f"member:{who}"],
                name=who,
                roles=frozenset({"member"}),
                reach="members",
                ids=(self.member_ids[who],),
            )
        role = who.rstrip("2")
        everything = role == "compliance"
        return Principal(
            kind="user",
            id=self.users[who],
            name=STAFF[who][0],
            roles=frozenset({role}),
            reach="all" if everything else "contracts",
            ids=tuple(c for c, _ in self.contracts.values()),
        )


def a_town(database: Database, settings: Settings) -> Town:
    """Five contracts, two offices, staff of every role, a member of each contract."""
    town = Town(database)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        # Fifteen languages on each letter cost a third of its printing; tests/letters prints all.
        town.contracts = contracts.write(
            connection, MONDAY - timedelta(days=700), languages=("en", "es")
        )
        _offices(connection, town)
        _members(connection, town)
        _staff(connection, town)
        _pa_list(connection, town)
        connection.execute(
            insert(DiagnosisCode),
            [
                {"code": "M54.50", "label": "Low back pain, unspecified"},
                {"code": "G89.4", "label": "Chronic pain syndrome"},
                {"code": "E11.9", "label": "Type 2 diabetes mellitus without complications"},
            ],
        )
    engine.dispose()
    return town


def _offices(connection, town: Town) -> None:
    for index, name in enumerate(("Maple", "Birch")):
        npi = codes.npi_with_check_digit(f"12345678{index}")
        town.npi[name] = npi
        town.offices[name] = connection.execute(
            insert(Organization)
            .values(
                name=f"{name} Clinic",
                npi=npi,
                tax_id=f"31000000{index}",
                address=[f"{index + 1} {name} Street", "Columbus, OH 43085"],
                phone="614-555-0160",
                email=f"office@{name.lower()}.example",
            )
            .returning(Organization.id)
        ).scalar_one()
        doctor = codes.npi_with_check_digit(f"19876543{index}")
        town.npi[f"Dr. {name}"] = doctor
        connection.execute(
            insert(Practitioner).values(
                npi=doctor, name=f"Dr. {name} Example", organization_id=town.offices[name]
            )
        )
        town.users[f"office:{name}"] = _user(
            connection, f"{name} office", "provider", "provider", organization=town.offices[name]
        )


def _members(connection, town: Town) -> None:
    for index, code in enumerate(town.contracts):
        name = f"member of {code}"
        number = f"1010101{index:04d}"
        town.members[code] = number
        member_id = connection.execute(
            insert(Member)
            .values(
                number=number,
                family_name="Example",
                given_name=f"Alex{index}",
                birth_date=date(1970, 1, 1 + index),
                address=["7 Elm Street", "Columbus, OH 43085"],
                zip_code="43085",
                email=f"alex{index}@people.example",
            )
            .returning(Member.id)
        ).scalar_one()
        town.member_ids[name] = member_id
        connection.execute(
            insert(CoverageSpan).values(
                member_id=member_id,
                contract_id=town.contracts[code][0],
                starts_on=date(2024, 1, 1),
            )
        )
        town.users[f"member:{name}"] = _user(connection, name, "member", "member", member=member_id)


def add_joe_smith(settings: Settings, town: Town) -> None:
    """The member of the public PAS samples, covered since 2000 by Ohio Medicaid."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        member_id = connection.execute(
            insert(Member)
            .values(
                number="12345678901",
                family_name="SMITH",
                given_name="JOE",
                birth_date=date(1987, 2, 20),
                address=["1 Sample Street", "Columbus, OH 43085"],
                zip_code="43085",
            )
            .returning(Member.id)
        ).scalar_one()
        connection.execute(
            insert(CoverageSpan).values(
                member_id=member_id,
                contract_id=town.contracts["OH-MCD"][0],
                starts_on=date(2000, 1, 1),
            )
        )
    engine.dispose()


def _staff(connection, town: Town) -> None:
    for who, (name, licence) in STAFF.items():
        user = _user(connection, name, "staff", who.rstrip("2"))
        town.users[who] = user
        for contract_id, _version in town.contracts.values():
            connection.execute(insert(UserContract).values(user_id=user, contract_id=contract_id))
        if licence:
            connection.execute(
                insert(Licence).values(
                    user_id=user,
                    kind=licence,
                    state="OH",
                    number=f"OH-{user}",
                    starts_on=date(2015, 1, 1),
                    specialty="Internal medicine",
                )
            )
    connection.execute(
        insert(ReportingLine).values(
            user_id=town.users["nurse"],
            manager_id=town.users["supervisor"],
            starts_on=date(2020, 1, 1),
        )
    )


def _user(connection, name, kind, role, *, organization=None, member=None) -> int:
    role_id = connection.execute(select(Role.id).where(Role.name == role)).scalar()
    if role_id is None:
        role_id = connection.execute(insert(Role).values(name=role).returning(Role.id)).scalar_one()
    user: int = connection.execute(
        insert(User)
        .values(
            email=f"{uuid.uuid4().hex[:10]}@people.example",
            fs_uniquifier=uuid.uuid4().hex,
            name=name,
            kind=kind,
            organization_id=organization,
            member_id=member,
        )
        .returning(User.id)
    ).scalar_one()
    connection.execute(insert(user_role).values(user_id=user, role_id=role_id))
    return user


def _pa_list(connection, town: Town) -> None:
    for contract_id, _version in town.contracts.values():
        connection.execute(
            insert(PaRule),
            [
                {
                    "contract_id": contract_id,
                    "code": code,
                    "label": label,
                    "required": True,
                    "auto_approve_units": auto,
                    "policy": policy,
                    "effective_from": date(2024, 1, 1),
                }
                for code, label, auto, policy in (
                    ("E0601", "CPAP device", None, "MP-014"),
                    ("70551", "MRI of the brain", None, "MP-021"),
                    ("97110", "Therapeutic exercises", 12, "MP-033"),
                )
            ],
        )


def a_submission(town: Town, contract: str = "OH-MCD", **changes) -> Submission:
    """A complete standard request for an MRI by Maple Clinic, received at MONDAY."""
    plain = Submission(
        channel="portal",
        received_at=MONDAY,
        member=MemberAsSent(numbers=(town.members[contract],)),
        requester=ProviderAsSent(npi=town.npi["Dr. Maple"]),
        servicing=ProviderAsSent(npi=town.npi["Birch"]),
        lines=(
            LineAsSent(
                number=1,
                code="70551",
                units=Decimal(1),
                from_date=date(2027, 4, 1),
                to_date=date(2027, 6, 30),
                place="11",
                diagnosis_numbers=(1,),
            ),
        ),
        diagnoses=(DiagnosisAsSent(number=1, code="G89.4"),),
        papers=(PaperAsSent(name="notes.pdf", media_type="application/pdf", content=PDF),),
        filed_by="provider",
    )
    return replace(plain, **changes)
