"""Signing in: known and unknown look the same, guesses are stopped, and redirects stay at home."""

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from casework import observations
from casework.models import SecurityEvent, SignInAttempt
from casework.services import accounts, sign_in
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

WRONG = "The e-mail address or the password is wrong. Try again."
START = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_tried_before(cast: Cast) -> None:
    with cast.database.engine.begin() as connection:
        connection.execute(delete(SignInAttempt))


def attempt(pages: Pages, email: str, password: str, *, status: int = 422):
    pages.get("/")
    return pages.post("/", {"email": email, "password": password}, status=status)


def events(cast: Cast, event: str) -> int:
    with cast.database.engine.connect() as connection:
        return connection.execute(
            select(func.count()).select_from(SecurityEvent).where(SecurityEvent.event == event)
        ).scalar_one()


@pytest.mark.parametrize(
    ("name", "home", "heading"),
    [
        ("nurse", "/staff/", "My work"),
        ("admin", "/staff/", "My work"),
        ("office", "/provider/", "Welcome, Casey Office"),
        ("member", "/member/", "Welcome, Casey Member"),
        ("representative", "/member/", "Welcome, Casey Representative"),
    ],
)
def test_everybody_arrives_at_his_own_first_page(
    pages: Pages, cast: Cast, name: str, home: str, heading: str
) -> None:
    page = pages.sign_in(cast.email(name), PASSWORD)
    assert pages.response.request.path == home
    assert page.h1 == heading
    assert f"Casey {name.title()}" in page.text
    pages.get("/", status=302)
    assert pages.location == home


def test_an_address_may_be_typed_in_capitals_with_blanks(pages: Pages, cast: Cast) -> None:
    page = pages.sign_in(f"  {cast.email('nurse').upper()} ", PASSWORD)
    assert (page.h1, "Casey Nurse" in page.text) == ("My work", True)


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(app: Flask, cast: Cast) -> None:
    cast.add("switched-off")
    accounts.disable_user(cast.system, cast.ids["switched-off"])
    texts = set()
    for email, password in (
        (cast.email("nurse"), "wrong"),
        ("nobody-here@people.example", PASSWORD),
        (cast.email("switched-off"), PASSWORD),
        (cast.email("nurse"), "x" * 300),
    ):
        page = attempt(Pages(app.test_client()), email, password)
        assert WRONG in page.text
        texts.add(page.text)
    assert len(texts) == 1


def test_a_hash_is_computed_for_nobody_too(app: Flask, cast: Cast) -> None:
    """Measured as computing time of this thread, which a busy machine does not change."""
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    pages = Pages(app.test_client())
    for turn in range(25):
        for kind, email in (
            ("known", cast.email("nurse")),
            ("unknown", f"stranger{turn}@people.example"),
        ):
            with cast.database.engine.begin() as connection:
                connection.execute(delete(SignInAttempt))
            pages.get("/")
            began = time.thread_time()
            pages.post("/", {"email": email, "password": "wrong"}, status=422)
            taken[kind].append(time.thread_time() - began)
    known, unknown = median(taken["known"]), median(taken["unknown"])
    assert min(taken["unknown"]) > 0.02, "no hash was computed"
    assert abs(known - unknown) < 0.005, (known, unknown)


def test_empty_fields_are_named(pages: Pages) -> None:
    page = attempt(pages, "", "")
    assert page.one("title").text.startswith("Error:")
    assert "Write your e-mail address." in page.text
    assert "Write your password." in page.text


def test_the_sixth_wrong_password_in_a_quarter_of_an_hour_waits(pages: Pages, cast: Cast) -> None:
    email = cast.email("supervisor")
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(sign_in.PER_ACCOUNT):
            attempt(pages, email, "wrong")
        page = attempt(pages, email, PASSWORD, status=429)
        assert "There were too many tries. Please wait 15 minutes, then try again." in page.text
        assert int(pages.response.headers["Retry-After"]) == 901
        clock.move_to(START + timedelta(minutes=14, seconds=59))
        attempt(pages, email, PASSWORD, status=429)
        clock.move_to(START + timedelta(minutes=15, seconds=1))
        attempt(pages, email, PASSWORD, status=302)


def test_an_unknown_address_is_throttled_like_a_known_one(pages: Pages) -> None:
    for _ in range(sign_in.PER_ACCOUNT):
        attempt(pages, "stranger@people.example", "wrong")
    attempt(pages, "STRANGER@people.example", "wrong", status=429)


def test_a_right_password_forgives_the_wrong_ones_before(app: Flask, cast: Cast) -> None:
    for _ in range(3):
        for _ in range(sign_in.PER_ACCOUNT - 1):
            attempt(Pages(app.test_client()), cast.email("nurse"), "wrong")
        attempt(Pages(app.test_client()), cast.email("nurse"), PASSWORD, status=302)


def test_twenty_wrong_tries_from_one_network_address_wait(app: Flask) -> None:
    pages = Pages(app.test_client())
    for number in range(sign_in.PER_ADDRESS):
        attempt(pages, f"guess{number}@people.example", "wrong")
    attempt(pages, "another@people.example", "wrong", status=429)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    pages.get("/")
    pages.post(
        "/",
        {"email": "another@people.example", "password": "wrong"},
        status=422,
        environ_overrides=elsewhere,
    )


def test_simultaneous_guesses_do_not_get_past_the_limit(app: Flask, cast: Cast) -> None:
    answers: list[int] = []

    def guess() -> None:
        pages = Pages(app.test_client())
        token = pages.get("/").form("/")
        data = {**token, "email": cast.email("office"), "password": "wrong"}
        answers.append(pages.client.post("/", data=data).status_code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(422) == sign_in.PER_ACCOUNT
    assert answers.count(429) == 12 - sign_in.PER_ACCOUNT


def test_attempts_name_neither_person_nor_network(pages: Pages, cast: Cast) -> None:
    attempt(pages, cast.email("nurse"), "wrong")
    with cast.database.engine.connect() as connection:
        keys = connection.scalars(select(SignInAttempt.key)).all()
    assert len(keys) == 2
    assert all(len(key) == 64 and int(key, 16) for key in keys)


def test_sign_ins_failures_and_sign_outs_stand_in_the_history(pages: Pages, cast: Cast) -> None:
    names = ("signed_in", "sign_in_failed", "signed_out")
    before = [events(cast, name) for name in names]
    attempt(pages, cast.email("nurse"), "wrong")
    pages.sign_in(cast.email("nurse"), PASSWORD)
    pages.post("/sign-out")
    assert pages.location == "/?said=signed-out"
    assert pages.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "You have signed out." in pages.follow().text
    assert [events(cast, name) for name in names] == [count + 1 for count in before]
    assert observations.verify(cast.database) is None


def test_the_history_names_a_failed_address_only_by_its_hash(pages: Pages, cast: Cast) -> None:
    attempt(pages, "zyxquorth@people.example", "wrong")
    hint = hashlib.sha256(b"zyxquorth@people.example").hexdigest()[:12]
    with cast.database.engine.connect() as connection:
        said = connection.scalars(select(SecurityEvent.what)).all()
    assert f"account:{hint}" in said
    assert not any("zyxquorth" in what for what in said)


def test_a_wanted_page_comes_after_the_sign_in(pages: Pages, cast: Cast) -> None:
    pages.get("/account/password?x=1", status=302)
    assert pages.location == "/?next=/account/password?x%3D1"
    pages.follow()
    pages.post("/", {"email": cast.email("nurse"), "password": PASSWORD})
    assert pages.location == "/account/password?x=1"


EVIL = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:///evil.example",
    "https:evil.example",
    "http:/\\evil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/.evil.example",
    "/../evil.example",
    "/..//evil.example",
    "/staff/..//evil.example",
    "/staff//evil.example",
    "/staff/\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/@evil.example",
    "@evil.example",
    "evil.example",
    "/evil.example",
    "/staff/\x00",
    "/staff/\u2028",
    "/staff/\u202eexample",
    "/\u2215\u2215evil.example",
    "/\uff0f\uff0fevil.example",
    "http://localhost@evil.example",
    "http://localhost/staff/",
    "//localhost/staff/",
    "/sign-out",
    "/language",
    "/demo-sign-in",
    "/api/v1/openapi.json",
    "/static/../wsgi.py",
    "/staff/%0d%0aSet-Cookie:a=b",
    "/staff/\r\nSet-Cookie: a=b",
    "/staff/?x=\r\nLocation: //evil.example",
    "/staff/#//evil.example",
    "/staff/;//evil.example",
    "/staff/?next=//evil.example",
    "?next=//evil.example",
    ".",
    "..",
    "",
    " ",
    "/" + "a" * 600,
    "/staff/" + "?x=" + "a" * 600,
    "/\x7f/evil.example",
    "/\u00a0/evil.example",
    "<script>",
    '"><script>',
    '/staff/"onmouseover=x',
]


@pytest.mark.parametrize("path", EVIL, ids=range(len(EVIL)))
def test_no_address_leads_out_of_the_house(app: Flask, cast: Cast, path: str) -> None:
    browser = Pages(app.test_client())
    browser.client.get("/", query_string={"next": path})
    token = browser.get("/").form("/")
    data = {**token, "email": cast.email("nurse"), "password": PASSWORD, "next": path}
    answer = browser.client.post("/", data=data)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/staff/"
    again = browser.client.get("/", query_string={"next": path})
    assert again.headers["Location"] == "/staff/"
    token = browser.get("/account/").form("/language")
    switched = browser.client.post("/language", data={**token, "language": "es", "back": path})
    assert switched.headers["Location"] in {"/", "/account/"}
