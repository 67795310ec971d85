"""Members without an account, a real mail server, and the house that writes to them."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import NullPool, create_engine, delete, insert, update

from casework import way_in_post
from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.models import (
    CoverageSpan,
    Member,
    OutboxItem,
    Representative,
    SignInAttempt,
    WayIn,
)
from tests.pages import Pages
from tests.web.conftest import Cast

LINK = re.compile(r"https?://[^\s/]+(/\S+)")


@dataclass
class Postman:
    """A mail server that takes everything; `taken` are address and message."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer == "drop":
            server.transport.abort()
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append((envelope.rcpt_tos[0], message))
        return self.answer

    def texts(self, address: str) -> list[str]:
        """What this address got, the newest last."""
        return [str(m.get_content()) for to, m in self.taken if to == address]

    def link(self, address: str) -> str:
        """The path of the link in the newest e-mail to this address."""
        found = LINK.search(self.texts(address)[-1])
        assert found is not None
        return found[1]


@dataclass
class WaysIn:
    """The house as whoever wants in meets it."""

    cast: Cast
    database: Database
    app: Flask
    post: Postman
    numbers: int = 0

    def answer(self) -> int:
        """Let the post room answer everything that waits."""
        count = 0
        while way_in_post.answer_one(self.database) or self._again():
            count += 1
        return count

    def _again(self) -> bool:
        """On a machine that is too busy the mail server may not answer in time: at once again."""
        if not self.post.answer.startswith("250"):
            return False
        waits = update(OutboxItem).where(
            OutboxItem.topic == "way_in",
            OutboxItem.state == "waiting",
            OutboxItem.next_at > OutboxItem.created_at,
        )
        with self.owner() as connection:
            found = connection.execute(waits.values(next_at=OutboxItem.created_at))
            return bool(found.rowcount)

    def browser(self, *, language: str = "en") -> Pages:
        """A browser of its own."""
        pages = Pages(self.app.test_client())
        pages.client.set_cookie("casework-language", language)
        return pages

    def member(self, name: str, *, contract: int = 0, household: str = "", **more: Any) -> Any:
        """One more member, covered since 2024; the row's values, with the id."""
        self.numbers += 1
        values = {
            "number": f"2020202{self.numbers:04d}",
            "given_name": name,
            "family_name": "Example",
            "birth_date": date(1980, 3, 14),
            "address": ["7 Elm Street", "Columbus, OH 43085"],
            "zip_code": "43085",
            **more,
        }
        with self.owner() as connection:
            number = connection.execute(
                insert(Member).values(**values).returning(Member.id)
            ).scalar_one()
            connection.execute(
                insert(CoverageSpan).values(
                    member_id=number,
                    contract_id=self.cast.contracts[contract],
                    starts_on=date(2024, 1, 1),
                    household=household,
                )
            )
        return {**values, "id": number}

    def form(self, member: Any, name: str, **more: Any) -> int:
        """A form on file by which somebody speaks for this member."""
        values = {"relation": "friend", "starts_on": date(2024, 1, 1), **more}
        with self.owner() as connection:
            return int(
                connection.execute(
                    insert(Representative)
                    .values(member_id=member["id"], name=name, **values)
                    .returning(Representative.id)
                ).scalar_one()
            )

    def owner(self) -> Any:
        """A transaction as the owner of the tables, for what no page can do."""
        return create_engine(self.database.settings.database_owner_url, poolclass=NullPool).begin()

    def account(
        self, member: Any, email: str, *, language: str = "en", known: bool = True
    ) -> Pages:
        """Register this member to the end: a browser that is signed in. `known`: the plan knows the
        address already."""
        if known:
            with self.owner() as connection:
                connection.execute(
                    update(Member).where(Member.id == member["id"]).values(email=email)
                )
        pages = self.browser(language=language)
        pages.get("/member/register")
        pages.post("/member/register", typed(member, email), status=303)
        self.answer()
        pages.get(self.post.link(email))
        pages.post("/member/join", {**born(member), "password": PASSWORD})
        self.answer()
        return pages


PASSWORD = "tulips over lisbon at nine"


def born(member: Any) -> dict[str, str]:
    """The birth date of this member as the fields of a form."""
    day = member["birth_date"]
    return {"born-year": str(day.year), "born-month": str(day.month), "born-day": str(day.day)}


def typed(member: Any, email: str = "", **more: str) -> dict[str, str]:
    """What this member types from the card."""
    said = {"number": member["number"], "zip": member["zip_code"], **born(member)}
    return {**said, **({"email": email} if email else {}), **more}


@pytest.fixture(scope="module")
def ways(settings: Settings, cast: Cast) -> Iterator[WaysIn]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    made = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    database = database_for(made)
    yield WaysIn(cast, database, create_app(made, database), postman)
    database.engine.dispose()
    controller.stop()


@pytest.fixture(autouse=True)
def fresh(ways: WaysIn) -> None:
    """Nobody has tried, nobody was written to."""
    ways.post.taken.clear()
    ways.post.answer = "250 OK"
    with ways.owner() as connection:
        connection.execute(delete(SignInAttempt))
        connection.execute(delete(WayIn))
        connection.execute(delete(OutboxItem).where(OutboxItem.topic == "way_in"))
