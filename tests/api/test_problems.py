"""Every refusal is application/problem+json with a stable type; a failure of ours tells nothing."""

import dataclasses

import pytest
from flask import Flask

from casework import api
from casework.api import access, limits
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.errors import NotReady, Problem
from casework.schemas.problems import TYPES
from tests.api.conftest import Caller
from tests.api.planted import BASE

ASK = "/api/v1/pa-required"
QUERY = {"contract": "OH-MCD", "code": "70551", "date": "2026-04-01"}


def _kinds(root: type[Problem]) -> set[type[Problem]]:
    return {root} | {kind for child in root.__subclasses__() for kind in _kinds(child)}


def test_every_kind_of_refusal_of_the_house_has_a_page_of_its_own(nobody: Caller) -> None:
    for kind in _kinds(Problem):
        assert kind.type in TYPES, kind
        page = nobody.get(f"/api/problems/{kind.type}")
        assert page.status_code == 200
        assert TYPES[kind.type].title in page.text
    assert nobody.get("/api/problems/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("name", "status", "kind", "header"),
    [
        ("busy", 409, "busy", ("Retry-After", "1")),
        ("refused", 409, "refused", ("Cache-Control", "no-store")),
        ("not-ready", 503, "not-ready", ("Retry-After", "5")),
        ("defect", 500, "defect", ("Cache-Control", "no-store")),
    ],
)
def test_what_a_view_raises_is_answered_by_its_kind(
    nobody: Caller, name: str, status: int, kind: str, header: tuple[str, str]
) -> None:
    answer = nobody.get(f"{BASE}/raise/{name}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == f"/api/problems/{kind}"
    assert answer.json["title"] == TYPES[kind].title
    assert answer.json["status"] == status
    assert answer.headers[header[0]] == header[1]


def test_a_law_that_refuses_is_cited(nobody: Caller) -> None:
    assert nobody.get(f"{BASE}/raise/refused").json["citation"] == "42 CFR 438.404"


def test_our_own_fault_tells_the_request_id_and_nothing_else(
    nobody: Caller, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = nobody.get(f"{BASE}/raise/defect", X_Request_Id="0123456789abcdef0123456789abcdef")
    assert set(answer.json) == {"type", "title", "status", "detail", "request_id"}
    assert answer.json["request_id"] == "0123456789abcdef0123456789abcdef"
    assert answer.headers["X-Request-Id"] == answer.json["request_id"]
    assert "Alex" not in answer.text
    assert "Traceback" not in answer.text
    logged = capfd.readouterr().err
    assert "builtins.ZeroDivisionError" in logged
    assert "Alex" not in logged


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/cases"])
def test_an_unknown_address_is_a_404_problem_even_without_a_token(
    nobody: Caller, path: str
) -> None:
    answer = nobody.get(path)
    assert (answer.status_code, answer.json["type"]) == (404, "/api/problems/not-found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_is_not_offered_is_405_with_allow(nobody: Caller, method: str) -> None:
    answer = nobody.client.open(ASK, method=method)
    assert (answer.status_code, answer.json["type"]) == (405, "/api/problems/not-offered")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_under_fhir_the_same_is_an_operation_outcome(nobody: Caller) -> None:
    answer = nobody.get("/fhir/nothing")
    assert answer.status_code == 404
    assert answer.content_type == "application/fhir+json"
    assert answer.json["resourceType"] == "OperationOutcome"
    assert answer.json["issue"][0]["code"] == "not-found"


def test_a_page_that_is_not_there_stays_a_page(nobody: Caller) -> None:
    answer = nobody.get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_lost_database_is_503_and_nothing_is_told(settings: Settings, town: object) -> None:
    lost = dataclasses.replace(
        settings,
        database_url="postgresql+psycopg://nobody:hunter2@127.0.0.1:1/nothing?connect_timeout=1",
    )
    made = create_app(lost, Database(lost))
    answer = Caller(made.test_client(), "cw_" + "a" * 43).get(ASK, QUERY)
    assert (answer.status_code, answer.json["type"]) == (503, "/api/problems/not-ready")
    assert "hunter2" not in answer.text
    assert answer.headers["Retry-After"] == "5"


def test_a_view_that_declares_nobody_stops_the_start(
    settings: Settings, database: Database
) -> None:
    made = create_app(settings, database)
    silent = ApiBlueprint("silent", __name__)
    silent.add_url_rule("/forgotten", view_func=lambda: "open to all")
    made.register_blueprint(silent)
    assert [e for e in access.undeclared(made) if e.startswith("silent.")] == ["silent.<lambda>"]
    with pytest.raises(NotReady, match=r"silent\.<lambda>"):
        api.refuse_undeclared(made)
    assert made.test_client().get("/api/v1/forgotten").status_code == 503


@pytest.mark.parametrize(
    "declared",
    [{}, {"public": True, "scope": "cases:read"}, {"scope": "everything"}],
)
def test_a_declaration_that_says_nothing_or_too_much_stops_the_import(
    declared: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"Say public|No such scope"):
        entry(**declared)  # type: ignore[arg-type]


def test_the_301st_request_of_a_minute_is_429_and_others_go_on(
    app: Flask, maple: Caller, caller: object
) -> None:
    other = caller(office="Birch")  # type: ignore[operator]
    app.config[limits.SWITCH] = True
    try:
        codes = [maple.get(ASK, QUERY).status_code for _ in range(301)]
        refused = maple.get(ASK, QUERY)
        assert (codes[0], codes[299]) == (200, 200)
        assert codes[300] == 429 or refused.status_code == 429
        assert refused.json["type"] == "/api/problems/too-many"
        assert int(refused.headers["Retry-After"]) > 0
        assert other.get(ASK, QUERY).status_code == 200
    finally:
        app.config[limits.SWITCH] = False


def test_a_redis_that_is_gone_stops_nothing(settings: Settings, database: Database) -> None:
    gone = dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0")
    there = Database(gone)
    made = create_app(gone, there)
    client = made.test_client()
    for _ in range(3):
        assert client.get("/api/v1/openapi.json").status_code == 200
