"""The OpenAPI document is whole and true: each route is in it, and it says what each demands."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from casework import api
from casework.api import BLUEPRINTS
from casework.api.access import entries
from casework.api.doors import door_of
from casework.config import Settings
from casework.db import Database
from casework.schemas.problems import TYPES
from casework.services.tokens import SCOPES
from tests.api.conftest import Caller
from tests.api.planted import BASE, planted
from tests.browser import axe, chromium, opened, served, wider_than_window
from tests.pages import Pages

METHODS = ("get", "post", "put", "patch", "delete")
KINDS = {"object", "array", "string", "number", "integer", "boolean", "null"}


@pytest.fixture(scope="module")
def bare(settings: Settings, database: Database) -> Flask:
    """An application of these doors alone, the planted ones among them."""
    made = Flask("doors")
    api.register(made, database, blueprints=(*BLUEPRINTS, planted))
    return made


@pytest.fixture(scope="module")
def document(bare: Flask) -> dict[str, Any]:
    found: dict[str, Any] = bare.test_client().get("/api/v1/openapi.json").json
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for below in node.values():
            yield from _nodes(below)
    elif isinstance(node, list):
        for below in node:
            yield from _nodes(below)


def test_the_served_document_is_that_of_the_application(nobody: Caller) -> None:
    answer = nobody.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["openapi"] == "3.1.0"
    assert "/api/v1/eligibility" in answer.json["paths"]


def test_every_route_behind_a_door_is_documented(bare: Flask, document: dict[str, Any]) -> None:
    for rule in bare.url_map.iter_rules():
        if door_of(rule.rule) is None:
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert method.lower() in document["paths"][path], (method, path)


def test_every_operation_says_what_it_is_who_may_and_how_it_refuses(
    document: dict[str, Any],
) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in _operations(document):
        where = (method, path)
        assert operation["summary"].strip(), where
        assert "security" in operation, where
        assert "429" in operation["responses"], where
        assert "default" in operation["responses"], where
        for answer in operation["responses"].values():
            assert "$ref" in answer or answer["description"], where
        wanted = set(re.findall(r"{([^}]+)}", path))
        shared = document["paths"][path].get("parameters", [])
        told = [*shared, *operation.get("parameters", [])]
        assert wanted == {p["name"] for p in told if p["in"] == "path"}, where
        assert all(p["required"] for p in told if p["in"] == "path"), where
        assert len({(p["name"], p["in"]) for p in told}) == len(told), where


def test_our_own_operations_say_what_they_answer(document: dict[str, Any]) -> None:
    for path, method, operation in _operations(document):
        if not path.startswith(BASE):
            good = [status for status in operation["responses"] if status.startswith("2")]
            assert good, (method, path)
            told = [operation["responses"][s].get("content") for s in good if s != "204"]
            assert all(told), (method, path)


def test_every_reference_leads_somewhere_and_every_type_exists(document: dict[str, Any]) -> None:
    for node in _nodes(document):
        if "$ref" in node:
            assert isinstance(node["$ref"], str)
            found: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            assert isinstance(found, dict)
    for shape in document["components"]["schemas"].values():
        for node in _nodes(shape["properties"]):
            kind = node.get("type")
            if isinstance(kind, str | list):
                assert set([kind] if isinstance(kind, str) else kind) <= KINDS


def test_security_is_what_the_view_declared(bare: Flask, document: dict[str, Any]) -> None:
    by_name = {name.rpartition(".")[2]: entry for name, entry in entries(bare).items()}
    for _, _, operation in _operations(document):
        declared = by_name[operation["operationId"]]
        if declared.public:
            assert operation["security"] == []
            continue
        named = [declared.scope] if declared.scope else []
        assert operation["security"] == [{"token": named}, {"oauth": named}]
        assert {"401", "403"} <= operation["responses"].keys()
    flow = document["components"]["securitySchemes"]["oauth"]["flows"]["clientCredentials"]
    assert flow["scopes"] == SCOPES


def test_keys_and_versions_are_documented_where_they_are_demanded(
    document: dict[str, Any],
) -> None:
    submit = document["paths"][f"{BASE}/prior-auths"]["post"]
    change = document["paths"][f"{BASE}/change"]["post"]
    assert {p["name"]: p["required"] for p in submit["parameters"]} == {"Idempotency-Key": True}
    assert {p["name"]: p["required"] for p in change["parameters"]} == {"If-Match": True}
    assert {"409", "413", "415", "422"} <= submit["responses"].keys()
    assert {"409", "412", "428"} <= change["responses"].keys()
    assert "8,388,608 bytes" in submit["description"]


def test_the_shape_of_a_request_names_its_fields_and_what_is_needed(
    document: dict[str, Any],
) -> None:
    shape = document["components"]["schemas"]["PriorAuthIn"]
    assert set(shape["required"]) == {"member_id", "member_birth_date", "requester", "lines"}
    assert shape["additionalProperties"] is False
    assert shape["properties"]["priority"]["enum"] == ["standard", "expedited"]
    assert shape["properties"]["lines"]["maxItems"] == 99


@pytest.mark.parametrize("path", ["/api/v1/docs", *(f"/api/problems/{name}" for name in TYPES)])
def test_the_pages_are_sound_and_every_link_in_them_leads_somewhere(app: Flask, path: str) -> None:
    pages = Pages(app.test_client())
    page = pages.get(path)
    ids = {element.get("id") for element in page.elements}
    for link in page.all("a"):
        target = link.get("href") or ""
        if target.startswith("#"):
            assert target[1:] in ids, target
        else:
            assert pages.client.get(target).status_code == 200, target
    assert not page.all("script")


def test_the_style_needs_nothing_from_elsewhere(nobody: Caller) -> None:
    style = nobody.get("/api/v1/docs.css")
    assert (style.status_code, style.mimetype) == (200, "text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.browser
def test_axe_finds_nothing_on_the_pages_at_any_width(settings: Settings) -> None:
    with served(settings) as server, chromium() as browser:
        for width in (1280, 320):
            for path in ("/api/v1/docs", "/api/problems/stale"):
                with opened(browser, server, width=width) as page:
                    page.goto(path)
                    assert axe(page) == []
                    assert wider_than_window(page) == 0


def test_the_page_lists_every_operation_but_the_documents_themselves(nobody: Caller) -> None:
    page = nobody.get("/api/v1/docs").text
    document = nobody.get("/api/v1/openapi.json").json
    for path, method, operation in _operations(document):
        if operation["tags"] != ["reference"]:
            assert f'id="{operation["operationId"]}"' in page, (method, path)
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name}"' in page


def test_the_document_is_there_without_a_server(app: Flask, nobody: Caller) -> None:
    assert nobody.get("/api/v1/openapi.json").json == json.loads(json.dumps(api.document(app)))
