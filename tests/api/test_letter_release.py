"""A letter that waits, through the API: its checklist and its page, then its release."""

from typing import Any

import pytest
from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Letter
from casework.services import contracts
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.web.staff.scene import REASON, Desk

PLAIN = "Your records show no warning sign. So you do not need this test now."


@pytest.fixture(scope="module")
def held(database: Any, settings: Any, town: Any) -> int:
    """The member's letter of a denial that waits for a supervisor."""
    move_time(database.context(), MONDAY)
    contracts.publish_version(
        database.context(SYSTEM),
        "OH-MCD",
        terms={},
        workflow={"release": {"letters": ["denial"], "roles": ["supervisor"]}},
        reason="Denials are read first.",
        effective_from=MONDAY.date(),
        knows_looser=True,
    )
    Desk(town, settings).denied("held")
    with database.reading(database.context(SYSTEM)) as cx:
        return cx.db.execute(select(Letter.id).where(Letter.state == "held")).scalar_one()


def test_the_checklist_the_page_and_the_free_text_are_read(caller: Any, held: int) -> None:
    seen = caller(who="supervisor").get(f"/api/v1/letters/{held}/preview")
    assert seen.status_code == 200, seen.json
    assert seen.json["fine"] is True
    assert seen.json["may_release"] is True
    assert {"specific_reason", "appeal_deadline"} <= {p["element"] for p in seen.json["points"]}
    assert all(point["citation"] for point in seen.json["points"])
    assert REASON in {part["text"] for part in seen.json["parts"]}
    assert REASON in seen.json["html"]
    nurse = caller(who="nurse").get(f"/api/v1/letters/{held}/preview").json
    assert nurse["may_release"] is False
    assert nurse["why_not"]
    assert caller(office="Maple").get(f"/api/v1/letters/{held}/preview").status_code == 403
    assert caller(who="supervisor").get("/api/v1/letters/999999/preview").status_code == 404


def test_it_is_released_once_as_it_was_read(caller: Any, held: int) -> None:
    supervisor = caller(who="supervisor")
    address = f"/api/v1/letters/{held}"
    assert supervisor.post(f"{address}/release", {}).status_code == 428
    assert supervisor.post(f"{address}/release", {}, If_Match='"1"').status_code == 412
    tag = supervisor.get(f"{address}/preview").headers["ETag"]
    words = {"words": [{"path": "services.0.reason", "text": "TBD"}]}
    refused = supervisor.post(f"{address}/release", words, If_Match=tag)
    assert refused.status_code == 422
    strange = {"words": [{"path": "services.0.code", "text": "E0601"}]}
    assert supervisor.post(f"{address}/release", strange, If_Match=tag).status_code == 422
    assert caller(who="nurse").post(f"{address}/release", {}, If_Match=tag).status_code == 403
    back = supervisor.post(f"{address}/send-back", {"reason": "Plainer, please."}, If_Match=tag)
    assert back.status_code == 200, back.json
    doctor = caller(who="physician")
    words = {"words": [{"path": "services.0.reason", "text": PLAIN}]}
    handed = doctor.post(f"{address}/wording", words, If_Match=back.headers["ETag"])
    assert handed.status_code == 200, handed.json
    stale = supervisor.post(f"{address}/release", {}, If_Match=tag)
    assert stale.status_code == 412
    done = supervisor.post(f"{address}/release", {}, If_Match=handed.headers["ETag"])
    assert (done.status_code, done.json["event"]) == (200, "letter_released")
    again = supervisor.post(f"{address}/release", {}, If_Match=done.headers["ETag"])
    assert again.status_code == 412
    assert "already" in again.json["detail"]
    assert supervisor.get(f"{address}/preview").status_code == 409
