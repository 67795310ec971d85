"""OAuth 2.0 client credentials: a client's own token buys one that lives half an hour."""

import base64
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework import now
from casework.context import SYSTEM
from casework.db import Database
from casework.models import ApiToken
from casework.queries.api_tokens import presented
from casework.services import tokens
from tests.api.conftest import Caller, NewCaller

URL = "/oauth/token"
ASK = "/api/v1/pa-required"
QUERY = {"contract": "OH-MCD", "code": "70551", "date": "2026-04-01"}
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def _buy(client: FlaskClient, who: Caller, **more: str) -> TestResponse:
    return client.post(URL, data={**GRANT, **more}, headers=_basic(str(who.token_id), who.token))


def test_a_client_gets_an_access_token_that_opens_what_its_own_opens(
    client: FlaskClient, caller: NewCaller
) -> None:
    own = caller(scopes=("pa-list:read", "eligibility:read"))
    answer = _buy(client, own)
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 1800
    assert answer.json["scope"] == "eligibility:read pa-list:read"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "refresh_token" not in answer.json
    bought = Caller(client, answer.json["access_token"])
    assert bought.get(ASK, QUERY).status_code == 200


def test_the_secret_may_stand_in_the_form_and_the_name_may_be_the_id(
    client: FlaskClient, caller: NewCaller
) -> None:
    own = caller()
    form = {**GRANT, "client_id": "test Maple", "client_secret": own.token}
    assert client.post(URL, data=form).status_code == 200


def test_an_access_token_is_the_same_principal_as_the_client(
    client: FlaskClient, caller: NewCaller, database: Database
) -> None:
    own = caller()
    first, second = (_buy(client, own).json["access_token"] for _ in range(2))
    with Session(database.engine) as session:
        found = [presented(session, token, wall=now.wall()) for token in (own.token, first, second)]
    assert {one.client_id for one in found if one} == {own.token_id}
    assert len({one.token_id for one in found if one}) == 3


def test_a_client_may_ask_for_less_but_not_for_more(client: FlaskClient, caller: NewCaller) -> None:
    own = caller(scopes=("pa-list:read", "cases:read"))
    less = _buy(client, own, scope="cases:read")
    assert less.json["scope"] == "cases:read"
    assert Caller(client, less.json["access_token"]).get(ASK, QUERY).status_code == 403
    more = _buy(client, own, scope="cases:read requests:submit")
    assert (more.status_code, more.json["error"]) == (400, "invalid_scope")


def test_an_access_token_ends_after_half_an_hour_and_with_its_client(
    client: FlaskClient, caller: NewCaller, database: Database
) -> None:
    own = caller()
    bought = Caller(client, _buy(client, own).json["access_token"])
    with Session(database.engine) as session:
        assert presented(session, bought.token, wall=now.wall() + timedelta(minutes=29))
        assert presented(session, bought.token, wall=now.wall() + timedelta(minutes=31)) is None
    revoked = tokens.revoke_token(database.context(SYSTEM), own.token_id, wall=now.wall())
    assert revoked.access_tokens == 1
    assert bought.get(ASK, QUERY).status_code == 401


def test_an_access_token_does_not_outlive_a_client_that_expires_sooner(
    client: FlaskClient, caller: NewCaller, database: Database
) -> None:
    ends = now.wall() + timedelta(minutes=10)
    own = caller(expires_at=ends)
    assert 590 <= _buy(client, own).json["expires_in"] <= 600
    with Session(database.engine) as session:
        row = session.query(ApiToken).filter_by(name=f"oauth:{own.token_id}").one()
        assert row.expires_at == ends


def test_an_access_token_buys_no_other(client: FlaskClient, caller: NewCaller) -> None:
    own = caller()
    bought = _buy(client, own).json["access_token"]
    for name in (str(own.token_id), "test Maple", f"oauth:{own.token_id}"):
        answer = client.post(URL, data=GRANT, headers=_basic(name, bought))
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_a_persons_token_is_no_client(client: FlaskClient, caller: NewCaller) -> None:
    answer = _buy(client, caller(who="nurse"))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_an_unknown_client_and_a_wrong_secret_look_the_same(
    client: FlaskClient, caller: NewCaller
) -> None:
    own = caller()
    wrong = client.post(URL, data=GRANT, headers=_basic(str(own.token_id), "cw_" + "a" * 43))
    strange = client.post(URL, data=GRANT, headers=_basic("999999999", own.token))
    none = client.post(URL, data=GRANT, headers=_basic("999999999", "cw_" + "a" * 43))
    assert {(a.status_code, a.data) for a in (wrong, strange, none)} == {
        (wrong.status_code, wrong.data)
    }
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "query", "error"),
    [
        ({"grant_type": "password"}, "", "unsupported_grant_type"),
        ({}, "", "unsupported_grant_type"),
        (GRANT, "scope=cases:read", "invalid_request"),
        ({"grant_type": "client_credentials", "scope": ["a", "b"]}, "", "invalid_request"),
        ({**GRANT, "scope": "everything"}, "", "invalid_scope"),
        ({**GRANT, "scope": "\x00'; drop table"}, "", "invalid_scope"),
    ],
)
def test_what_the_protocol_forbids_is_400(
    client: FlaskClient, maple: Caller, form: dict[str, str], query: str, error: str
) -> None:
    answer = client.post(
        f"{URL}?{query}", data=form, headers=_basic(str(maple.token_id), maple.token)
    )
    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_json_get_and_a_flood_are_refused_like_everywhere(
    client: FlaskClient, maple: Caller
) -> None:
    assert client.post(URL, json=GRANT).status_code == 400
    assert client.get(URL).status_code == 405
    large = client.post(URL, data={**GRANT, "scope": "x" * 20_000})
    assert (large.status_code, large.json["type"]) == (413, "/api/problems/too-large")


def test_expired_access_tokens_are_swept_when_the_client_buys_again(
    client: FlaskClient, caller: NewCaller, database: Database
) -> None:
    own = caller()
    wall = now.wall()
    for days in (3, 0):
        tokens.issue_access_token(
            database.context(SYSTEM),
            own.token_id,
            plain=f"cw_{days}" + "b" * 42,
            scopes=("cases:read",),
            wall=wall - timedelta(days=days),
        )
    assert _buy(client, own).status_code == 200
    with Session(database.engine) as session:
        left = session.query(ApiToken).filter_by(name=f"oauth:{own.token_id}").count()
    assert left == 2
