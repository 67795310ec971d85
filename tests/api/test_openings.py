"""Restricted cases opened with a reason through the API: opened, listed, read only, reviewed."""

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, insert

from casework import now
from casework.models import WebSession
from casework.services import restricting
from tests.api.test_cases import body

WHY = "The member was brought to the hospital and her surgeon is on the telephone."


@pytest.fixture(scope="module")
def closed(caller: Any, town: Any) -> str:
    """A request that a supervisor restricted."""
    office = caller(office="Maple")
    sent = office.post("/api/v1/prior-auths", body(town), Idempotency_Key=uuid.uuid4().hex)
    form = restricting.Restricting(ground="behavioral_health", reason="It is about her therapy.")
    restricting.restrict_case(town.cx("supervisor"), sent.json["ref"], None, form)
    return str(sent.json["ref"])


def signed_in(settings: Any, town: Any, who: str, *, seconds_ago: float) -> None:
    """A session of this person at a screen, in which he showed his password so long ago."""
    wall = now.wall()
    engine = create_engine(settings.database_owner_url)
    values = {
        "token_sha256": uuid.uuid4().bytes,
        "user_id": town.users[who],
        "data": json.dumps({"fs_paa": wall.timestamp() - seconds_ago}),
        "created_at": wall,
        "last_seen_at": wall,
        "expires_at": wall,
    }
    with engine.begin() as connection:
        connection.execute(delete(WebSession))
        connection.execute(insert(WebSession).values(**values))
    engine.dispose()


def test_it_opens_to_who_signed_in_a_moment_ago_is_read_and_is_reviewed(
    caller: Any, town: Any, settings: Any, closed: str
) -> None:
    nurse, compliance = caller(who="nurse"), caller(who="compliance")
    asked = {"case": closed, "ground": "emergency", "reason": WHY}
    assert nurse.get(f"/api/v1/cases/{closed}").status_code == 404
    for seconds_ago in (None, 301):
        if seconds_ago is not None:
            signed_in(settings, town, "nurse", seconds_ago=seconds_ago)
        refused = nurse.post("/api/v1/openings", asked)
        assert refused.status_code == 403
        assert "within 5 minutes" in refused.json["detail"]
    signed_in(settings, town, "nurse", seconds_ago=60)
    short = nurse.post("/api/v1/openings", asked | {"reason": "please"})
    assert short.status_code == 422
    assert nurse.post("/api/v1/openings", asked).status_code == 201
    assert nurse.post("/api/v1/openings", asked).json["event"] == ""
    [own] = nurse.get("/api/v1/openings").json
    assert (own["ref"], own["verdict"]) == (closed, "")
    assert own["open_until"]
    assert caller(who="nurse2").get("/api/v1/openings").json == []

    there = nurse.get(f"/api/v1/cases/{closed}")
    assert there.status_code == 200
    step = nurse.post(
        f"/api/v1/cases/{closed}/actions/start_review", {}, If_Match=there.headers["ETag"]
    )
    assert step.status_code == 403
    assert "to read it" in step.json["detail"]

    assert nurse.get("/api/v1/openings/to-review").status_code == 403
    [row] = compliance.get("/api/v1/openings/to-review").json
    assert (row["who"], row["reason"], row["ref"]) == ("Nora Nurse", WHY, closed)
    address = f"/api/v1/openings/{row['id']}/review"
    assert compliance.post(address, {"verdict": "wrong"}).status_code == 422
    assert nurse.post(address, {"verdict": "confirmed"}).status_code == 403
    done = compliance.post(address, {"verdict": "confirmed", "why": "It is in the log."})
    assert done.status_code == 200, done.json
    assert compliance.post(address, {"verdict": "wrong", "why": "No."}).status_code == 409
    assert compliance.post("/api/v1/openings", asked).status_code == 403

    assert nurse.post(f"/api/v1/cases/{closed}/close-opening").status_code == 200
    assert nurse.get(f"/api/v1/cases/{closed}").status_code == 404
    assert nurse.post(f"/api/v1/cases/{closed}/close-opening").status_code == 404
    [own] = nurse.get("/api/v1/openings").json
    assert (own["open_until"], own["verdict"]) == (None, "confirmed")
