"""Every kind of case in every state opens through the API, with its history, clocks and papers."""

import pytest
from sqlalchemy import func, select

from casework import now
from casework.api import limits
from casework.app import create_app
from casework.models import Case, User
from casework.services import tokens
from statemachines import engine

# One town is planted for all who read it.
pytestmark = pytest.mark.xdist_group("town")

PARTS = ("", "/clocks", "/events", "/letters", "/documents", "/series")


@pytest.fixture(scope="module")
def client(town):
    app = create_app(database=town.database)
    app.config[limits.SWITCH] = False
    return app.test_client()


@pytest.fixture(scope="module")
def bearer(town):
    """The headers of the compliance officer."""
    with town.database.reading(town.database.context()) as cx:
        user_id = cx.db.execute(
            select(User.id).where(User.email == "compliance@demo.example")
        ).scalar_one()
    made = tokens.create_token(town.database.context(), "reader", wall=now.wall(), user_id=user_id)
    return {"Authorization": f"Bearer {made.token}"}


@pytest.mark.parametrize("kind", engine.KINDS)
def test_a_case_of_each_state_can_be_read_whole(town, client, bearer, kind) -> None:
    with town.database.reading(town.database.context()) as cx:
        rows = cx.db.execute(
            select(Case.state, func.min(Case.ref).label("ref"))
            .where(Case.kind == kind)
            .group_by(Case.state)
        ).all()
    assert {row.state for row in rows} == set(engine.states(kind))
    for row in rows:
        for part in PARTS:
            answer = client.get(f"/api/v1/cases/{row.ref}{part}", headers=bearer)
            assert answer.status_code == 200, (row.ref, part, answer.get_data(as_text=True))
        events = client.get(f"/api/v1/cases/{row.ref}/events", headers=bearer).get_json()
        assert events[-1]["event"] in {
            "received",
            "requested",
            "incident",
            "appealed",
            "notice_sent",
        }
        case = client.get(f"/api/v1/cases/{row.ref}", headers=bearer).get_json()
        assert (case["kind"], case["state"]) == (kind, row.state)
        assert case["choices"]


def test_the_work_list_shows_the_town(client, bearer) -> None:
    found = client.get("/api/v1/worklist", headers=bearer).get_json()
    assert len(found["items"]) == 50
    assert found["next"]
