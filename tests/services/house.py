"""A House is a town with more people: a clinician below the one who denies, one who may see
restricted cases, four review organizations and, where asked, a contract of Indiana."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import create_engine, insert, select

from casework.context import Context, Principal
from casework.models import (
    Case,
    Contract,
    ContractVersion,
    CoverageSpan,
    ExternalReview,
    Licence,
    Member,
    ReportingLine,
    ReviewOrganization,
    Role,
    User,
    UserContract,
    user_role,
)
from casework.seed import contracts
from tests.builders import MONDAY, Town, a_town

IROS = ("Amber Review", "Beacon Review", "Cedar Review", "Dune Review")


@dataclass
class House:
    """A town with more people. `extra` are their user ids by name; `denials` are requests whose
    denial was told, `upheld` appeals that were upheld and told, by contract."""

    town: Town
    extra: dict[str, int] = field(default_factory=dict)
    iros: dict[str, int] = field(default_factory=dict)
    denials: dict[str, str] = field(default_factory=dict)
    upheld: dict[str, str] = field(default_factory=dict)

    def cx(self, who: str, now: datetime = MONDAY) -> Context:
        """The context of somebody of the house at `now`."""
        if who not in self.extra:
            return self.town.cx(who, now)
        principal = Principal(
            kind="user",
            id=self.extra[who],
            name=who.title(),
            roles=frozenset({"ag_specialist" if who == "keeper" else "ag_clinician"}),
            reach="contracts",
            ids=tuple(contract for contract, _ in self.town.contracts.values()),
            restricted=who in ("guardian", "keeper"),
        )
        return Context(now=now, principal=principal, database=self.town.database)

    def user(self, who: str) -> int:
        """The id of somebody of the house."""
        return self.extra.get(who) or self.town.users[who]

    def told(self, contract: str) -> str:
        """A denied request of this contract whose notice has left."""
        return self.denials[contract]

    def reviews_of(self, ref: str) -> list[str]:
        """The outside reviews that are about this case."""
        with self.town.database.reading(self.cx("system")) as cx:
            about = select(Case.id).where(Case.ref == ref).scalar_subquery()
            rows = cx.db.execute(
                select(Case.ref)
                .join(ExternalReview, ExternalReview.case_id == Case.id)
                .where(ExternalReview.about_case_id == about)
                .order_by(Case.id)
            ).scalars()
            return list(rows)

    def member(self, contract: str, now: datetime = MONDAY) -> Context:
        """The context of the member of this contract."""
        return self.town.cx(f"member of {contract}", now)


def a_house(database, settings, *, indiana: bool = False) -> House:
    """The town of the builders, with the people and organizations that appeals need."""
    house = House(a_town(database, settings))
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for who, role, restricted in (
            ("junior", "ag_clinician", False),
            ("guardian", "ag_clinician", True),
            ("keeper", "ag_specialist", True),
        ):
            house.extra[who] = _person(connection, house.town, who, role, restricted=restricted)
        connection.execute(
            insert(ReportingLine).values(
                user_id=house.extra["junior"],
                manager_id=house.town.users["physician"],
                starts_on=date(2020, 1, 1),
            )
        )
        for name in IROS:
            house.iros[name] = connection.execute(
                insert(ReviewOrganization)
                .values(
                    name=name,
                    body="iro",
                    state="OH",
                    address=["9 Review Road", "Columbus, OH 43085"],
                    phone="1-800-555-0160",
                    # The tests ask for the packets that they look at.
                    exchange="hand",
                )
                .returning(ReviewOrganization.id)
            ).scalar_one()
        if indiana:
            _indiana(connection, house.town)
    engine.dispose()
    return house


def _indiana(connection, town: Town) -> None:
    """A sixth contract, of a State whose law takes a missed request as approved."""
    known = next(each for each in contracts.specified() if each["code"] == "OH-QHP")
    contract_id = connection.execute(
        insert(Contract)
        .values(code="IN-QHP", name="Indiana Marketplace", line="marketplace", state="IN")
        .returning(Contract.id)
    ).scalar_one()
    terms = {
        **known["terms"],
        "id": "IN-QHP",
        "state": "IN",
        "time_zone": "America/Indiana/Indianapolis",
        "layers": ["owner", "federal", "state:in"],
    }
    version_id = connection.execute(
        insert(ContractVersion)
        .values(
            contract_id=contract_id,
            version=1,
            effective_from=date(2024, 1, 1),
            terms=terms,
            plan=known["plan"],
            workflow={"licence_states": ["IN", "OH"]},
            created_at=MONDAY,
        )
        .returning(ContractVersion.id)
    ).scalar_one()
    town.contracts["IN-QHP"] = (contract_id, version_id)
    town.members["IN-QHP"] = "10101019999"
    member_id = connection.execute(
        insert(Member)
        .values(
            number="10101019999",
            family_name="Example",
            given_name="Indy",
            birth_date=date(1970, 1, 1),
            address=["7 Elm Street", "Muncie, IN 47302"],
            zip_code="47302",
        )
        .returning(Member.id)
    ).scalar_one()
    connection.execute(
        insert(CoverageSpan).values(
            member_id=member_id, contract_id=contract_id, starts_on=date(2024, 1, 1)
        )
    )
    staff = connection.execute(select(UserContract.user_id).distinct()).scalars().all()
    connection.execute(
        insert(UserContract),
        [{"user_id": user_id, "contract_id": contract_id} for user_id in staff],
    )


def _person(connection, town: Town, who: str, role: str, *, restricted: bool) -> int:
    user = connection.execute(
        insert(User)
        .values(
            email=f"{uuid.uuid4().hex[:10]}@people.example",
            fs_uniquifier=uuid.uuid4().hex,
            name=who.title(),
            kind="staff",
            sees_restricted=restricted,
        )
        .returning(User.id)
    ).scalar_one()
    role_id = connection.execute(select(Role.id).where(Role.name == role)).scalar_one()
    connection.execute(insert(user_role).values(user_id=user, role_id=role_id))
    for contract_id, _version in town.contracts.values():
        connection.execute(insert(UserContract).values(user_id=user, contract_id=contract_id))
    if role == "ag_clinician":
        connection.execute(
            insert(Licence).values(
                user_id=user,
                kind="MD",
                state="OH",
                number=f"OH-{user}",
                starts_on=date(2015, 1, 1),
                specialty="Neurology",
            )
        )
    return user
