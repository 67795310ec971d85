"""Bearer tokens: who they stand for, what they open, how they end; cookies open nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from casework import bearer, now
from casework.config import Settings
from casework.context import SYSTEM, Idempotency
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import ApiToken
from casework.queries.api_tokens import listed, presented
from casework.services import tokens
from tests.api.conftest import Caller, NewCaller
from tests.builders import Town

ASK = "/api/v1/pa-required"
QUERY = {"contract": "OH-MCD", "code": "70551", "date": "2026-04-01"}


def test_a_token_is_256_bits_and_only_its_hash_is_stored(database: Database, maple: Caller) -> None:
    assert maple.token.startswith("cw_")
    assert bearer.is_shape(maple.token)
    with Session(database.engine) as session:
        row = session.get_one(ApiToken, maple.token_id)
        stored = {str(getattr(row, column.key)) for column in ApiToken.__table__.columns}
    assert not any(maple.token in value for value in stored)
    assert row.token_sha256 == bearer.digest(maple.token)


def test_ten_thousand_tokens_are_ten_thousand_different_ones() -> None:
    assert len({bearer.fresh() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (None, "Send a token"),
        ("", "Send a token"),
        ("Bearer", "Send a token"),
        ("Bearer ", "Send a token"),
        ("Basic Y3dfOnNlY3JldA==", "Send a token"),
        ("cw_" + "a" * 43, "Send a token"),
        ("Bearer cw_short", "not known"),
        ("Bearer cw_" + "a" * 43, "not known"),
        ("Bearer " + "x" * 5000, "not known"),
        ("Bearer cw_' or 1=1 --", "not known"),
    ],
)
def test_a_wrong_or_missing_token_is_401_with_a_challenge_and_a_sentence(
    app: Flask, header: str | None, says: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = app.test_client().get(ASK, query_string=QUERY, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="casework"')
    assert says in answer.json["detail"]
    assert answer.json["type"] == "/api/problems/sign-in-needed"
    assert answer.json["errors"][0]["in"] == "header"


def test_a_browser_that_is_signed_in_is_nobody_here(
    app: Flask, database: Database, town: Town
) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "7"
    for cookie in ("casework", "session", "__Host-casework", "access_token"):
        client.set_cookie(cookie, bearer.fresh())
    answer = client.get(ASK, query_string=QUERY)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_token_in_the_address_is_refused_as_an_unknown_field(maple: Caller) -> None:
    answer = Caller(maple.client).get(ASK, {**QUERY, "access_token": maple.token})
    assert answer.status_code == 401
    answer = maple.get(ASK, {**QUERY, "access_token": maple.token})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/access_token"


def test_a_revoked_token_opens_nothing(database: Database, caller: NewCaller) -> None:
    gone = caller()
    assert gone.get(ASK, QUERY).status_code == 200
    revoked = tokens.revoke_token(database.context(SYSTEM), gone.token_id, wall=now.wall())
    assert revoked.name == "test Maple"
    answer = gone.get(ASK, QUERY)
    assert (answer.status_code, "revoked" in answer.json["detail"]) == (401, True)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    again = tokens.revoke_token(database.context(SYSTEM), gone.token_id, wall=now.wall())
    assert again.id == gone.token_id


def test_an_expired_token_opens_nothing(database: Database, caller: NewCaller) -> None:
    soon = now.wall() + timedelta(seconds=60)
    short = caller(expires_at=soon)
    assert short.get(ASK, QUERY).status_code == 200
    with Session(database.engine) as session:
        before = soon - timedelta(microseconds=1)
        assert presented(session, short.token, wall=before) is not None
        assert presented(session, short.token, wall=soon) is None


def test_a_person_whose_account_ends_loses_the_token_at_once(
    settings: Settings, caller: NewCaller, town: Town
) -> None:
    nurse = caller(who="nurse2")
    assert nurse.get(ASK, QUERY).status_code == 200
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("update user_account set active = false where id = :id"),
            {"id": town.users["nurse2"]},
        )
    engine.dispose()
    assert nurse.get(ASK, QUERY).status_code == 401


def test_a_client_needs_the_scope_and_is_told_which(caller: NewCaller) -> None:
    little = caller(scopes=("eligibility:read",))
    answer = little.get(ASK, QUERY)
    assert answer.status_code == 403
    assert answer.json["source"] == "pa-list:read"
    assert "pa-list:read" in answer.json["detail"]
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_a_person_is_himself_and_may_hold_his_token_to_less(caller: NewCaller) -> None:
    nurse = caller(who="nurse")
    told = nurse.get("/api/v1/planted/people-only").json
    assert told == {"ok": True, "kind": "user", "reach": "contracts"}
    held = caller(who="nurse", held=("eligibility:read",))
    assert held.get(ASK, QUERY).status_code == 403
    assert caller(who="admin").get("/api/v1/planted/people-only").status_code == 403


def test_a_client_is_not_a_person(maple: Caller) -> None:
    answer = maple.get("/api/v1/planted/people-only")
    assert answer.status_code == 403
    assert "personal token" in answer.json["detail"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "line\nbreak"}, "name"),
        ({"name": "oauth:7"}, "name"),
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("everything",)}, "scopes"),
        ({"organization_id": 10**9}, "organization_id"),
        ({"organization_id": 1, "user_id": 1}, "organization_id"),
        ({"user_id": 10**9, "organization_id": None}, "user_id"),
        ({"expires_at": now.wall() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_with_its_field(
    database: Database, town: Town, given: dict[str, object], field: str
) -> None:
    plain = {
        "name": "fine",
        "scopes": ("pa-list:read",),
        "organization_id": town.offices["Maple"],
    }
    with pytest.raises(Invalid) as refused:
        tokens.create_token(
            database.context(SYSTEM),
            wall=now.wall(),
            **{**plain, **given},  # type: ignore[arg-type]
        )
    assert field in refused.value.fields


def test_only_an_administrator_or_oneself_makes_and_ends_tokens(
    database: Database, town: Town, maple: Caller
) -> None:
    nurse = town.cx("nurse")
    with pytest.raises(NotAllowed):
        tokens.create_token(
            nurse,
            "mine",
            wall=now.wall(),
            organization_id=town.offices["Maple"],
            scopes=("cases:read",),
        )
    with pytest.raises(NotAllowed):
        tokens.create_token(nurse, "his", wall=now.wall(), user_id=town.users["physician"])
    with pytest.raises(NotAllowed):
        tokens.revoke_token(nurse, maple.token_id, wall=now.wall())
    mine = tokens.create_token(nurse, "mine", wall=now.wall(), user_id=town.users["nurse"])
    assert tokens.revoke_token(nurse, mine.id, wall=now.wall()).id == mine.id
    made = tokens.create_token(
        town.cx("admin"), "plan core system", wall=now.wall(), scopes=("cases:read",)
    )
    assert made.scopes == ("cases:read",)
    with pytest.raises(NotFound):
        tokens.revoke_token(database.context(SYSTEM), 10**9, wall=now.wall())


def test_tokens_are_listed_without_anything_secret(
    database: Database, town: Town, maple: Caller
) -> None:
    with Session(database.engine) as session:
        found = listed(session, organization_id=town.offices["Maple"])
    assert maple.token_id in {row.id for row in found}
    assert all(row.organization_id == town.offices["Maple"] for row in found)
    assert maple.token not in repr(found)


def test_a_new_token_is_never_stored_for_a_replay(database: Database) -> None:
    used = Idempotency(route="POST /tokens", key="k", body_sha256="0" * 64)
    with pytest.raises(RuntimeError, match="shown once"):
        tokens.create_token(
            database.context(SYSTEM, idempotency=used), "x", wall=now.wall(), scopes=("edi:278",)
        )


def test_making_and_ending_a_token_is_in_the_history(database: Database, caller: NewCaller) -> None:
    made = caller()
    tokens.revoke_token(database.context(SYSTEM), made.token_id, wall=now.wall())
    with database.engine.connect() as connection:
        said = connection.execute(
            text("select event from security_event where what = :what order by seq"),
            {"what": f"token:{made.token_id}"},
        ).scalars()
        assert list(said) == ["token_created", "token_revoked"]
