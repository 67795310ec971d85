"""Copies in doubt: the carrier's own record is asked, then a person; none is sent to make sure."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from casework.asking import ask_about_all
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Invalid, NotAllowed, StateRefused
from casework.ground import database_for
from casework.models import Case, CaseEvent, Delivery
from casework.queries import alarms as standing_alarms
from casework.queries import stuck
from casework.services import alarms, doubts
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, Town, a_submission, a_town


class DroppingPostman:
    """A server that takes each message, writes it into its log or not, and hangs up."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.log: Path | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep it, log it, and end the line without an answer."""
        self.taken.append(envelope)
        if self.log is not None:
            [named] = [
                line for line in envelope.content.decode().splitlines() if "Message-ID" in line
            ]
            with self.log.open("a") as log:
                log.write(f"mail postfix/cleanup[7]: 4F1: message-id={named.split()[-1]}\n")
        server.transport.abort()
        return "250 OK"


@pytest.fixture(scope="module")
def postman() -> DroppingPostman:
    return DroppingPostman()


@pytest.fixture(scope="module")
def mailing(settings: Settings, postman: DroppingPostman) -> Iterator[Database]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    wired = database_for(
        replace(
            settings,
            smtp_url=f"smtp://127.0.0.1:{port}",
            mail_log=str(settings.data_dir / "mail.log"),
        )
    )
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


def _one(town: Town, worker: Worker) -> tuple[str, Delivery]:
    """A case, and its copy that is in doubt."""
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    worker.relay()
    copy = _copy(town, ref)
    assert copy.state == "in_doubt"
    return ref, copy


def _copy(town: Town, ref: str) -> Delivery:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(
            select(Delivery)
            .join(Case, Case.id == Delivery.case_id)
            .where(Case.ref == ref, Delivery.channel == "email")
        ).scalar_one()


def _answers(town: Town, ref: str) -> list[CaseEvent]:
    with town.database.reading(town.cx("system")) as cx:
        return list(
            cx.db.execute(
                select(CaseEvent)
                .join(Case, Case.id == CaseEvent.case_id)
                .where(Case.ref == ref, CaseEvent.event == "doubt_answered")
            ).scalars()
        )


def test_the_log_of_the_mail_server_settles_a_doubt_and_nothing_is_sent_again(
    town: Town, worker: Worker, mailing: Database, postman: DroppingPostman
) -> None:
    postman.log = Path(mailing.settings.mail_log)
    ref, copy = _one(town, worker)
    sent = len(postman.taken)
    assert ask_about_all(mailing) == 1
    settled = _copy(town, ref)
    assert (settled.state, settled.proof) == ("confirmed", "the log of the mail server names it")
    [told] = _answers(town, ref)
    assert (told.actor_kind, '"left":true' in told.facts) == ("system", True)
    assert ask_about_all(mailing) == 0
    worker.relay()
    assert len(postman.taken) == sent
    assert copy.external_key in postman.log.read_text()


def test_where_no_record_can_tell_a_supervisor_answers_with_a_name(
    town: Town, worker: Worker, mailing: Database, postman: DroppingPostman
) -> None:
    postman.log = None
    ref, copy = _one(town, worker)
    sent = len(postman.taken)
    assert ask_about_all(mailing) == 0
    with mailing.reading(town.cx("supervisor")) as cx:
        assert [row.external_key for row in stuck.doubtful(cx)] == [copy.external_key]
        assert stuck.doubts(cx)[0] == 1
    form = doubts.Answer(delivery_id=copy.id, answer="left", how="The server's administrator.")
    with pytest.raises(NotAllowed):
        doubts.answer_doubt(town.cx("nurse"), ref, None, form)
    with pytest.raises(Invalid):
        doubts.answer_doubt(town.cx("supervisor"), ref, None, replace(form, how=" "))
    doubts.answer_doubt(town.cx("supervisor"), ref, None, form)
    settled = _copy(town, ref)
    assert settled.state == "confirmed"
    assert settled.proof.endswith(": The server's administrator.")
    with pytest.raises(StateRefused):
        doubts.answer_doubt(town.cx("supervisor"), ref, None, form)
    worker.relay()
    assert len(postman.taken) == sent


def test_what_did_not_leave_is_written_down_as_that(
    town: Town, worker: Worker, mailing: Database, postman: DroppingPostman
) -> None:
    postman.log = None
    ref, copy = _one(town, worker)
    sent = len(postman.taken)
    form = doubts.Answer(delivery_id=copy.id, answer="did_not", how="It crashed before.")
    doubts.answer_doubt(town.cx("supervisor"), ref, None, form)
    assert _copy(town, ref).state == "failed"
    worker.relay()
    assert len(postman.taken) == sent


def test_in_the_mail_folder_a_message_lies_or_was_never_sent(
    town: Town, worker: Worker, mailing: Database, settings: Settings
) -> None:
    """Without a server the folder is the carrier: what is not in it goes out for the first time."""
    folder = database_for(settings)
    ref, copy = _one(town, worker)
    assert ask_about_all(folder) == 1
    assert _copy(town, ref).state == "intent"
    alone = Worker(folder)
    alone.relay()
    alone.close()
    assert _copy(town, ref).state == "confirmed"
    assert len(list(settings.mail_dir.glob(f"{copy.external_key}.eml"))) == 1
    with mailing.session(mailing.context(SYSTEM)) as session:
        session.execute(
            update(Delivery).where(Delivery.id == copy.id).values(state="in_doubt", proof="")
        )
        session.commit()
    assert ask_about_all(folder) == 1
    assert _copy(town, ref).proof == "it lies in the mail folder"
    folder.engine.dispose()


def test_a_doubt_of_more_than_a_day_is_an_alarm(
    town: Town, worker: Worker, mailing: Database, postman: DroppingPostman
) -> None:
    postman.log = None
    ref, copy = _one(town, worker)
    for hours, raised in ((1, 0), (25, 1)):
        move_time(mailing.context(), MONDAY + timedelta(hours=hours))
        alarms.begin_anew(mailing.context(), "integrity")
        while not alarms.look_on(mailing.context(), "integrity").ended:
            pass
        with mailing.reading(town.cx("supervisor", MONDAY + timedelta(hours=hours))) as cx:
            standing = [
                row for row in standing_alarms.of_cases(cx) if row.code == "delivery_in_doubt"
            ]
            assert len(standing) == raised
            assert stuck.doubts(cx)[1] > 3600 * (hours - 1)
    assert standing[0].ref == ref
    assert copy.state == "in_doubt"
