"""Sessions: a copied cookie is worth nothing once the session has ended, whatever ended it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select, update

from casework.models import User, WebSession
from casework.services import accounts
from casework.web import sessions
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
Ending = Callable[[Cast, int, Pages], None]


def signed_in(app: Flask, cast: Cast, name: str) -> Pages:
    browser = Pages(app.test_client())
    browser.sign_in(cast.email(name), PASSWORD)
    return browser


def cookie_of(browser: Pages) -> str:
    found = browser.client.get_cookie("casework")
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str) -> Pages:
    thief = Pages(app.test_client())
    thief.client.set_cookie("casework", value)
    return thief


def rows(cast: Cast, user_id: int | None) -> int:
    with cast.database.engine.connect() as connection:
        mine = select(func.count()).select_from(WebSession).where(WebSession.user_id == user_id)
        return connection.execute(mine).scalar_one()


def test_a_copied_cookie_opens_pages_while_the_session_lives(app: Flask, cast: Cast) -> None:
    cookie = cookie_of(signed_in(app, cast, "nurse"))
    assert with_cookie(app, cookie).get("/staff/").status == 200


def _sign_out(_cast: Cast, _user: int, browser: Pages) -> None:
    browser.get("/staff/")
    browser.post("/sign-out")


def _disable(cast: Cast, user: int, _browser: Pages) -> None:
    accounts.disable_user(cast.system, user)


def _roles(cast: Cast, user: int, _browser: Pages) -> None:
    accounts.set_roles(cast.system, user, roles=["intake"])


def _contracts(cast: Cast, user: int, _browser: Pages) -> None:
    accounts.set_contracts(cast.system, user, contract_ids=[], sees_restricted=False)


def _password(cast: Cast, user: int, _browser: Pages) -> None:
    accounts.set_password(cast.system, user, password="seven quiet rivers turn")


def _factor(cast: Cast, user: int, _browser: Pages) -> None:
    accounts.reset_second_factor(cast.system, user)


def _left(cast: Cast, user: int, _browser: Pages) -> None:
    with cast.database.engine.begin() as connection:
        connection.execute(update(User).where(User.id == user).values(left_on=date(2020, 1, 1)))


def _row_revoked(cast: Cast, user: int, _browser: Pages) -> None:
    with cast.database.engine.begin() as connection:
        connection.execute(
            update(WebSession).where(WebSession.user_id == user).values(revoked_at=START)
        )


@pytest.mark.parametrize(
    "end",
    [_sign_out, _disable, _roles, _contracts, _password, _factor, _left, _row_revoked],
    ids=lambda end: end.__name__.strip("_"),
)
def test_a_copied_cookie_is_worth_nothing_after(end: Ending, app: Flask, cast: Cast) -> None:
    name = f"ending{end.__name__.replace('_', '-')}"
    user = cast.add(name)
    browser = signed_in(app, cast, name)
    cookie = cookie_of(browser)
    end(cast, user, browser)
    thief = with_cookie(app, cookie)
    thief.get("/staff/", status=302)
    assert thief.location == "/?next=/staff/"
    assert thief.client.post("/stay").status_code in {401, 403}


def test_a_planted_token_is_never_taken_over(app: Flask, cast: Cast) -> None:
    planted = "A" * 43
    browser = with_cookie(app, planted)
    browser.sign_in(cast.email("nurse"), PASSWORD)
    assert cookie_of(browser) != planted
    with_cookie(app, planted).get("/staff/", status=302)


def test_signing_in_again_renews_the_token_and_ends_the_old_one(app: Flask, cast: Cast) -> None:
    user = cast.add("renewed")
    browser = signed_in(app, cast, "renewed")
    first = cookie_of(browser)
    browser.get("/account/password")
    browser.post(
        "/account/password",
        {
            "old": PASSWORD,
            "password": "seven quiet rivers turn",
            "again": "seven quiet rivers turn",
        },
    )
    assert browser.follow().h1 == "My account"
    assert cookie_of(browser) != first
    with_cookie(app, first).get("/account/", status=302)
    assert rows(cast, user) == 1


def test_the_database_holds_no_token(app: Flask, cast: Cast) -> None:
    cookie = cookie_of(signed_in(app, cast, "nurse"))
    with cast.database.engine.connect() as connection:
        kept = connection.execute(select(WebSession.token_sha256, WebSession.data)).all()
    assert kept
    for row in kept:
        assert cookie.encode() not in bytes(row.token_sha256)
        assert cookie not in row.data


def test_a_stranger_who_looks_has_no_row(app: Flask, cast: Cast, pages: Pages) -> None:
    before = rows(cast, None)
    pages.get("/nope", status=404)
    for path in ("/?said=signed-out", "/"):
        pages.get(path)
    pages.post("/", {"email": "nobody@people.example", "password": "x"}, status=422)
    assert rows(cast, None) == before
    assert pages.client.get_cookie("casework") is None


@pytest.mark.parametrize(("name", "minutes"), [("nurse", 15), ("member", 15), ("office", 30)])
def test_a_session_ends_after_its_rest(app: Flask, cast: Cast, name: str, minutes: int) -> None:
    home = {"nurse": "/staff/", "member": "/member/", "office": "/provider/"}[name]
    with time_machine.travel(START, tick=False) as clock:
        browser = signed_in(app, cast, name)
        clock.move_to(START + timedelta(minutes=minutes, seconds=-1))
        browser.get(home)
        seen = START + timedelta(minutes=minutes, seconds=-1)
        clock.move_to(seen + timedelta(minutes=minutes, seconds=-1))
        browser.get(home)
        clock.move_to(seen + timedelta(minutes=2 * minutes, seconds=1))
        browser.get(home, status=302)


def test_a_session_ends_after_twelve_hours_however_busy(app: Flask, cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = signed_in(app, cast, "nurse")
        for step in range(1, 72):
            clock.move_to(START + timedelta(minutes=10 * step))
            browser.get("/staff/")
        clock.move_to(START + timedelta(hours=12, seconds=1))
        browser.get("/staff/", status=302)


def test_in_the_demo_a_session_rests_for_eight_hours(demo: Flask, cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = signed_in(demo, cast, "nurse")
        clock.move_to(START + timedelta(hours=7, minutes=59))
        browser.get("/staff/")


def test_a_person_has_at_most_three_sessions(app: Flask, cast: Cast) -> None:
    user = cast.add("many")
    browsers = [signed_in(app, cast, "many") for _ in range(5)]
    assert rows(cast, user) == sessions.PER_USER
    for old in browsers[:2]:
        old.get("/staff/", status=302)
    for new in browsers[2:]:
        new.get("/staff/")


def test_last_seen_is_written_once_a_minute(app: Flask, cast: Cast) -> None:
    writes: list[str] = []

    def count(_c, _cursor, statement: str, *_rest: object) -> None:
        if statement.upper().startswith(("UPDATE WEB_SESSION", "INSERT", "DELETE")):
            writes.append(statement)

    with time_machine.travel(START, tick=False) as clock:
        browser = signed_in(app, cast, "nurse")
        event.listen(cast.database.engine, "before_cursor_execute", count)
        try:
            for second in range(0, 60, 10):
                clock.move_to(START + timedelta(seconds=second))
                browser.get("/staff/")
            assert writes == []
            clock.move_to(START + timedelta(seconds=61))
            browser.get("/staff/")
            assert len(writes) == 1
        finally:
            event.remove(cast.database.engine, "before_cursor_execute", count)


def test_static_files_and_probes_ask_for_no_session(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast, "nurse")
    asked: list[str] = []

    def note(_c, _cursor, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(cast.database.engine, "before_cursor_execute", note)
    try:
        browser.client.get("/static/site.css")
        browser.client.get("/healthz")
        browser.client.get("/api/v1/openapi.json")
    finally:
        event.remove(cast.database.engine, "before_cursor_execute", note)
    assert asked == []


def test_expired_rows_can_be_swept_away(app: Flask, cast: Cast) -> None:
    user = cast.add("swept")
    signed_in(app, cast, "swept")
    past = cast.system.but(now=datetime.now(UTC) + timedelta(hours=13))
    assert accounts.forget_expired_sessions(past) >= 1
    assert rows(cast, user) == 0


def test_another_browser_of_mine_can_be_ended_and_nobody_elses(app: Flask, cast: Cast) -> None:
    user = cast.add("two-browsers")
    here, there = signed_in(app, cast, "two-browsers"), signed_in(app, cast, "two-browsers")
    page = here.get("/account/")
    address = next(f.get("action") for f in page.all("form") if f.get("action").endswith("/end"))
    here.post(address)
    assert "That sign-in has ended." in here.follow().text
    there.get("/staff/", status=302)
    assert rows(cast, user) == 1

    signed_in(app, cast, "supervisor")
    with cast.database.engine.connect() as connection:
        other = connection.execute(
            select(WebSession.id).where(WebSession.user_id == cast.ids["supervisor"])
        ).scalar()
    token = here.get("/account/").form("/sign-out")
    assert here.client.post(f"/account/sessions/{other}/end", data=token).status_code == 404
    assert rows(cast, cast.ids["supervisor"]) >= 1


def test_hundred_thousand_tokens_are_all_different() -> None:
    began = time.monotonic()
    tokens = {sessions.secrets.token_urlsafe(32) for _ in range(100_000)}
    assert len(tokens) == 100_000
    assert all(len(token) == 43 for token in list(tokens)[:100])
    assert time.monotonic() - began < 10


def test_the_session_of_production_is_bound_to_the_host(production: Flask, cast: Cast) -> None:
    client = production.test_client()
    base = "https://plan.example"
    token = Pages(client).get("/", base_url=base).form("/")
    answer = client.post(
        "/",
        data={**token, "email": cast.email("member"), "password": PASSWORD},
        base_url=base,
        headers={"Referer": base},
    )
    cookies = [c for c in answer.headers.getlist("Set-Cookie") if "__Host-casework=" in c]
    assert answer.status_code == 302, answer.text
    assert len(cookies) == 1
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookies[0]
    assert "Domain" not in cookies[0]
