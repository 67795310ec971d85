"""Members with cases at every stage, who sign in with one click; all made by the real services."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, select, update

from casework.config import Settings
from casework.db import Database
from casework.models import Case, Member, OutboxItem, User
from casework.records.determinations import LineRuling
from casework.services import determinations, operations, review
from casework.services.intake import submit_prior_auth
from casework.worker import Worker
from tests.builders import MONDAY, a_submission
from tests.pages import Pages
from tests.services import stages
from tests.services.house import House, a_house

DAY = timedelta(days=1)
CONTRACTS = stages.CONTRACTS
NAMES = (("Rosa", "Diaz"), ("Ben", "Okafor"), ("Lena", "Hart"), ("Tom", "Nguyen"), ("Ida", "Marsh"))


@dataclass
class Scene:
    """The house, its settings, and the cases by name."""

    house: House
    settings: Settings
    refs: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.house.town.database

    def user(self, contract: str) -> int:
        """The account of the member of this contract."""
        return self.house.town.users[f"member:member of {contract}"]

    def member_id(self, contract: str) -> int:
        return self.house.town.member_ids[f"member of {contract}"]

    def sign_in(self, app: Flask, contract: str = "OH-MCD", *, language: str = "en") -> Pages:
        """A browser in which the member of this contract has signed in with one click."""
        return self.sign_in_as(app, self.user(contract), language=language)

    def sign_in_as(self, app: Flask, user: int, *, language: str = "en") -> Pages:
        """The same for any account of the demo."""
        pages = Pages(app.test_client())
        pages.client.set_cookie("casework-language", language)
        pages.get("/")
        pages.post("/demo-sign-in", {"person": str(user)})
        return pages

    def post(self, *refs: str) -> None:
        """Let the worker print and send what is owed on these cases; all else waits for a year."""
        with self.database.reading(self.house.cx("system")) as cx:
            ids = list(cx.db.execute(select(Case.id).where(Case.ref.in_(refs))).scalars())
        engine = create_engine(self.settings.database_owner_url)
        with engine.begin() as connection:
            connection.execute(
                update(OutboxItem)
                .where(OutboxItem.state == "waiting", OutboxItem.case_id.not_in(ids))
                .values(next_at=OutboxItem.next_at + timedelta(days=365))
            )
        engine.dispose()
        worker = Worker(self.database)
        try:
            worker.relay()
        finally:
            worker.close()

    def move_to(self, at: datetime) -> None:
        """Move case time forward."""
        operations.move_time(self.database.context(), at)


def a_scene(database: Database, settings: Settings) -> Scene:
    """The house on the first of March 2027; every member of it is a person of the demo."""
    scene = Scene(a_house(database, settings), settings)
    town = scene.house.town
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        named = zip(town.member_ids.items(), NAMES, strict=True)
        for (who, member_id), (given, family) in named:
            connection.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(given_name=given, family_name=family)
            )
            connection.execute(
                update(User)
                .where(User.id == town.users[f"member:{who}"])
                .values(email=f"{given.lower()}@demo.example", name=f"{given} {family}")
            )
    engine.dispose()
    scene.move_to(MONDAY)
    return scene


def with_cases(scene: Scene, contract: str = "OH-MCD") -> Scene:
    """One member with a case of each kind: new, asked, approved, denied, appealed, complained."""
    house, refs = scene.house, scene.refs
    refs["denied"] = stages.a_denial(house, contract)
    scene.post(refs["denied"])  # only what this one needs: printing takes its time
    refs["appealed"] = stages.a_denial(house, contract)
    refs["appeal"] = stages.an_appeal(house, contract, about=refs["appealed"])
    refs["grievance"] = stages.a_grievance(house, contract)
    refs["approved"] = approved(house, contract)
    refs["pended"] = pended(house, contract)
    refs["new"] = submit_prior_auth(house.cx("Maple"), a_submission(house.town, contract)).ref
    return scene


def approved(house: House, contract: str) -> str:
    """A request that the nurse approved."""
    ref = submit_prior_auth(house.cx("Maple"), a_submission(house.town, contract)).ref
    review.start_review(house.cx("nurse"), ref, None)
    ruling: Any = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    determinations.approve(house.cx("nurse"), ref, None, ruling)
    return ref


def pended(house: House, contract: str, source: str = "provider") -> str:
    """A request for which the nurse asked for more."""
    ref = submit_prior_auth(house.cx("Maple"), a_submission(house.town, contract)).ref
    review.start_review(house.cx("nurse"), ref, None)
    review.request_information(
        house.cx("nurse"), ref, None, review.Ask(wanted=("Notes of the exam",), source=source)
    )
    return ref
