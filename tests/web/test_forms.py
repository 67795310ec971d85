"""Forms: what no form of ours sent is refused; sizes, hosts and content types too."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from casework.app import create_app, routes_table
from casework.config import Settings
from casework.ground import database_for
from casework.web import csrf, requests
from casework.web.access import PUBLIC, entry
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast


@pytest.fixture
def browser(app: Flask, cast: Cast) -> Pages:
    found = Pages(app.test_client())
    found.sign_in(cast.email("nurse"), PASSWORD)
    return found


def changing(app: Flask) -> list[str]:
    return [
        re.sub(r"<int:\w+>", "1", row["path"])
        for row in routes_table(app)
        if "POST" in row["methods"] and row["door"] in {"web", "staff", "provider", "member"}
    ]


def test_no_change_without_a_token(app: Flask, browser: Pages) -> None:
    paths = changing(app)
    assert len(paths) >= 10
    for path in paths:
        assert browser.client.post(path).status_code == 403, path
        assert browser.client.post(path, data={"csrf_token": "x.y"}).status_code == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_change_from_another_page(browser: Pages, headers: dict[str, str]) -> None:
    token = browser.get("/account/").form("/sign-out")
    assert browser.client.post("/stay", data=token, headers=headers).status_code == 403
    assert browser.client.post("/stay", data=token).status_code == 204


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "image/png"])
def test_only_forms_are_taken(browser: Pages, kind: str) -> None:
    token = browser.get("/account/").form("/sign-out")["csrf_token"]
    answer = browser.client.post(
        "/stay", data=b"{}", content_type=kind, headers={csrf.HEADER: token}
    )
    assert answer.status_code == 415


def test_a_token_of_somebody_else_or_of_before_is_refused(app: Flask, cast: Cast) -> None:
    stranger = Pages(app.test_client())
    before = stranger.get("/").form("/")
    other = Pages(app.test_client())
    other.sign_in(cast.email("supervisor"), PASSWORD)
    others = other.get("/account/").form("/sign-out")
    mine = Pages(app.test_client())
    mine.sign_in(cast.email("nurse"), PASSWORD)
    for token in (before, others):
        data = {"csrf_token": token["csrf_token"]}
        assert mine.client.post("/stay", data=data).status_code == 403
    # A stranger's token belongs to his cookie.
    data = {**before, "email": cast.email("nurse"), "password": PASSWORD}
    assert app.test_client().post("/", data=data).status_code == 403
    assert stranger.client.post("/", data=data).status_code == 302


def test_every_token_is_another_one(browser: Pages) -> None:
    page = browser.get("/account/")
    tokens = [e.get("value") for e in page.all("input") if e.get("name") == csrf.FIELD]
    assert len(tokens) >= 2
    assert len(set(tokens)) == len(tokens)


def test_a_token_signed_with_the_key_before_still_fits(settings: Settings, cast: Cast) -> None:
    old_key = settings.keys["session"]
    before = create_app(database=cast.database)
    browser = Pages(before.test_client())
    token = browser.get("/").form("/")
    cookie = browser.client.get_cookie("casework-form")
    assert cookie is not None
    rotated = {**settings.keys, "session": b"n" * 64}
    for fallbacks, status in (((old_key.decode(),), 302), ((), 403)):
        database = database_for(replace(settings, keys=rotated, old_session_keys=fallbacks))
        client = create_app(database=database).test_client()
        client.set_cookie("casework-form", cookie.value)
        data = {**token, "email": cast.email("nurse"), "password": PASSWORD}
        assert client.post("/", data=data).status_code == status
        database.engine.dispose()


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""],
)
def test_a_foreign_host_gets_no_page(app: Flask, host: str) -> None:
    for path in ("/", "/staff/", "/healthz", "/nope"):
        answer = app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400, (path, answer.status_code)
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)


def test_what_a_request_says_of_its_proxy_is_believed_only_by_declaration(cast: Cast) -> None:
    seen = {}

    def tell() -> str:
        seen["address"] = requests.request.remote_addr
        seen["host"] = requests.request.host
        return "x"

    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example"}
    for proxies, address, status in ((0, "127.0.0.1", 200), (1, "203.0.113.9", 400)):
        app = create_app(database=cast.database, proxies=proxies)
        app.add_url_rule("/tell", endpoint="tell", view_func=entry(PUBLIC)(tell))
        assert app.test_client().get("/tell", headers=forged).status_code == status
        plain = {"X-Forwarded-For": "203.0.113.9"}
        assert app.test_client().get("/tell", headers=plain).status_code == 200
        assert seen == {"address": address, "host": "localhost"}


def test_a_body_has_a_size(browser: Pages, cast: Cast) -> None:
    token = browser.get("/account/").form("/sign-out")
    too_much = {**token, "x": "a" * (requests.LARGEST + 1)}
    answer = browser.client.post("/stay", data=too_much)
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_a_view_can_take_more(cast: Cast) -> None:
    app = create_app(database=cast.database)

    @requests.larger(3 * requests.LARGEST)
    @entry(PUBLIC)
    def take() -> str:
        return str(len(requests.request.form["x"]))

    app.add_url_rule("/take", endpoint="take", view_func=take, methods=["POST"])
    app.config["MAX_FORM_MEMORY_SIZE"] = None
    browser = Pages(app.test_client())
    token = browser.get("/").form("/")
    large, huge = "a" * (2 * requests.LARGEST), "a" * (4 * requests.LARGEST)
    assert browser.client.post("/take", data={**token, "x": large}).status_code == 200
    assert browser.client.post("/take", data={**token, "x": huge}).status_code == 413


def test_a_get_changes_no_account(app: Flask, browser: Pages, cast: Cast) -> None:
    from sqlalchemy import text

    sums = "select md5(string_agg(t::text, '|' order by t.id)) from user_account t"
    with cast.database.engine.connect() as connection:
        before = connection.execute(text(sums)).scalar()
    for row in routes_table(app):
        if "GET" in row["methods"] and "<" not in row["path"]:
            browser.client.get(row["path"])
    with cast.database.engine.connect() as connection:
        assert connection.execute(text(sums)).scalar() == before
