"""Taking the next case and handing out many through the API, by the same rules as the desk."""

import pytest

from tests.api.conftest import Caller
from tests.api.test_cases import submitted


@pytest.fixture(scope="module")
def office(caller) -> Caller:
    return caller(office="Maple")


@pytest.fixture(scope="module")
def nurse(caller) -> Caller:
    return caller(who="nurse")


@pytest.fixture(scope="module")
def lead(caller) -> Caller:
    return caller(who="supervisor")


def test_the_next_case_is_taken_and_says_why(nurse: Caller, office: Caller, town) -> None:
    refs = [submitted(office, town)["ref"] for _ in range(2)]
    first = nurse.post("/api/v1/worklist/next", {}).json
    assert first["ref"] in refs
    assert first["whose"] == "nobody"
    assert nurse.get(f"/api/v1/cases/{first['ref']}").json["version"] == first["version"]
    again = nurse.post("/api/v1/worklist/next", {}).json
    assert (again["ref"], again["whose"]) == (first["ref"], "mine")
    other = nurse.post("/api/v1/worklist/next", {"skip": [first["ref"]]}).json
    assert other["ref"] != first["ref"]
    assert other["passed"] == {"skipped": 1}
    assert nurse.post("/api/v1/worklist/next", {"kind": "grievance"}).status_code == 204


def test_the_list_narrows_by_all_that_the_desk_narrows_by(nurse: Caller, office, town) -> None:
    ref = submitted(office, town)["ref"]
    case = nurse.get(f"/api/v1/cases/{ref}").json
    fast = "expedited" if case["expedited"] else "standard"
    for query in ({"line": case["line"]}, {"urgency": fast}, {"region": "OH"}):
        found = nurse.get("/api/v1/worklist", {**query, "limit": "100"}).json["items"]
        assert ref in {row["ref"] for row in found}, query
    none = nurse.get("/api/v1/worklist", {"specialty": "Oncology of nowhere"}).json
    assert none["items"] == []
    wrong = nurse.get("/api/v1/worklist", {"urgency": "at once"})
    assert wrong.status_code == 422


def test_a_plan_is_made_looked_at_carried_out_and_undone(
    lead: Caller, nurse: Caller, office: Caller, town
) -> None:
    ref = submitted(office, town)["ref"]
    seen = lead.get(f"/api/v1/cases/{ref}").json["version"]
    body = {
        "cases": [{"ref": ref, "version": seen}],
        "to": town.users["nurse"],
        "reason": "She knows the office.",
    }
    plan = lead.post("/api/v1/handing-out", body)
    assert plan.status_code == 201
    [row] = plan.json["rows"]
    assert (plan.json["state"], row["ref"], row["result"]) == ("planned", ref, "")
    assert lead.get(f"/api/v1/cases/{ref}").json["version"] == seen
    where = f"/api/v1/handing-out/{plan.json['id']}"
    assert lead.get(where).json == plan.json
    done = lead.post(f"{where}/carry-out").json
    assert (done["state"], done["rows"][0]["result"]) == ("done", "done")
    assert lead.post(f"{where}/carry-out").status_code == 409
    mine = {row["ref"] for row in nurse.get("/api/v1/worklist", {"assignee": "me"}).json["items"]}
    assert ref in mine
    back = lead.post(f"{where}/undo").json
    assert (back["state"], back["rows"][0]["result"]) == ("undone", "undone")
    assert lead.post(f"{where}/undo").status_code == 409


def test_what_cannot_be_planned_is_said_and_nobody_else_may_plan(
    lead: Caller, nurse: Caller
) -> None:
    nothing = lead.post("/api/v1/handing-out", {"queue": "no_such_queue"})
    assert nothing.status_code == 422
    assert "nothing to hand out" in nothing.json["title"] + nothing.json.get("detail", "")
    assert lead.post("/api/v1/handing-out", {"due": "never"}).status_code == 422
    assert lead.get("/api/v1/handing-out/999999").status_code == 404
    assert nurse.post("/api/v1/handing-out", {"queue": "review"}).status_code == 403
