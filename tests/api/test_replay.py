"""Said twice, done once: an Idempotency-Key, its answer, its body and whose it is."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Busy
from casework.models import Case
from tests.api.conftest import Caller, NewCaller
from tests.api.planted import BASE
from tests.api.test_bad_input import good
from tests.builders import Town

SUBMIT = f"{BASE}/prior-auths"


def _cases(database: Database) -> int:
    with database.reading(database.context(SYSTEM)) as cx:
        return cx.db.scalar(select(func.count()).select_from(Case)) or 0


def test_a_creating_post_without_a_key_is_400_and_says_which_header(
    maple: Caller, town: Town
) -> None:
    for headers in ({}, {"Idempotency_Key": "  "}):
        answer = maple.post(SUBMIT, good(town), **headers)
        assert answer.status_code == 400
        assert "Idempotency-Key" in answer.json["detail"]
        assert answer.json["errors"][0]["pointer"] == "/Idempotency-Key"
        assert answer.json["errors"][0]["in"] == "header"


def test_the_same_key_and_body_get_the_same_answer_and_one_case(
    maple: Caller, town: Town, database: Database
) -> None:
    before = _cases(database)
    first = maple.post(SUBMIT, good(town), Idempotency_Key="one")
    assert first.status_code == 201, first.json
    assert "Idempotency-Replayed" not in first.headers
    again = maple.post(SUBMIT, good(town), Idempotency_Key="one")
    assert again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert _cases(database) == before + 1
    other = maple.post(SUBMIT, good(town), Idempotency_Key="two")
    assert other.json["ref"] != first.json["ref"]


def test_the_same_key_with_another_body_is_422(maple: Caller, town: Town) -> None:
    maple.post(SUBMIT, good(town), Idempotency_Key="mine")
    changed = {**good(town), "note": "another"}
    answer = maple.post(SUBMIT, changed, Idempotency_Key="mine")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/Idempotency-Key"


def test_a_key_longer_than_200_characters_is_422(maple: Caller, town: Town) -> None:
    answer = maple.post(SUBMIT, good(town), Idempotency_Key="k" * 201)
    assert (answer.status_code, "200" in answer.json["detail"]) == (422, True)


def test_the_same_key_of_two_clients_is_two_keys(
    caller: NewCaller, maple: Caller, town: Town
) -> None:
    birch = caller(office="Birch")
    mine = maple.post(SUBMIT, good(town), Idempotency_Key="shared")
    body = {**good(town), "requester": {"npi": town.npi["Dr. Birch"]}}
    theirs = birch.post(SUBMIT, body, Idempotency_Key="shared")
    assert {mine.status_code, theirs.status_code} == {201}
    assert mine.json["ref"] != theirs.json["ref"]
    assert "Idempotency-Replayed" not in theirs.headers


def test_a_client_is_recognised_by_its_next_access_token(
    app: Flask, maple: Caller, town: Town
) -> None:
    first = maple.post(SUBMIT, good(town), Idempotency_Key="rotating")
    form = {
        "grant_type": "client_credentials",
        "client_id": str(maple.token_id),
        "client_secret": maple.token,
    }
    bought = app.test_client().post("/oauth/token", data=form).json["access_token"]
    again = Caller(app.test_client(), bought).post(SUBMIT, good(town), Idempotency_Key="rotating")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json["ref"] == first.json["ref"]


def test_ten_at_once_with_one_key_make_one_case(app: Flask, maple: Caller, town: Town) -> None:
    answers: list[Any] = []

    def send() -> None:
        mine = Caller(app.test_client(), maple.token)
        answers.append(mine.post(SUBMIT, good(town), Idempotency_Key="race"))

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(answer.status_code for answer in answers)
    assert set(codes) <= {201, 409}
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json["ref"] for answer in made}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in made) == 1


def test_a_request_that_is_still_running_is_busy_and_says_when(
    maple: Caller, town: Town, database: Database
) -> None:
    """Another transaction holds the key longer than anybody waits for a lock."""
    with database.engine.connect() as holder:
        holder.execute(
            text(
                "insert into idempotency_key (principal, route, key, body_sha256, answer,"
                " created_at) values (:who, :route, 'held', '', '', '2026-01-01Z')"
            ),
            {"who": f"client:{maple.token_id}", "route": f"POST {SUBMIT}"},
        )
        answer = maple.post(SUBMIT, good(town), Idempotency_Key="held")
    assert answer.status_code == Busy.status
    assert answer.json["type"] == "/api/problems/busy"
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("key", ["ключ", "a\tb", "'; drop table cases; --", "=" * 200])
def test_any_key_that_a_header_can_carry_is_only_a_key(maple: Caller, town: Town, key: str) -> None:
    sent = key.encode().decode("latin-1")
    answer = maple.post(SUBMIT, good(town), Idempotency_Key=sent)
    again = maple.post(SUBMIT, good(town), Idempotency_Key=sent)
    assert (answer.status_code, again.status_code) == (201, 201)
    assert again.json["ref"] == answer.json["ref"]
