"""Time travel: a strip on every page of the demo, forward only, and nowhere but in the demo."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale

from casework import ground, now, outbox
from casework.app import create_app
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.ground import database_for
from casework.services import operations, tokens
from casework.web import time_travel
from casework.worker import Worker
from tests.pages import Pages
from tests.reader import Page
from tests.web.conftest import PASSWORD, Cast

OHIO = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
WRONG = "Time only moves forward: choose a moment after"


@dataclass
class House:
    """The demo with timers that answer each bell at once; `heard` is what the web told them."""

    database: Database
    app: Flask
    worker: Worker
    heard: list[frozenset[str]] = field(default_factory=list)
    answers: bool = True

    def sign_in(self, cast: Cast, name: str) -> Pages:
        """The browser of this person."""
        pages = Pages(self.app.test_client())
        pages.sign_in(cast.email(name), PASSWORD)
        return pages

    def local(self) -> datetime:
        """What the clock of the house shows in Ohio, to the minute."""
        here = self.database.case_now().astimezone(OHIO)
        return here.replace(second=0, microsecond=0, tzinfo=None)


@pytest.fixture(scope="module")
def house(settings: Settings, cast: Cast) -> Iterator[House]:
    """The demo on the module's database, with a worker."""
    made: list[House] = []

    def ring(topics: frozenset[str]) -> None:
        made[0].heard.append(topics)
        if made[0].answers and "sweep" in ground.bells_for(topics):
            made[0].worker.sweep()

    database = database_for(replace(settings, demo=True), ring=ring)
    worker = Worker(database_for(settings))
    made.append(House(database, create_app(database=database), worker))
    yield made[0]
    worker.close()
    worker.database.engine.dispose()
    database.engine.dispose()


@pytest.fixture
def silent(house: House) -> Iterator[House]:
    """The same with timers that do not run."""
    house.answers = False
    yield house
    house.answers = True


def strips(page: Page) -> list[str]:
    return [e.text for e in page.all("section") if "travel" in (e.get("class") or "")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nurse", "It is now"), ("admin", "It is now"), ("office", "It is now"),
        ("member", "It is now"), ("representative", "It is now"),
    ],
)  # fmt: skip
def test_everybody_signed_in_has_the_strip(house: House, cast: Cast, name: str, words: str) -> None:
    pages = house.sign_in(cast, name)
    [strip] = strips(pages.page)
    assert words in strip
    assert "(Ohio)" in strip
    assert "Move time forward to" in strip
    assert "to the next deadline" in strip
    for path in ("/account/", "/lookup", "/time-travel"):
        assert len(strips(pages.get(path))) == 1, path
    assert len(strips(pages.get("/nope", status=404))) == 1


def test_a_stranger_sees_the_time_and_moves_nothing(house: House) -> None:
    pages = Pages(house.app.test_client())
    [strip] = strips(pages.get("/"))
    assert "It is now" in strip
    assert "Whoever is signed in" in strip
    assert "/time-travel" not in pages.page.html
    before = house.database.case_now()
    data = {**pages.page.form("/language"), "by": "week"}
    assert pages.client.post("/time-travel", data=data).status_code == 401
    assert pages.client.get("/time-travel").headers["Location"].startswith("/?next=")
    assert house.database.case_now() - before < DAY


def test_the_strip_speaks_spanish_with_a_member(house: House, cast: Cast) -> None:
    pages = Pages(house.app.test_client())
    pages.client.set_cookie("casework-language", "es")
    [strip] = strips(pages.sign_in(cast.email("member"), PASSWORD))
    assert "Ahora es" in strip
    assert "hasta el próximo plazo" in strip
    with house.app.test_request_context(), force_locale("es"):
        at = datetime(2026, 11, 22, 20, 10, tzinfo=UTC)
        words = time_travel.in_words(at, "America/New_York")
    assert words == "domingo, 22 de noviembre de 2026, 15:10 (Ohio)"


@pytest.mark.parametrize(("by", "span"), [("hour", timedelta(hours=1)), ("day", DAY)])
def test_a_step_moves_time_and_returns_to_the_same_page(
    house: House, cast: Cast, by: str, span: timedelta
) -> None:
    pages = house.sign_in(cast, "nurse")
    before = house.local()
    pages.get("/staff/rules?like=x")
    pages.post("/time-travel", {"by": by})
    assert pages.location == "/staff/rules?like=x"
    page = pages.follow()
    assert abs(house.local() - before - span) <= timedelta(minutes=1)
    assert "What happened since then:" in page.text
    assert "The timers have looked at every clock." in page.text
    assert "What happened since then:" not in pages.get("/staff/rules").text, "told once"
    assert "What happened since then:" in pages.get("/time-travel").text
    assert house.heard[-1] == frozenset({"time"})


def test_the_field_moves_time_to_what_was_typed(house: House, cast: Cast) -> None:
    pages = house.sign_in(cast, "member")
    wanted = house.local() + 3 * DAY
    pages.post("/time-travel", {"to": f"{wanted:%Y-%m-%d %H:%M}"})
    assert pages.location == "/member/"
    assert abs(house.local() - wanted) <= timedelta(minutes=1)
    assert f"{wanted:%Y}" in strips(pages.follow())[0]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose a date and a time."),
        ("tomorrow", "This is no date with a time."),
        ("2026-13-01T10:00", "This is no date with a time."),
        ("2030-01-01T10:00+02:00", "This is no date with a time."),
        ("2020-01-01T10:00", WRONG), ("0001-01-01T00:00", WRONG), ("9999-12-31T23:59", WRONG),
        ("<b>2</b>\x00", "This is no date with a time."),
    ],
)  # fmt: skip
def test_a_wrong_moment_is_said_and_what_was_typed_is_kept(
    house: House, cast: Cast, typed: str, says: str
) -> None:
    pages = house.sign_in(cast, "nurse")
    before = house.local()
    page = pages.post("/time-travel", {"to": typed}, status=422)
    assert says in page.text
    sent = page.form("/time-travel")
    assert sent["back"] == "/staff/"
    if typed.isprintable() and typed:
        assert sent["to"] == typed
    assert house.local() - before < timedelta(minutes=2)


def test_where_no_clock_runs_no_deadline_comes_next(house: House, cast: Cast) -> None:
    pages = house.sign_in(cast, "nurse")
    page = pages.post("/time-travel", {"by": "next"}, status=422)
    assert "No clock runs, so no deadline comes next." in page.text


def test_nothing_leads_back_to_another_house(house: House, cast: Cast) -> None:
    pages = house.sign_in(cast, "nurse")
    for back in ("//evil.example/", "https://evil.example", "/\\evil", "/api/v1/cases", "/nope"):
        pages.get("/time-travel")
        pages.post("/time-travel", {"by": "hour", "back": back})
        assert pages.location == "/staff/"


def test_a_form_of_another_page_moves_nothing(house: House, cast: Cast) -> None:
    pages = house.sign_in(cast, "nurse")
    before = house.database.case_now()
    assert pages.client.post("/time-travel", data={"by": "week"}).status_code == 403
    assert house.database.case_now() - before < DAY


def test_timers_that_do_not_answer_are_told_honestly(silent: House, cast: Cast) -> None:
    pages = silent.sign_in(cast, "supervisor")
    pages.post("/time-travel", {"by": "hour"})
    page = pages.follow()
    assert "The timers have not answered yet." in page.text
    assert "/static/time_travel.js" in page.html, "the page looks on by itself"
    silent.worker.sweep()
    assert "The timers have looked at every clock." in pages.get("/time-travel").text
    part = pages.client.get("/time-travel/since")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "The timers have looked at every clock." in part.text


def test_before_any_move_there_is_nothing_to_tell(house: House, cast: Cast) -> None:
    pages = house.sign_in(cast, "nurse")
    assert pages.client.get("/time-travel/since").status_code == 204
    assert "time was not moved yet" in pages.get("/time-travel").text


def test_a_year_signs_nobody_out_and_ends_no_token(house: House, cast: Cast) -> None:
    """Sessions, forms and tokens live on the wall clock, not on the time of the cases."""
    people = {name: house.sign_in(cast, name) for name in ("nurse", "office", "member")}
    made = tokens.create_token(
        house.database.context(SYSTEM),
        "Maple's program",
        wall=now.wall(),
        organization_id=cast.organization,
        scopes=("cases:read",),
        expires_at=now.wall() + DAY,
    )
    bearer = {"Authorization": f"Bearer {made.token}"}
    before = house.local()
    year = before + 365 * DAY
    people["nurse"].post("/time-travel", {"to": f"{year:%Y-%m-%dT%H:%M}"})
    house.worker.sweep()
    assert house.local() >= year
    for name, path in (("nurse", "/staff/"), ("office", "/provider/"), ("member", "/member/")):
        page = people[name].get(path)
        assert f"{year:%Y}" in strips(page)[0]
    people["member"].post("/time-travel", {"by": "hour"})
    answer = house.app.test_client().get("/api/v1/prior-auths", headers=bearer)
    assert answer.status_code == 200, answer.text


def test_a_lease_of_the_post_room_does_not_run_out_because_time_was_moved(house: House) -> None:
    """Leases live on the wall clock: else a move would hand the letter in print to a second
    printer. What waits for its time is ready when that time has come."""
    database = house.database
    with database.observe(database.context(SYSTEM)) as session:
        cx = database.context(SYSTEM).on(session)
        outbox.enqueue(cx, [outbox.Posting("notice", "a lease")])
        [mine] = outbox.claim(cx, ["notice"], wall=now.wall())
    operations.move_time(database.context(SYSTEM), database.case_now() + 30 * DAY)
    with database.observe(database.context(SYSTEM)) as session:
        cx = database.context(SYSTEM).on(session)
        assert outbox.claim(cx, ["notice"], wall=now.wall()) == ()
        later = now.wall() + outbox.LEASE + timedelta(seconds=1)
        [again] = outbox.claim(cx, ["notice"], wall=later)
        assert (again.id, again.attempts) == (mine.id, 2)
        assert not outbox.settle(cx, mine)
        assert outbox.settle(cx, again)
