"""Time travel, where it ends: nowhere but in the demo, never in production, and Ohio's calendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from casework import ground, now
from casework.app import create_app
from casework.config import Settings
from casework.context import SYSTEM
from casework.errors import NotAllowed
from casework.ground import database_for
from casework.models import TimeOffset
from casework.services import operations
from casework.web import time_travel
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast
from tests.web.test_second_factor import Visitor

DAY = timedelta(days=1)


def test_outside_the_demo_there_is_neither_strip_nor_route(app: Flask, cast: Cast) -> None:
    assert [r for r in app.url_map.iter_rules() if "time-travel" in r.rule] == []
    pages = Pages(app.test_client())
    pages.sign_in(cast.email("nurse"), PASSWORD)
    assert "travel" not in pages.page.html
    assert "time-travel" not in pages.page.html
    for client in (pages.client, app.test_client()):
        assert client.get("/time-travel").status_code == 404
        assert client.post("/time-travel", data={"by": "week"}).status_code == 404


@pytest.mark.parametrize("demo", [False, True])
def test_in_production_time_cannot_be_moved(settings: Settings, cast: Cast, demo: bool) -> None:
    """Even if its settings said demo, which the reading of settings refuses: no strip, no route,
    the command refuses, and an offset that somebody wrote by hand is not read."""
    made = replace(settings, env="production", demo=demo, trusted_hosts=("plan.example",))
    database = database_for(made)
    site = create_app(database=database)
    assert [r for r in site.url_map.iter_rules() if "time-travel" in r.rule] == []
    visitor = Visitor.of(site)
    visitor.get("/")
    assert "travel" not in visitor.pages.page.html
    data = {**visitor.pages.page.form("/"), "by": "week"}
    for client in (visitor.pages.client, site.test_client()):
        for answer in (
            client.get("/time-travel", base_url="https://plan.example"),
            client.post("/time-travel", data=data, base_url="https://plan.example"),
        ):
            assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        operations.move_time(database.context(SYSTEM), now.wall() + DAY)
    with cast.database.engine.begin() as connection:
        connection.execute(update(TimeOffset).values(seconds=TimeOffset.seconds + 86400))
    assert abs(database.case_now() - now.wall()) < timedelta(minutes=1)
    database.engine.dispose()


@pytest.mark.parametrize(
    ("typed", "at", "instant"),
    [
        ("2026-07-01T09:00", (2026, 6, 1, 0), (2026, 7, 1, 13, 0)),
        ("2026-12-01 09:00", (2026, 6, 1, 0), (2026, 12, 1, 14, 0)),
        # The hour that comes twice: the first, and once that has passed, the second.
        ("2026-11-01T01:30", (2026, 11, 1, 4), (2026, 11, 1, 5, 30)),
        ("2026-11-01T01:30", (2026, 11, 1, 6), (2026, 11, 1, 6, 30)),
    ],
)  # fmt: skip
def test_what_is_typed_is_the_time_of_ohio(
    typed: str, at: tuple[int, int, int, int], instant: tuple[int, int, int, int, int]
) -> None:
    read = time_travel.read_moment(typed, now=datetime(*at, tzinfo=UTC))
    assert read == datetime(*instant, tzinfo=UTC)


def test_the_hour_that_is_left_out_in_spring_is_no_moment(app: Flask) -> None:
    before = datetime(2027, 3, 1, tzinfo=UTC)
    with app.test_request_context(), pytest.raises(time_travel.WrongMoment, match="left out"):
        time_travel.read_moment("2027-03-14T02:30", now=before)


def test_a_day_later_is_the_same_hour_whatever_the_clocks_do() -> None:
    before = datetime(2027, 3, 13, 14, 0, tzinfo=UTC)  # 9 am, the day before clocks go forward
    assert time_travel.stepped(before, "day") == datetime(2027, 3, 14, 13, 0, tzinfo=UTC)
    assert time_travel.stepped(before, "week") == datetime(2027, 3, 20, 13, 0, tzinfo=UTC)
    assert time_travel.stepped(before, "hour") == datetime(2027, 3, 13, 15, 0, tzinfo=UTC)


def test_after_a_move_the_sweep_is_rung_before_the_letters() -> None:
    assert ground.bells_for({"time"}) == ("sweep", "relay")
    assert ground.bells_for({"letter", "time"}) == ("sweep", "relay")
    assert ground.bells_for({"letter", "pointer"}) == ("relay",)
    assert ground.bells_for({"notice"}) == ()


def test_the_bells_lie_in_the_broker_in_this_order(settings: Settings) -> None:
    ground.bell_of(settings)(frozenset({"time"}))
    lying = sorted((settings.broker_dir / "bells").glob("*.msg"))
    assert [
        next(bell for bell in ("sweep", "relay") if f'"casework.{bell}"' in each.read_text())
        for each in lying
    ] == ["sweep", "relay"]
