"""Medical policies are public; the checklist of a case is read and marked through the API."""

import uuid
from typing import Any

import pytest

from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import planted_policies as planted
from tests.web.staff.scene import Desk


@pytest.fixture(scope="module")
def ref(database: Any, settings: Any, town: Any) -> str:
    move_time(database.context(), MONDAY)
    planted.plant(settings, town.users)
    return Desk(town, settings).in_review("mine")


def put(who: Any, path: str, body: Any, **headers: str) -> Any:
    return who.client.put(path, json=body, headers=who._with(headers))


def test_anybody_reads_the_policies_and_their_versions(caller: Any, ref: str) -> None:
    stranger = caller().client
    listed = stranger.get("/api/v1/medical-policies").json
    [brain] = [each for each in listed if each["code"] == "MP-021"]
    assert (brain["version"], "70551" in brain["codes"]) == (1, True)
    [version] = stranger.get("/api/v1/medical-policies/mp-021").json
    assert version["standing"] == "in_force"
    assert version["criteria"]["of"][0]["id"] == "B1"
    assert len(version["sha256"]) == 64
    assert stranger.get("/api/v1/medical-policies/MP-999").status_code == 404
    assert stranger.get("/api/v1/medical-policies/nothing%20here").status_code == 404


def test_a_checklist_is_read_and_marked(caller: Any, ref: str, town: Any) -> None:
    nurse, path = caller(who="nurse"), f"/api/v1/cases/{ref}/criteria"
    found = nurse.get(path)
    [one] = found.json
    assert (one["line"], one["policy"], one["version"], one["state"]) == (1, "MP-021", 1, "open")
    assert one["received_on"] == "2027-03-01"
    assert "B1a" in one["open"]
    paper = planted.paper_of(town, ref)
    said = {"criterion": "B3", "mark": "met", "paper_id": paper, "note": "The old scan."}
    body = {"policy": "MP-021", "answers": [said]}
    assert put(nurse, f"{path}/1", body).status_code == 428
    tag = found.headers["ETag"]
    done = put(nurse, f"{path}/1", body, If_Match=tag)
    assert done.status_code == 200, done.json
    [one] = nurse.get(path).json
    assert (one["state"], one["result"]) == (
        "met",
        "Met: 1 of 3 of B is met (any of them must be)",
    )
    [mark] = one["marks"]
    assert (mark["criterion"], mark["note"], mark["by"]) == ("B3", "The old scan.", "Nora Nurse")
    assert one["groups"][0]["words"] == "1 of 3 of B is met"
    again = put(nurse, f"{path}/1", body, If_Match=done.headers["ETag"])
    assert again.headers["ETag"] == done.headers["ETag"]
    stale = {"criterion": "B3", "mark": "not_met", "why": "No.", "seen": mark["seen"] - 1}
    other = put(
        caller(who="physician"),
        f"{path}/1",
        {"policy": "MP-021", "answers": [stale]},
        If_Match=done.headers["ETag"],
    )
    assert other.status_code == 412


@pytest.mark.parametrize(
    ("who", "line", "body", "status"),
    [
        ("nurse", 1, {"policy": "MP-021", "answers": [{"criterion": "B9", "mark": "met"}]}, 422),
        ("nurse", 1, {"policy": "MP-021", "answers": [{"criterion": "B3", "mark": "maybe"}]}, 422),
        ("nurse", 2, {"policy": "MP-021", "answers": [{"criterion": "B3", "mark": "met"}]}, 404),
        ("nurse", 1, {"policy": "MP-014", "answers": [{"criterion": "S1", "mark": "met"}]}, 404),
        (
            "supervisor",
            1,
            {"policy": "MP-021", "answers": [{"criterion": "B3", "mark": "met"}]},
            403,
        ),
    ],
)
def test_what_is_wrong_is_refused(caller: Any, ref: str, who, line, body, status) -> None:
    some = caller(who=who)
    tag = some.get(f"/api/v1/cases/{ref}").headers["ETag"]
    answer = put(some, f"/api/v1/cases/{ref}/criteria/{line}", body, If_Match=tag)
    assert answer.status_code == status, answer.json


def test_no_office_and_no_member_reads_a_checklist(caller: Any, ref: str) -> None:
    assert caller(office="Maple").get(f"/api/v1/cases/{ref}/criteria").status_code == 403


ANSWER = {"policy": "MP-014", "version": 1, "criterion": "S1", "answer": "yes"}


def file(caller: Any, town: Any, *answers: dict[str, Any]) -> Any:
    body = {
        "member_id": town.members["OH-MCD"],
        "member_birth_date": "1970-01-01",
        "requester": {"npi": town.npi["Dr. Maple"]},
        "lines": [{"code": "E0601", "units": 1, "from_date": "2027-04-01", "place": "12"}],
        "diagnoses": [{"code": "G89.4"}],
        "criteria_answers": list(answers),
    }
    office = caller(office="Maple")
    return office, office.post("/api/v1/prior-auths", body, Idempotency_Key=uuid.uuid4().hex)


def test_an_office_answers_the_questions_that_it_reads(caller: Any, ref: str, town: Any) -> None:
    [version] = caller(office="Maple").get("/api/v1/medical-policies/MP-014").json
    assert version["criteria"]["of"][0]["asked"] is True
    said = ({**ANSWER, "note": "In May.", "line": 1}, {**ANSWER, "criterion": "S3", "answer": "no"})
    office, answer = file(caller, town, *said)
    assert answer.status_code == 201, answer.json
    told = office.get(answer.headers["Location"]).json["criteria_answers"]
    assert [(each["criterion"], each["answer"], each["note"]) for each in told] == [
        ("S1", "yes", "In May."),
        ("S3", "no", ""),
    ]
    assert (told[0]["policy"], told[0]["version"], told[0]["line"]) == ("MP-014", 1, 1)
    path = f"/api/v1/cases/{answer.json['ref']}/criteria"
    [one] = caller(who="nurse").get(path).json
    assert [each["criterion"] for each in one["office"]] == ["S1", "S3"]
    assert (one["marks"], one["state"]) == ([], "open")


@pytest.mark.parametrize(
    ("change", "pointer", "fix"),
    [
        ({"criterion": "S9"}, "criterion", "asks offices: S1"),
        ({"version": 4}, "version", "in force as version 1"),
        ({"policy": "MP-021"}, "policy", "take this answer out"),
        ({"answer": "perhaps"}, "answer", "yes, no, not_known"),
        ({"says": "x"}, "says", "not known here"),
    ],
)
def test_an_answer_to_no_question_is_refused_with_its_field_and_the_fix(
    caller: Any, ref: str, town: Any, change, pointer, fix
) -> None:
    _office, answer = file(caller, town, {**ANSWER, **change})
    assert answer.status_code == 422, answer.json
    assert f"criteria_answers/0/{pointer}" in answer.text
    assert fix in answer.text
