"""Time travel on a desk with work: the deadline comes, the escalation opens, the letter leaves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, update

from casework.app import create_app
from casework.db import Database
from casework.ground import bells_for, database_for
from casework.models import Case, ClockMark, Escalation, Letter, Obligation, User
from casework.queries import time_travel as travelled
from casework.queries.due import time_left
from casework.services import operations
from casework.worker import Worker
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import MONDAY, Town
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import DAY, Desk

OHIO = ZoneInfo("America/New_York")


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """Requests whose time runs out one after the other; what lies behind them has fired."""
    for name, days in (("first", 14), ("second", 12)):
        desk.in_review(name, received_at=MONDAY - days * DAY)
    desk.denied("denied")
    desk.sweep()


@pytest.fixture(scope="module")
def living(demo: Database, desk: Desk) -> Iterator[Flask]:
    """The same house with timers: each bell is answered at once by a real worker."""
    worker = Worker(database_for(demo.settings))

    def ring(topics: frozenset[str]) -> None:
        for bell in bells_for(topics):
            getattr(worker, bell)()

    database = database_for(demo.settings, ring=ring)
    yield create_app(database=database)
    worker.close()
    for each in (worker.database, database):
        each.engine.dispose()


def on(town: Town, statement: Any) -> Any:
    """The one value that this statement finds in the whole house."""
    with town.database.reading(town.database.context()) as cx:
        return cx.db.execute(statement).scalar_one()


def figures(text: str) -> dict[str, int]:
    """What the page counts, by its words."""
    names = (
        "Steps of the ladder that fired", "Escalations with a number", "Obligations raised",
        "Letters that left", "Letters on their way",
    )  # fmt: skip
    words = " ".join(text.split())
    return {name: int(words.split(name)[1].split()[0].replace(",", "")) for name in names}


@pytest.mark.browser
def test_to_the_next_deadline_and_its_escalation_appears_on_the_desk(
    chromium: Any, house: Served, desk: Desk
) -> None:
    """In real Chromium, with timers that answer late: the page says so, and looks on by itself."""
    ref = desk.refs["first"]
    _move_to_just_before_the_end_of(desk, ref)
    with opened(chromium, house) as page:
        sign_in(page, "nurse")
        page.get_by_role("button", name="to the next deadline").click()
        page.wait_for_selector(".moved")
        assert "The timers have not answered yet." in page.inner_text("#time-since")
        assert figures(page.inner_text("#time-since"))["Escalations with a number"] == 0
        _sound(page, "told, before the timers answer")
        desk.sweep()
        page.wait_for_selector("#time-since :text('looked at every clock')", timeout=5000)
        number = on(desk.town, _escalation(desk, ref))
        assert number in page.inner_text("#time-since")
        assert figures(page.inner_text("#time-since"))["Obligations raised"] == 1
        _sound(page, "told, after the timers answered")
        page.goto("/staff/")
        assert page.locator(".moved").count() == 0, "told once"
        [line] = [e for e in page.locator(".told__one").all() if ref in e.inner_text()]
        assert number in line.inner_text()
        assert "late" in page.locator("tr", has_text=ref).first.inner_text()


def test_what_happened_is_counted_and_the_letter_carries_the_moved_date(
    desk: Desk, living: Flask
) -> None:
    pages = desk.sign_in(living, "supervisor")
    before = desk.town.database.case_now()
    pages.get("/staff/?tab=all")
    pages.post("/time-travel", {"by": "week"})
    assert pages.location == "/staff/?tab=all"
    page = pages.follow()
    after = before + 7 * DAY
    wanted = {
        "Steps of the ladder that fired": _count(Escalation, Escalation.opened_at >= after),
        "Escalations with a number": _count(
            Escalation, (Escalation.opened_at >= after) & (Escalation.ref != "")
        ),
        "Obligations raised": _count(Obligation, Obligation.raised_at >= after),
        "Letters that left": _count(Letter, Letter.sent_at >= after),
        "Letters on their way": _count(Letter, Letter.state.in_(("due", "deposited"))),
    }
    counted = {name: on(desk.town, statement) for name, statement in wanted.items()}
    assert figures(page.text) == counted
    assert counted["Escalations with a number"] >= 1
    assert counted["Letters that left"] >= 1
    assert counted["Letters on their way"] == 0
    assert desk.refs["second"] in page.text
    printed = on(
        desk.town,
        select(Letter.printed_on).order_by(Letter.id).where(Letter.state == "sent").limit(1),
    )
    assert printed == after.astimezone(OHIO).date()


def test_a_member_is_told_the_counts_and_no_number_of_anybody(desk: Desk, living: Flask) -> None:
    member = desk.town.users["member:member of OH-MCD"]
    _demo_address(desk, member)
    desk.town.users["a member"] = member
    pages = desk.sign_in(living, "a member")
    pages.get("/member/")
    pages.post("/time-travel", {"by": "week"})
    told = pages.follow().text.split("What happened since then:")[1].split("Look again")[0]
    assert "Steps of the ladder that fired" in told
    assert "ESC-" not in told
    assert "PA-" not in told


def test_the_next_mark_is_the_first_that_waits(desk: Desk) -> None:
    with desk.town.database.reading(desk.town.database.context()) as cx:
        found = travelled.next_mark(cx)
        waiting = cx.db.execute(
            select(func.min(ClockMark.fire_at)).where(
                ClockMark.state == "pending", ClockMark.fire_at > cx.now
            )
        ).scalar()
        late = travelled.next_mark(cx.but(now=cx.now + timedelta(days=4000)))
    assert found == waiting
    assert late is None


def test_a_due_of_another_year_names_its_year() -> None:
    due = MONDAY - 300 * DAY
    assert time_left(due, MONDAY, "America/New_York").words.startswith("May 5, 2026, 11:00 am")
    assert time_left(due, due + 5 * DAY, "America/New_York").words.startswith("Tue May 5 11:00 am")


def _sound(page: Any, where: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == [], where
        assert wider_than_window(page) == 0, where


def _case(desk: Desk, ref: str) -> int:
    found: int = on(desk.town, select(Case.id).where(Case.ref == ref))
    return found


def _escalation(desk: Desk, ref: str) -> Any:
    """The number under which this case was escalated when its time ran out."""
    return (
        select(Escalation.ref)
        .where(Escalation.case_id == _case(desk, ref), Escalation.clock == "decision")
        .where(Escalation.ref != "")
    )


def _move_to_just_before_the_end_of(desk: Desk, ref: str) -> None:
    """A minute before the last step of this case's decision clock; what lies behind it fired."""
    end = select(ClockMark.fire_at).where(
        ClockMark.case_id == _case(desk, ref),
        ClockMark.clock == "decision",
        ClockMark.step == "100",
        ClockMark.state == "pending",
    )
    operations.move_time(desk.town.database.context(), on(desk.town, end) - timedelta(minutes=1))
    desk.sweep()


def _count(table: Any, condition: Any) -> Any:
    return select(func.count()).select_from(table).where(condition)


def _demo_address(desk: Desk, user_id: int) -> None:
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(User).where(User.id == user_id).values(email="member@demo.example")
        )
    engine.dispose()
