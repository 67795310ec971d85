"""Timers that stand still: told to machines and to the staff, to nobody else, and told in time."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from casework import now
from casework.models import Heartbeat, OutboxItem
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast


def beat(cast: Cast, *, seconds_ago: float) -> None:
    at = now.wall() - timedelta(seconds=seconds_ago)
    with cast.database.engine.begin() as connection:
        connection.execute(
            insert(Heartbeat)
            .values(name="sweep", at=at, rounds=1)
            .on_conflict_do_update(index_elements=["name"], set_={"at": at})
        )


def test_stopped_timers_are_degraded_and_shown_to_staff_only(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for age, status, shown in ((95, "degraded", True), (5, "ok", False)):
        beat(cast, seconds_ago=age)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["status"]) == (200, status)
        page = Pages(app.test_client()).sign_in(cast.email("nurse"), PASSWORD)
        assert ("Timers are not running." in page.text) is shown
        page = Pages(app.test_client()).sign_in(cast.email("member"), PASSWORD)
        assert "Timers" not in page.text
    with cast.database.engine.begin() as connection:
        connection.execute(delete(Heartbeat))
    assert client.get("/readyz").json["status"] == "degraded"


def test_a_sweep_that_was_heard_of_is_good_for_its_ninety_seconds(app: Flask, cast: Cast) -> None:
    """Pages do not ask for the timers each time; they tell all the same when they stop."""
    beat(cast, seconds_ago=0)
    browser = Pages(app.test_client())
    start = now.wall()
    for seconds, shown in ((0, False), (80, False), (100, True), (160, True)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            page = (
                browser.get("/staff/")
                if seconds
                else browser.sign_in(cast.email("nurse"), PASSWORD)
            )
            assert ("Timers are not running." in page.text) is shown, seconds


def test_readiness_tells_how_much_waits(app: Flask, cast: Cast) -> None:
    beat(cast, seconds_ago=1)
    made = cast.database.case_now() - timedelta(seconds=70)
    with cast.database.engine.begin() as connection:
        for key, state in (("a", "waiting"), ("b", "waiting"), ("c", "done"), ("d", "parked")):
            connection.execute(
                insert(OutboxItem).values(
                    topic="letter", dedupe_key=key, state=state, next_at=made, created_at=made
                )
            )
    facts = app.test_client().get("/readyz").json
    assert (facts["outbox_waiting"], facts["outbox_parked"]) == (2, 1)
    assert 69 < facts["outbox_oldest_seconds"] < 90
    assert "casework_outbox_waiting 2.0" in app.test_client().get("/metrics").text
    with cast.database.engine.begin() as connection:
        connection.execute(delete(OutboxItem))
