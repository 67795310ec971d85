"""Before an appeal is decided, through the API: who may review, what was read, what is refused."""

from typing import Any

import pytest

from casework.services import appeal_review, appeals
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.web.staff.scene import Desk

WORDS = {"rationale": "The new letter shows a warning sign.", "considered": ["The appeal"]}
DECISION = {
    "words": WORDS,
    "everything_considered": True,
    "attested": True,
    "criterion": "MP-021",
}


@pytest.fixture(scope="module")
def appeal(database: Any, settings: Any, town: Any) -> str:
    """An appeal in review with a paper that came with it."""
    move_time(database.context(), MONDAY)
    desk = Desk(town, settings)
    form = appeals.AppealFiling(
        about=desk.denied("denied"),
        reason="Please look again.",
        papers=(PaperAsSent(name="new.pdf", media_type="application/pdf", content=PDF + b"\n%"),),
    )
    ref = appeals.file_appeal(desk.cx("member of OH-MCD"), form).ref
    chosen = appeal_review.Assignment(reviewer_id=town.users["ag_clinician"], expertise=True)
    appeal_review.assign_reviewer(desk.cx("ag_specialist"), ref, None, chosen)
    return ref


def test_everybody_is_told_with_each_reason(caller: Any, appeal: str, town: Any) -> None:
    found = caller(who="ag_specialist").get(f"/api/v1/appeals/{appeal}/reviewers")
    assert found.status_code == 200, found.json
    by_id = {each["id"]: each for each in found.json}
    first = by_id[town.users["physician"]]
    assert first["may"] is False
    assert first["reasons"][0]["citation"] == "42 CFR 438.406(b)(2)(i)"
    assert by_id[town.users["ag_clinician"]]["has_it"] is True
    assert [each["may"] for each in found.json] == [True, True, False]
    assert caller(office="Maple").get(f"/api/v1/appeals/{appeal}/reviewers").status_code == 403


def test_a_paper_is_read_and_the_decision_is_made(caller: Any, appeal: str) -> None:
    clinician = caller(who="ag_clinician")
    [new] = [each for each in clinician.get(f"/api/v1/appeals/{appeal}/papers").json if each["new"]]
    assert (new["name"], new["read"]) == ("new.pdf", [])
    seen = clinician.get(f"/api/v1/cases/{appeal}").headers["ETag"]
    path = f"/api/v1/cases/{appeal}/actions/overturn"
    refused = clinician.post(path, DECISION, If_Match=seen)
    assert refused.status_code == 409
    assert "“new.pdf”" in refused.json["detail"]
    reading = f"/api/v1/appeals/{appeal}/papers/{new['id']}/considered"
    assert caller(who="ag_specialist").post(reading).status_code == 403
    assert clinician.post(f"/api/v1/appeals/{appeal}/papers/999999/considered").status_code == 404
    for _ in range(2):
        done = clinician.post(reading)
        assert (done.status_code, done.headers["ETag"]) == (200, seen)
    [read] = [
        each["read"]
        for each in clinician.get(f"/api/v1/appeals/{appeal}/papers").json
        if each["new"]
    ]
    assert len(read) == 1
    made = clinician.post(path, DECISION, If_Match=seen)
    assert made.status_code == 200, made.json
    assert made.json["state"] == "overturned"
    assert clinician.post(reading).status_code == 409


def test_a_request_has_no_reviewers(caller: Any, town: Any, appeal: str) -> None:
    about = caller(who="ag_specialist").get(f"/api/v1/cases/{appeal}").json["about"]
    for part in ("reviewers", "papers"):
        found = caller(who="ag_specialist").get(f"/api/v1/appeals/{about}/{part}")
        assert found.status_code == 404
