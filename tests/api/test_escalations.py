"""Escalations through the API: the list, the clocks with what hangs on them, "I have it"."""

import uuid
from typing import Any

import pytest

from tests.api.test_cases import body


@pytest.fixture(scope="module")
def escalated(caller: Any, town: Any) -> tuple[str, str]:
    """A request that its office escalated by hand: its number and the escalation's."""
    office = caller(office="Maple")
    sent = office.post("/api/v1/prior-auths", body(town), Idempotency_Key=uuid.uuid4().hex)
    ref = sent.json["ref"]
    version = office.get(f"/api/v1/cases/{ref}").headers["ETag"]
    done = office.post(
        f"/api/v1/cases/{ref}/observations/escalate",
        {"reason": "The member is in pain."},
        If_Match=version,
    )
    assert done.status_code == 200, done.json
    return ref, done.json["made"]["escalation"]


def test_the_list_names_whose_it_is_and_where_it_goes(caller: Any, escalated: Any) -> None:
    ref, number = escalated
    found = caller(who="supervisor").get("/api/v1/escalations?view=mine").json["items"]
    [row] = [each for each in found if each["number"] == number]
    assert (row["ref"], row["owner"], row["may_answer"]) == (ref, "Sam Supervisor", True)
    assert row["goes_to"] == "Cora Compliance"
    assert caller(who="nurse").get("/api/v1/escalations?limit=0").status_code == 422
    assert caller(office="Maple").get("/api/v1/escalations").status_code == 403


def test_a_clock_shows_whom_it_called(caller: Any, escalated: Any) -> None:
    ref, number = escalated
    clocks = caller(who="nurse").get(f"/api/v1/cases/{ref}/clocks").json
    [decision] = [clock for clock in clocks if clock["name"] == "decision"]
    assert [each["ref"] for each in decision["escalations"]] == [number]
    assert decision["obligations"] == []


def test_i_have_it_is_said_once_by_whoever_may(caller: Any, escalated: Any) -> None:
    _ref, number = escalated
    address = f"/api/v1/escalations/{number}/acknowledge"
    refused = caller(who="nurse").post(address, {"answer": "I have it."})
    assert refused.status_code == 403
    assert "Sam Supervisor" in refused.json["detail"]
    lead = caller(who="supervisor")
    empty = lead.post(address, {"answer": "  "})
    assert empty.status_code == 422
    first = lead.post(address, {"answer": "I call the office."})
    assert first.status_code == 200, first.json
    again = lead.post(address, {"answer": "Once more."})
    assert again.status_code == 200
    assert again.json["version"] == first.json["version"]
    found = lead.get("/api/v1/escalations?view=answered").json["items"]
    [row] = [each for each in found if each["number"] == number]
    assert (row["answer"], row["answered_by"]) == ("I call the office.", "Sam Supervisor")
    unknown = lead.post("/api/v1/escalations/ESC-2027-999999-9/acknowledge", {"answer": "x"})
    assert unknown.status_code == 404
