"""Logs: one line for each event, declared keys and short codes only, and never a person's name."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from casework import logs
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

CANARY = "Zyxquorth"
BREAKS = ["\n", "\r\n", "\x1b[31m", "\u2028", "\u2029", "\x85", "\x00", "\x0b", "\x0c"]


@pytest.fixture
def sink() -> Iterator[io.StringIO]:
    """Where the logs of this process go for one test."""
    found = io.StringIO()
    logs.as_lines("INFO", stream=found)
    yield found
    logs.as_lines("INFO")


def lines(sink: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in sink.getvalue().split("\n") if line]


def test_a_declared_code_is_written(sink: io.StringIO) -> None:
    logs.of("casework.test").info("signed_in", user_id=7, role="nurse", ms=1.5, outcome=None)
    (line,) = lines(sink)
    assert (line["event"], line["user_id"], line["role"], line["ms"]) == (
        "signed_in",
        7,
        "nurse",
        1.5,
    )
    assert line["level"] == "info"
    assert line["logger"] == "casework.test"
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", CANARY), ("note", "short"), ("email", "a@b.cc"), ("birth_date", "1970-01-01"),
        ("role", "Alex Example"), ("code", "two words"), ("state", "ünreviewed"),
        ("user_id", "six"),
        ("member_number", 10101010001), ("code", "x" * 300), ("case_id", {"a": CANARY}),
        ("outcome", [CANARY]), ("outcome", CANARY.encode()),
    ],
)  # fmt: skip
def test_anything_else_is_only_its_length(sink: io.StringIO, key: str, value: object) -> None:
    logs.of("casework.test").info("tried", **{key: value})
    (line,) = lines(sink)
    assert line[key] == f"<redacted:{len(str(value))}>"
    assert str(value) not in sink.getvalue()


@pytest.mark.parametrize("sign", BREAKS, ids=[repr(b) for b in BREAKS])
def test_one_event_is_one_line_whatever_is_in_it(sink: io.StringIO, sign: str) -> None:
    forged = f'x{sign}{{"event": "forged"}}'
    logs.of("casework.test").info(forged, code=forged, role=forged, where=forged)
    logging.getLogger("library").warning("%s", forged)
    text = sink.getvalue()
    assert len(text.splitlines()) == 2
    assert "forged" not in text


def test_a_librarys_message_is_hidden(sink: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.engine").error("insert into member values (%s)", CANARY)
    logging.getLogger("werkzeug").info("GET /?name=%s", CANARY)
    (line,) = lines(sink)
    assert (line["event"], line["logger"]) == ("library", "sqlalchemy.engine")
    assert line["message"].startswith("<redacted:")


def test_an_exception_is_its_class_and_its_place(sink: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(f"{CANARY} was born on 1970-01-01")

    try:
        fail()
    except ValueError as error:
        logs.of("casework.test").error("broken", exc_info=error)
        logging.getLogger("library").exception("it broke for %s", CANARY)
    ours, theirs = lines(sink)
    for line in (ours, theirs):
        assert line["error"] == "builtins.ValueError"
        assert "web/test_logs:" in line["where"]
    assert CANARY not in sink.getvalue()
    assert "1970" not in sink.getvalue()


def test_nothing_that_people_type_reaches_the_log(
    app: Flask, cast: Cast, sink: io.StringIO
) -> None:
    cast.add("canary", "member", "member", full_name=f"{CANARY} Example")
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("canary"), PASSWORD)
    browser.get("/account/")
    for header in ("User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept-Language"):
        browser.client.get("/account/", headers={header: f"{CANARY} {CANARY}"})
    browser.client.get(f"/{CANARY}?{CANARY}={CANARY}")
    browser.client.get(f"/static/{CANARY}")
    browser.client.get(f"/lookup?contract={CANARY}&codes={CANARY}&date={CANARY}")
    browser.client.get("/", headers={"Host": f"{CANARY}.example"})
    browser.client.get("/", headers={"Cookie": f"casework={CANARY}; {CANARY}={CANARY}"})
    browser.client.open("/", method=CANARY.upper())
    stranger = Pages(app.test_client())
    stranger.get("/")
    stranger.post("/", {"email": f"{CANARY}@x.yz", "password": CANARY, CANARY: CANARY}, status=422)
    stranger.client.post("/", data={CANARY: CANARY})
    stranger.client.post(f"/account/{CANARY}", json={CANARY: CANARY})
    text = sink.getvalue()
    assert len(lines(sink)) > 12
    assert CANARY.lower() not in text.lower()
    assert cast.email("canary") not in text


def test_each_request_leaves_one_line_with_its_route(
    app: Flask, cast: Cast, sink: io.StringIO
) -> None:
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("nurse"), PASSWORD)
    sink.truncate(0)
    sink.seek(0)
    browser.client.post("/account/sessions/123/end")
    (line,) = lines(sink)
    assert line["route"] == "/account/sessions/<int:number>/end"
    assert (line["method"], line["status"], line["role"]) == ("POST", 403, "nurse")
    assert line["user_id"] == cast.ids["nurse"]
    assert line["ms"] > 0
