"""E-mail points to the portal through a real SMTP server, says nothing of health, and goes once."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.ground import database_for
from casework.models import Case, Delivery, Letter, OutboxItem
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, Town, a_submission, a_town


class Postman:
    """What the server does with a message, as the test tells it."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep it, and answer as told; `drop` ends the line after the data came."""
        self.taken.append(envelope)
        if self.answer == "drop":
            server.transport.abort()
        return self.answer


@pytest.fixture(scope="module")
def postman() -> Postman:
    return Postman()


@pytest.fixture(scope="module")
def mailing(settings: Settings, postman: Postman) -> Iterator[Database]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    wired = database_for(replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"))
    yield wired
    wired.engine.dispose()
    controller.stop()


@pytest.fixture(scope="module")
def town(mailing: Database, settings: Settings) -> Town:
    made = a_town(mailing, settings)
    move_time(mailing.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(mailing: Database) -> Iterator[Worker]:
    one = Worker(mailing)
    yield one
    one.close()


@pytest.fixture(autouse=True)
def fresh(postman: Postman) -> None:
    postman.taken.clear()
    postman.answer = "250 OK"


def _pointers(database: Database, ref: str) -> list[str]:
    with database.reading(database.context(SYSTEM)) as cx:
        return list(
            cx.db.execute(
                select(Delivery.state)
                .join(Case, Case.id == Delivery.case_id)
                .where(Case.ref == ref, Delivery.channel == "email")
            ).scalars()
        )


def _letters(database: Database) -> set[str]:
    with database.reading(database.context(SYSTEM)) as cx:
        return set(cx.db.execute(select(Letter.state)).scalars())


def test_a_pointer_says_nothing_of_health_and_goes_once(
    town: Town, worker: Worker, mailing: Database, postman: Postman
) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    worker.relay()
    worker.relay()
    [envelope] = postman.taken
    said = envelope.content.decode()
    assert envelope.rcpt_tos == ["office@maple.example"]
    assert "You have a new letter" in said
    for secret in (ref, "Alex", "Example,", "M54", "MRI", "PA-"):
        assert secret not in said
    assert _pointers(mailing, ref) == ["confirmed"]


def test_a_refusal_is_tried_again_and_given_up_in_the_end_while_the_letter_has_left(
    town: Town, worker: Worker, mailing: Database, postman: Postman
) -> None:
    postman.answer = "451 later"
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    worker.relay()
    assert _pointers(mailing, ref) == ["intent"]
    assert _letters(mailing) == {"sent"}, "a clock never waits for an e-mail"
    postman.answer = "250 OK"
    move_time(mailing.context(), worker_time(mailing, seconds=30))
    worker.relay()
    assert _pointers(mailing, ref) == ["confirmed"]
    assert len(postman.taken) == 2


def test_a_line_that_drops_after_the_message_leaves_it_in_doubt_and_nobody_sends_again(
    town: Town, worker: Worker, mailing: Database, postman: Postman
) -> None:
    postman.answer = "drop"
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    worker.relay()
    assert _pointers(mailing, ref) == ["in_doubt"]
    postman.answer = "250 OK"
    move_time(mailing.context(), worker_time(mailing, seconds=3600))
    worker.relay()
    assert len(postman.taken) == 1
    assert _pointers(mailing, ref) == ["in_doubt"]


def test_an_absent_server_costs_time_and_is_given_up_after_five_tries(
    town: Town, worker: Worker, mailing: Database, settings: Settings
) -> None:
    away = database_for(replace(settings, smtp_url="smtp://127.0.0.1:9"))
    alone = Worker(away)
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    for _ in range(6):
        alone.relay()
        move_time(mailing.context(), worker_time(mailing, seconds=700))
    alone.close()
    assert _pointers(mailing, ref) == ["failed"]
    with mailing.reading(mailing.context(SYSTEM)) as cx:
        parked = cx.db.execute(select(OutboxItem).where(OutboxItem.state == "parked")).scalars()
        assert [item.topic for item in parked] == ["pointer"]
    away.engine.dispose()


def worker_time(database: Database, *, seconds: int) -> Any:
    """Case time so many seconds from now."""
    return database.case_now() + timedelta(seconds=seconds)
