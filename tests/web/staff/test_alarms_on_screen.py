"""Nothing silent on screen: the banner on every page of the staff, alarms where people look."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from casework import now
from casework.services import alarms, operations
from tests.browser import Served, axe, opened, wider_than_window
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import Desk

BANNER = "Timers are not running."
WATCHERS = ("supervisor", "compliance", "admin")
LOST = "delete from clock_mark where case_id = (select id from cases where ref = :ref)"


@pytest.fixture(scope="module")
def ref(desk: Desk) -> str:
    """A case with one step of its ladder deleted behind our backs, found by a round."""
    made = desk.in_review("robbed")
    desk.sweep()
    owner = create_engine(desk.settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(text(f"{LOST} and step = '75'"), {"ref": made})
    database = desk.town.database
    alarms.begin_anew(database.context(), "integrity")
    while not alarms.look_on(database.context(), "integrity").ended:
        pass
    return made


def _beat(desk: Desk, seconds_ago: float) -> None:
    owner = create_engine(desk.settings.database_owner_url)
    at = now.wall() - timedelta(seconds=seconds_ago)
    operations.heartbeat(desk.town.database.context(), "sweep")
    with owner.begin() as connection:
        connection.execute(text("update heartbeat set at = :at where name = 'sweep'"), {"at": at})
    owner.dispose()


def _addresses(app: Flask, ref: str) -> list[str]:
    """Every address of the staff's pages that can be made of a case."""
    values = {"ref": ref, "trigger": "refer_to_physician", "kind": "appeal", "code": "OH-MCD"}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            ours = rule.endpoint.startswith(("staff.", "account."))
            if ours and "GET" in (rule.methods or ()) and rule.arguments <= set(values):
                given = {name: values[name] for name in rule.arguments}
                found.append(str(app.url_map.bind("localhost").build(rule.endpoint, given)))
    return sorted(set(found))


@pytest.mark.parametrize("who", ["nurse", "supervisor", "admin"])
def test_every_page_of_the_staff_says_that_the_timers_stand_still(
    desk: Desk, app: Flask, ref: str, who: str
) -> None:
    client = desk.sign_in(app, who).client
    app.extensions.pop("casework.heard_of_a_sweep", None)
    _beat(desk, seconds_ago=120)
    seen = []
    for address in _addresses(app, ref):
        answer = client.get(address)
        if answer.mimetype == "text/html" and "<html" in answer.text:
            seen.append(address)
            assert BANNER in answer.text, address
    assert len(seen) >= 8, seen
    assert BANNER in client.get("/staff/nothing-of-this-name").text, "also where there is no page"
    assert client.get("/readyz").json["status"] == "degraded"
    assert client.get("/readyz").status_code == 200
    assert BANNER in client.get("/staff/timers").text
    _beat(desk, seconds_ago=0)
    for address in seen:
        assert BANNER not in client.get(address).text, address
    assert client.get("/staff/timers").status_code == 204


def test_an_alarm_stands_on_the_page_of_its_case_and_in_the_inbox(desk, app, ref) -> None:
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{ref}")
    assert "An alarm stands on this case" in page.text
    assert "A step of a ladder is gone or was moved." in page.text
    assert "casework integrity --mend" in page.text
    page = desk.sign_in(app, "compliance").get("/staff/")
    assert "An alarm stands on the case" in page.text
    other = desk.open("sound")
    assert "alarm" not in desk.sign_in(app, "nurse").get(f"/staff/cases/{other}").text.lower()


def test_the_operation_page_lists_alarms_within_reach_and_what_mends_them(desk, app, ref) -> None:
    for who in WATCHERS:
        page = desk.sign_in(app, who).get("/staff/operations")
        assert "Alarms that stand" in page.text
        assert (ref in page.text) is (who != "admin"), "an administrator sees no case"
        assert "Every history and every chain, verified" in page.text
    page = desk.sign_in(app, "compliance").get("/staff/operations")
    assert "writes the step again" in page.text


def test_machines_count_alarms_by_code(desk: Desk, app: Flask, ref: str) -> None:
    client = app.test_client()
    assert client.get("/readyz").json["alarms"] == 1
    figures = client.get("/metrics").text
    assert 'casework_alarms{code="mark_missing"} 1.0' in figures
    assert 'casework_alarms{code="letter_stuck"} 0.0' in figures


def test_a_nightly_check_that_is_late_makes_the_house_degraded(desk, app, ref) -> None:
    _beat(desk, seconds_ago=0)
    owner = create_engine(desk.settings.database_owner_url)
    shift = "update check_round set started_at = started_at {0} interval '2 days'"
    with owner.begin() as connection:
        connection.execute(text(shift.format("-")))
    answer = app.test_client().get("/readyz").json
    assert (answer["status"], "audit" in answer["checks_late"]) == ("degraded", True)
    page = desk.sign_in(app, "admin").get("/staff/operations")
    assert "late" in page.text
    with owner.begin() as connection:
        connection.execute(text(shift.format("+")))
    assert app.test_client().get("/readyz").json["status"] == "ok"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_page_that_stays_open_tells_within_a_minute_and_takes_it_back(
    chromium: Any, house: Served, desk: Desk, ref: str
) -> None:
    _beat(desk, seconds_ago=84)
    with opened(chromium, house, width=1280) as page:
        page.clock.install()
        sign_in(page, "supervisor")
        banner = page.get_by_text(BANNER)
        assert banner.count() == 0, "a sweep is good for 90 seconds"
        _beat(desk, seconds_ago=300)
        # A sweep that the server has heard of is good for its 90 seconds; only then it asks again.
        for _ in range(9):
            page.wait_for_timeout(11_000)
            with page.expect_response("**/staff/timers") as asked:
                page.clock.fast_forward(61_000)
            if asked.value.status == 200:
                break
        assert asked.value.status == 200, "the sweep is older than 90 seconds"
        banner.wait_for()
        assert axe(page) == []
        _beat(desk, seconds_ago=0)
        page.clock.fast_forward(61_000)
        expect(page.locator("#timers > *")).to_have_count(0)
    with opened(chromium, house, width=320) as page:
        sign_in(page, "supervisor")
        page.goto("/staff/operations")
        assert axe(page) == []
        assert wider_than_window(page) == 0
