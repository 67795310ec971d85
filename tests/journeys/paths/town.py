"""The town in which the paths are walked: for each contract one member who reads English and one
who reads Spanish, everybody signs in with one click, and time moves on as the paths need it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import create_engine, insert, select, update

from casework.config import Settings
from casework.context import Context
from casework.db import Database
from casework.integrity import KINDS
from casework.models import (
    Alarm,
    CoverageSpan,
    Member,
    PaRule,
    ReviewOrganization,
    Role,
    User,
    user_role,
)
from casework.services import alarms
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, STAFF
from tests.services.house import House, a_house
from tests.services.stages import Sight, look

NAMES = {
    ("OH-MCD", "en"): ("Rosa", "Bell"),
    ("OH-MCD", "es"): ("Luz", "Prado"),
    ("OH-QHP", "en"): ("Ben", "Okafor"),
    ("OH-QHP", "es"): ("Marta", "Solis"),
    ("OH-MA", "en"): ("Lena", "Hart"),
    ("OH-MA", "es"): ("Elvira", "Campos"),
    ("OH-MCD-2026", "en"): ("Tom", "Nguyen"),
    ("OH-MCD-2026", "es"): ("Ines", "Robles"),
    ("MA-2026", "en"): ("Ida", "Marsh"),
    ("MA-2026", "es"): ("Hugo", "Lara"),
    ("IN-QHP", "en"): ("Cal", "Winter"),
    ("IN-QHP", "es"): ("Pilar", "Nieto"),
}
SPANISH = {"70551": "Resonancia del cerebro", "E0601": "Aparato CPAP", "97110": "Ejercicios"}
# Who reviews besides the three of Ohio that the house has.
BODIES = (
    ("ire", None, "Review Entity 2027"),
    ("state_fair_hearing", None, "State Hearings"),
    ("iro", "IN", "Hoosier Review"),
    ("iro", "IN", "Wabash Review"),
    ("iro", "IN", "Monument Review"),
)


@dataclass
class Town:
    """The house, its settings, and its members by contract and language."""

    house: House
    settings: Settings
    worker: Worker
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.house.town.database

    @property
    def now(self) -> datetime:
        """The time of the cases, which these paths move."""
        return self.database.case_now()

    def cx(self, who: str) -> Context:
        """Somebody of the plan or of an office, now."""
        return self.house.cx(who, self.now)

    def look(self, ref: str) -> Sight:
        """A case with all that hangs on it."""
        return look(self.house, ref)

    def later(self, **much: int) -> None:
        """So much time passes, and the clocks of all cases are swept as they run."""
        self.until(self.now + timedelta(**much))

    def until(self, at: datetime) -> None:
        """Time passes until then. Letters that are owed leave before and after."""
        self.worker.relay()
        move_time(self.database.context(), at.astimezone(UTC))
        self.worker.sweep()
        self.worker.relay()

    def alarms(self) -> list[str]:
        """What a whole round over the house finds wrong now."""
        for name in ("integrity", "marks"):
            alarms.begin_anew(self.database.context(), name)
            while not alarms.look_on(self.database.context(), name).ended:
                pass
        with self.database.reading(self.database.context()) as cx:
            found = cx.db.execute(select(Alarm).where(Alarm.ended_at.is_(None))).scalars()
            return [f"{each.code}: {each.says}" for each in found if each.code in KINDS]


def a_town(database: Database, settings: Settings) -> Town:
    """The town on the first of March 2027, without a case."""
    house = a_house(database, settings, indiana=True)
    town = Town(house, settings, Worker(database))
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for who in (*STAFF, "office:Maple"):
            user = update(User).where(User.id == house.town.users[who])
            connection.execute(user.values(email=f"{who.replace(':', '.')}@demo.example"))
        for index, (key, name) in enumerate(NAMES.items()):
            _member(connection, town, key, name, number=f"3030303{index:04d}")
        for code, label in SPANISH.items():
            connection.execute(update(PaRule).where(PaRule.code == code).values(label_es=label))
        for body, state, name in BODIES:
            connection.execute(
                insert(ReviewOrganization).values(
                    name=name,
                    body=body,
                    state=state,
                    address=["PO Box 27", "Columbus, OH 43085"],
                    phone="1-800-555-0150",
                    exchange="hand",
                )
            )
    engine.dispose()
    move_time(database.context(), MONDAY)
    return town


def _member(connection, town: Town, key: tuple[str, str], name: tuple[str, str], *, number: str):
    """A member of this contract who reads this language, with an account."""
    contract, language = key
    given, family = name
    town.numbers[key] = number
    town.ids[key] = connection.execute(
        insert(Member)
        .values(
            number=number,
            given_name=given,
            family_name=family,
            birth_date=date(1970, 1, 1),
            address=["7 Elm Street", "Columbus, OH 43085"],
            zip_code="43085",
            language=language,
        )
        .returning(Member.id)
    ).scalar_one()
    connection.execute(
        insert(CoverageSpan).values(
            member_id=town.ids[key],
            contract_id=town.house.town.contracts[contract][0],
            starts_on=date(2024, 1, 1),
        )
    )
    user = connection.execute(
        insert(User)
        .values(
            email=f"{given.lower()}.{family.lower()}@demo.example",
            fs_uniquifier=f"path-{number}",
            name=f"{given} {family}",
            kind="member",
            member_id=town.ids[key],
        )
        .returning(User.id)
    ).scalar_one()
    role = connection.execute(select(Role.id).where(Role.name == "member")).scalar_one()
    connection.execute(insert(user_role).values(user_id=user, role_id=role))
